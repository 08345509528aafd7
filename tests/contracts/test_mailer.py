"""What every mailer must do, shown for SMTP against a real server on loopback and for the console's."""

import logging
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap
from bot.channels.console import ConsoleMail
from bot.channels.smtp_mail import SmtpMail
from bot.errors import Ambiguous, ProviderError, Refused, SettingsError, Throttled
from bot.ports import Letter, Mailer
from bot.settings import Settings
from tests.standins.mail_server import PASSWORD, SENDER, USER, MailServer, mail_server, text_of
from tests.standins.serving import free_port

WRITTEN = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
LETTER = Letter("6f1d", "front-door@agency.example", "Referral 1", "Open\n.\nhttps://bot.example/" + "x" * 90, WRITTEN)


@dataclass
class Subject:
    """A mailer, and what it has sent: recipient, subject, text."""

    mail: Mailer
    sent: Callable[[], list[tuple[str, str, str]]]


def mailer(server: MailServer, **more: Any) -> SmtpMail:
    return SmtpMail(Settings.load(_env_file=None, **server.settings(**more)), timeout=5)


@pytest.fixture(params=["starttls", "implicit", "console"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "console":
        console = ConsoleMail()
        yield Subject(console, lambda: [(x.recipient, x.subject, x.body) for x in console.sent])
        return
    with mail_server(request.param) as server:
        yield Subject(mailer(server), lambda: [(x["To"], x["Subject"], text_of(x)) for x in server.letters])


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def test_a_letter_arrives_as_it_was_written(subject: Subject) -> None:
    subject.mail.send(LETTER)
    assert subject.sent() == [(LETTER.recipient, LETTER.subject, LETTER.body)]


def test_letters_of_several_threads_each_arrive_once(subject: Subject) -> None:
    letters = [Letter(str(n), f"desk{n}@agency.example", f"Referral {n}", f"body {n}", WRITTEN) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(subject.mail.send, letters))
    assert sorted(subject.sent()) == sorted((x.recipient, x.subject, x.body) for x in letters)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_the_heading_says_who_when_and_that_no_robot_shall_answer(tls: str) -> None:
    with mail_server(tls) as server:
        mailer(server).send(LETTER)
        head = server.letters[0]
        assert server.encrypted == [True]
        assert server.recipients == [LETTER.recipient]
    assert (head["From"], head["To"]) == (SENDER, LETTER.recipient)
    assert head["Message-ID"] == "<6f1d@bot.example>"
    assert parsedate_to_datetime(head["Date"]) == WRITTEN
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["X-Auto-Response-Suppress"] == "All"
    assert head.get_content_type() == "text/plain"


def test_the_link_stays_in_one_piece(server: MailServer) -> None:
    mailer(server).send(LETTER)
    assert b"https://bot.example/" + b"x" * 90 in server.raw[0], "no encoding, no line break in it"


def test_other_letters_than_ours_arrive_whole(server: MailServer) -> None:
    mailer(server).send(Letter("1", LETTER.recipient, "Überweisung", "Grüße, ہینڈزورتھ", WRITTEN))
    assert server.letters[0]["Subject"] == "Überweisung"
    assert text_of(server.letters[0]) == "Grüße, ہینڈزورتھ"
    assert server.raw[0].isascii(), "not every server on the way takes eight bits"


def test_a_heading_cannot_be_smuggled_in(server: MailServer) -> None:
    letter = Letter("1", LETTER.recipient, "one\r\nBcc: other@example.org", "body", WRITTEN)
    with pytest.raises(ValueError, match="linefeed"):
        mailer(server).send(letter)
    assert server.raw == []


@pytest.mark.parametrize(
    ("fault", "expected", "words", "kept"),
    [
        ("refuses", Refused, "550", 0),
        ("refuses data", Refused, "554", 0),
        ("greylists", Throttled, "451", 0),
        ("busy", Throttled, "452", 0),
        ("drops before", Ambiguous, "broke_off", 0),
        ("drops after", Ambiguous, "broke_off", 1),
    ],
)
def test_each_failure_says_whether_the_letter_can_have_been_taken(
    server: MailServer, fault: str, expected: type[ProviderError], words: str, kept: int
) -> None:
    server.faults.append(fault)
    with pytest.raises(ProviderError) as caught:
        mailer(server).send(LETTER)
    assert type(caught.value) is expected
    assert str(caught.value) == words
    assert len(server.raw) == kept
    # A logged traceback would show the cause, which quotes addresses.
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert LETTER.recipient not in f"{caught.value!r}"


def test_a_repeat_carries_the_same_message_id(server: MailServer) -> None:
    server.faults.append("drops after")
    with pytest.raises(Ambiguous):
        mailer(server).send(LETTER)
    mailer(server).send(LETTER)
    assert len({x["Message-ID"] for x in server.letters}) == 1
    assert len(server.letters) == 2


def test_without_encryption_nothing_is_sent() -> None:
    with mail_server("none") as server:
        with pytest.raises(Refused, match=r"^no_tls$"):
            mailer(server, smtp_tls="starttls").send(LETTER)
        with pytest.raises(Throttled, match=r"^tls$"):
            mailer(server, smtp_tls="implicit").send(LETTER)
        assert server.raw == []


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize("certificate", ["other name", "other authority"])
def test_a_server_that_cannot_prove_who_it_is_gets_nothing(tls: str, certificate: str) -> None:
    with mail_server(tls, certificate=certificate) as server:
        with pytest.raises(Refused, match=r"^certificate$"):
            mailer(server).send(LETTER)
        assert server.raw == []


def test_a_server_of_an_unknown_authority_gets_nothing_when_no_authority_is_named(server: MailServer) -> None:
    with pytest.raises(Refused, match=r"^certificate$"):
        mailer(server, smtp_ca=None).send(LETTER)
    assert server.raw == []


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_it_signs_in_where_the_server_wants_it(tls: str) -> None:
    with mail_server(tls, sign_in=True) as server:
        mailer(server, smtp_user=USER, smtp_password=PASSWORD).send(LETTER)
        assert len(server.raw) == 1
        with pytest.raises(Refused, match=r"^535$") as caught:
            mailer(server, smtp_user=USER, smtp_password="wrong").send(LETTER)
        assert caught.value.code == 535
        with pytest.raises(Refused, match=r"^530$"):
            mailer(server).send(LETTER)
        assert len(server.raw) == 1


def test_a_password_is_not_told_to_a_server_without_encryption() -> None:
    with mail_server("none", sign_in=True) as server:
        with pytest.raises(Refused, match=r"^no_tls$"):
            mailer(server, smtp_tls="starttls", smtp_user=USER, smtp_password=PASSWORD).send(LETTER)
        assert server.raw == []


def test_a_server_that_is_not_there_sent_nothing(server: MailServer) -> None:
    with pytest.raises(Throttled, match=r"^not_reached$"):
        mailer(server, smtp_port=free_port()).send(LETTER)


def test_old_protocols_are_not_spoken(server: MailServer) -> None:
    assert mailer(server)._context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert mailer(server)._context.verify_mode == ssl.CERT_REQUIRED
    assert mailer(server)._context.check_hostname


def test_no_record_at_any_level_quotes_a_letter(server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    # The stand-in runs in this process too, and says more than we would.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    with caplog.at_level(0):
        mailer(server).send(LETTER)
    assert LETTER.recipient not in caplog.text
    assert "x" * 90 not in caplog.text


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"smtp_host": "mail.example"}, "BOT_SMTP_FROM"),
        ({"smtp_from": SENDER}, "BOT_SMTP_HOST"),
        ({"smtp_host": "mail.example", "smtp_from": SENDER, "smtp_user": USER}, "BOT_SMTP_PASSWORD"),
        ({"smtp_host": "mail.example", "smtp_from": SENDER, "smtp_ca": Path("/no/such.pem")}, "BOT_SMTP_CA"),
        ({"smtp_host": "mail.example", "smtp_from": SENDER, "smtp_ca": Path(__file__)}, "BOT_SMTP_CA"),
        ({"smtp_host": "mail.example", "smtp_from": "nobody"}, "BOT_SMTP_FROM"),
        ({"smtp_host": "mail.example", "smtp_from": f"{SENDER}\nBcc: x@y.example"}, "BOT_SMTP_FROM"),
        ({"smtp_host": "mail.example\n", "smtp_from": SENDER}, "BOT_SMTP_HOST"),
        ({"smtp_tls": "none"}, "BOT_SMTP_TLS"),
        ({"smtp_port": "0"}, "BOT_SMTP_PORT"),
    ],
)
def test_settings_that_do_not_fit_refuse_to_start_and_name_themselves(given: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=f"^{named}: "):
        bootstrap.mailer(Settings.load(_env_file=None, **given))


def test_without_settings_there_is_no_mail() -> None:
    assert bootstrap.mailer(Settings.load(_env_file=None)) is None
