"""A referral's mail: it arrives over TLS with not a word of the concern, or staff see that it did not."""

import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.channels.smtp_mail import SmtpMail
from bot.ports import Letter, Mailer
from bot.usecases import refer, referral_link
from bot.usecases.post_mail import LEASE, post_one
from bot.usecases.referral_form import Words
from bot.usecases.review import Problem
from tests.functional.staff_console import STORY, make_case
from tests.standins.mail_server import mail_server, text_of
from tests.standins.referral_world import AGENCY, MAILBOX, PUBLIC_URL, ReferralWorld, mailing, with_mailboxes


class ProcessDied(BaseException):
    """The process is gone: nothing after this line runs."""


class DiesAfterSending:
    """A mailer in a process that dies once the server has taken the letter."""

    def __init__(self, real: Mailer) -> None:
        self._real = real

    def send(self, letter: Letter) -> None:
        self._real.send(letter)
        raise ProcessDied


def test_the_mail_arrives_with_a_link_and_the_reference(world: ReferralWorld) -> None:
    made = world.sent()
    assert world.server.recipients == [MAILBOX]
    assert world.server.encrypted == [True]
    shown = " ".join(re.findall("....", world.case.reference))
    assert shown in world.server.letters[0]["Subject"]
    assert shown in text_of(world.server.letters[0])
    assert f"{PUBLIC_URL}/referral/{world.token()}" in text_of(world.server.letters[0])
    assert world.listed(made).status == "sent"
    assert world.kinds() == ["made", "sent"]
    assert world.audited(made) == [
        (world.staff.actor, "referral_made"),
        ("mail", "mail_referral_sent"),
        ("mail", "referral_sent"),
    ]


def test_not_one_word_of_the_concern_is_in_any_mail(world: ReferralWorld) -> None:
    words = Words("zebra", known="yak", done="xerus", wanted="wombat", consent="not_safe_to_tell", rung="vulture")
    case = make_case(world.services, urgency="emergency", address="+447700900555")
    world.sent(words=words, case=case)
    world.entered(world.token())
    world.clock.forward(days=1, minutes=1)
    assert world.chase_all() == 1
    world.post_all()
    assert [mail.kind for mail in world.mails()] == ["referral", "code", "chase"]
    raw = b"\n".join(world.server.raw).decode().lower()
    telling = set(re.findall("[a-z]{4,}", STORY.lower())) | {
        "sparkhill", "birmingham", "neglect", "emergency", "urgent", "danger", "neighbour", "child", "adult",
        "900555", "amina", "zebra", "yak", "xerus", "wombat", "vulture", "safe", "worr", "concern",
    }  # fmt: skip
    assert {word for word in telling if word in raw} == set()


def test_the_text_is_wiped_once_it_is_sent(world: ReferralWorld) -> None:
    world.referred()
    assert world.mails()[0].body_sealed is not None
    world.post_all()
    assert world.mails()[0].body_sealed is None


def test_a_form_sent_twice_makes_one_referral_and_one_mail(world: ReferralWorld) -> None:
    sending = refer.new_sending()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: world.refer(sending=sending), range(4)))
    assert made == [sending] * 4
    world.post_all()
    assert len(world.server.letters) == 1
    assert world.kinds() == ["made", "sent"]


def test_workers_at_once_send_each_mail_once(world: ReferralWorld) -> None:
    made = [world.referred() for _ in range(6)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: [post_one(world.services) for _ in range(6)], range(3)))
    assert len(world.server.letters) == 6
    assert {world.row(referral_id).status for referral_id in made} == {"sent"}
    assert {mail.attempts for mail in world.mails()} == {1}


@pytest.mark.parametrize("fault", ["greylists", "busy", "drops before", "drops after"])
def test_after_a_passing_fault_the_mail_goes_out(world: ReferralWorld, fault: str) -> None:
    world.server.faults.append(fault)
    made = world.referred()
    world.post_all()
    assert (world.listed(made).status, world.mails()[0].state) == ("waiting", "queued")
    assert world.listed(made).mail_error is not None
    world.post_all(rounds=2)
    assert (world.listed(made).status, world.listed(made).mail_error) == ("sent", None)
    assert len({letter["Message-ID"] for letter in world.server.letters}) == 1, "a repeat is known by its id"
    assert len(world.server.letters) == (2 if fault == "drops after" else 1)
    assert world.kinds() == ["made", "sent"]


def test_it_waits_before_it_tries_again(world: ReferralWorld) -> None:
    world.server.faults.append("greylists")
    world.referred()
    assert post_one(world.services) is True
    assert post_one(world.services) is False


@pytest.mark.parametrize("fault", ["refuses", "refuses data"])
def test_a_refused_mail_is_shown_until_it_is_tried_again(world: ReferralWorld, fault: str) -> None:
    world.server.faults.append(fault)
    made = world.sent()
    row = world.listed(made)
    assert (row.status, row.mail_error) == ("failed", "550" if fault == "refuses" else "554")
    assert world.trouble() == "failed"
    assert refer.try_again(world.services, world.staff, made) is None
    assert (world.listed(made).status, world.trouble()) == ("waiting", None)
    world.post_all()
    assert (world.listed(made).status, world.trouble()) == ("sent", None)
    assert world.kinds() == ["made", "failed", "waiting", "sent"]
    assert refer.try_again(world.services, world.staff, made) is None
    world.post_all()
    assert len(world.server.letters) == 1, "nothing has failed, so nothing is tried again"


def test_what_is_tried_again_much_later_carries_a_link_that_lives(world: ReferralWorld) -> None:
    world.server.faults.append("refuses")
    made = world.sent()
    world.clock.forward(days=20)
    assert refer.try_again(world.services, world.staff, made) is None
    world.post_all()
    assert "until 21 December 2026" in text_of(world.server.letters[0])
    assert referral_link.door(world.services, world.token()) is not None
    world.services = dataclasses.replace(world.services, mail=None)
    assert refer.try_again(world.services, world.staff, made) == Problem("mail_off", "route")


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"tls": "none"}, "no_tls"),
        ({"certificate": "other name"}, "certificate"),
        ({"certificate": "other authority"}, "certificate"),
        ({"sign_in": True}, "530"),
    ],
)
def test_without_encryption_proof_or_account_it_fails_and_nothing_leaves(
    world: ReferralWorld, how: dict[str, object], error: str
) -> None:
    with mail_server(**how) as other:  # type: ignore[arg-type]
        services = mailing(world.services, other, smtp_tls="starttls")
        referral_id = world.referred()
        assert post_one(services)
        assert other.raw == []
    assert (world.listed(referral_id).status, world.listed(referral_id).mail_error) == ("failed", error)


def test_a_server_that_stays_away_is_shown_after_half_an_hour_and_given_up_after_a_day(world: ReferralWorld) -> None:
    settings = world.services.settings.model_copy(update={"smtp_port": 9})
    world.services = dataclasses.replace(world.services, mail=SmtpMail(settings, timeout=1))
    made = world.referred()
    world.post_all()
    assert (world.listed(made).mail_error, world.listed(made).late, world.trouble()) == ("not_reached", False, None)
    world.clock.forward(minutes=31)
    world.post_all()
    assert (world.listed(made).status, world.listed(made).late, world.trouble()) == ("waiting", True, "late")
    world.clock.forward(hours=24)
    world.post_all()
    assert (world.listed(made).status, world.trouble()) == ("failed", "failed")


def test_a_process_that_dies_after_claiming_loses_nothing(world: ReferralWorld) -> None:
    made = world.referred()
    with world.services.store.unit() as uow:
        assert uow.mail.claim(world.clock(), LEASE) is not None
        uow.commit()
    assert post_one(world.services) is False, "another may still be sending it"
    world.clock.forward(seconds=LEASE.total_seconds() + 1)
    world.post_all()
    assert world.listed(made).status == "sent"
    assert len(world.server.letters) == 1


def test_a_process_that_dies_after_sending_repeats_it_under_the_same_id(world: ReferralWorld) -> None:
    made = world.referred()
    assert world.services.mail is not None
    dying = dataclasses.replace(world.services, mail=DiesAfterSending(world.services.mail))
    with pytest.raises(ProcessDied):
        post_one(dying)
    world.clock.forward(seconds=LEASE.total_seconds() + 1)
    world.post_all()
    assert world.listed(made).status == "sent"
    assert len({letter["Message-ID"] for letter in world.server.letters}) == 1
    assert world.kinds() == ["made", "sent"]


def test_a_slow_worker_that_did_send_is_believed_after_another_gave_up(world: ReferralWorld) -> None:
    made = world.referred()

    class Slow:
        """While it sends, its lease runs out and another worker is refused."""

        def send(self, letter: Letter) -> None:
            world.clock.forward(seconds=LEASE.total_seconds() + 1)
            world.server.faults.append("refuses")
            assert post_one(world.services)
            assert world.row(made).status == "failed"
            assert world.services.mail is not None
            world.services.mail.send(letter)

    assert post_one(dataclasses.replace(world.services, mail=Slow()))
    assert world.listed(made).status == "sent"
    assert world.mails()[0].state == "sent"


def test_a_fault_of_our_own_does_not_stop_the_others(world: ReferralWorld) -> None:
    broken, whole = world.referred(), world.referred()
    with world.services.store.unit() as uow:
        mail = next(m for m in world.mails() if m.referral_id == broken)
        uow.mail.locked(mail.id).body_sealed = b"\x01not ours"
        uow.commit()
    world.post_all()
    assert (world.listed(broken).status, world.listed(broken).mail_error) == ("failed", "seal_broken")
    assert world.listed(whole).status == "sent"


def test_what_was_withdrawn_is_not_mailed(world: ReferralWorld) -> None:
    made = world.referred()
    assert refer.record(world.services, world.staff, made, "withdrawn", "The police have it.") is None
    world.post_all()
    assert world.server.letters == []
    assert [mail.state for mail in world.mails()] == ["dropped"]
    assert (world.listed(made).status, world.listed(made).mail_error) == ("withdrawn", None)


def test_why_there_can_be_no_mail_is_named_and_by_hand_always_works(world: ReferralWorld) -> None:
    services = world.services

    def problem() -> Problem | None:
        return refer.refer(
            world.services, world.staff, world.case.concern_id, AGENCY, "email",
            Words("worry"), refer.new_sending(), 1, 0,
        )  # fmt: skip

    world.services = dataclasses.replace(services, mail=None)
    assert problem() == Problem("mail_off", "route")
    for address in ("", "http://bot.example", "http://localhost.example"):
        settings = services.settings.model_copy(update={"public_url": address})
        world.services = dataclasses.replace(services, settings=settings)
        assert problem() == Problem("no_public_url", "route"), address
    world.services = with_mailboxes(services)
    name = services.directory.agencies[AGENCY].name
    assert problem() == Problem("no_mailbox", "route", {"agency": name})
    assert not any(choice.by_email for choice in refer.choices(world.services, world.case.concern_id))
    assert world.mails() == []
    world.services = dataclasses.replace(world.services, mail=None)
    assert world.listed(world.referred(route="by_hand")).status == "sent"


def test_what_is_kept_of_it_is_sealed(world: ReferralWorld) -> None:
    made = world.referred(words=Words("He is hungry.", rung="999"))
    refer.record(world.services, world.staff, made, "withdrawn", "They rang.")
    row, mail = world.row(made), world.mails()[0]
    kept = b"".join(
        bytes(x or b"") for x in (row.words_sealed, row.reason_sealed, row.mailbox_sealed, mail.body_sealed)
    )
    for word in (b"hungry", b"rang", MAILBOX.encode(), b"/referral/"):
        assert word not in kept
    assert row.created_at + timedelta(days=14) == row.link_until
