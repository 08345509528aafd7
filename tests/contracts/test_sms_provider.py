"""What every provider of texts must do, shown for Twilio (against its stand-in) and for the console's."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]

from bot.channels.console import ConsoleSms
from bot.channels.twilio_sms import TwilioSms
from bot.errors import Ambiguous, ProviderError, Refused, Throttled
from bot.ports import SmsProvider
from tests.standins.serving import free_port, serving
from tests.standins.sms_world import RESIDENT, settings_for
from tests.standins.twilio import TwilioStandIn
from tests.standins.twilio_account import Fault

OTHER = "+447700900456"
URDU = "خطرہ ہو تو 999 پر فون کریں"


@dataclass
class Subject:
    """A provider, and a way to make someone text it."""

    sms: SmsProvider
    arrive: Callable[[str, str], object]


@pytest.fixture(params=["twilio", "twilio service", "console"])
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    if request.param == "console":
        console = ConsoleSms()
        yield Subject(console, console.arrive)
        return
    stand_in = TwilioStandIn()
    account = stand_in.account
    service = "MG" + "1" * 32 if request.param == "twilio service" else None
    with serving(stand_in.app) as base:
        settings = settings_for(stand_in, base, tmp_path)
        if service:
            settings = settings.model_copy(update={"twilio_from": service})

        def arrive(sender: str, body: str) -> object:
            to = f"whatsapp:{account.number}" if sender.startswith("whatsapp:") else account.number
            return account.add(sender, to, body, inbound=True, service=service)

        yield Subject(TwilioSms(settings), arrive)


@pytest.fixture
def stand_in() -> TwilioStandIn:
    return TwilioStandIn()


@pytest.fixture
def twilio(stand_in: TwilioStandIn, tmp_path: Path) -> Iterator[TwilioSms]:
    with serving(stand_in.app) as base:
        yield TwilioSms(settings_for(stand_in, base, tmp_path), timeout=0.5)


def a_minute_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def test_what_was_sent_can_be_looked_up_with_its_id_and_words(subject: Subject) -> None:
    first = subject.sms.send(RESIDENT, URDU, "m1")
    second = subject.sms.send(RESIDENT, "two\nlines", "m2")
    found = {m.provider_id: m for m in subject.sms.sent_to(RESIDENT, a_minute_ago())}
    assert first != second
    assert {i: m.body for i, m in found.items()} == {first: URDU, second: "two\nlines"}
    assert all(m.recipient == RESIDENT and m.status == "sent" for m in found.values())


def test_looking_up_shows_only_this_recipient_and_not_what_they_sent(subject: Subject) -> None:
    subject.sms.send(OTHER, "for another", "m1")
    subject.arrive(RESIDENT, "from them")
    assert subject.sms.sent_to(RESIDENT, a_minute_ago()) == []


def test_looking_up_leaves_out_what_is_older(subject: Subject) -> None:
    subject.sms.send(RESIDENT, "old", "m1")
    assert subject.sms.sent_to(RESIDENT, datetime.now(UTC) + timedelta(minutes=1)) == []


def test_received_lists_what_came_in_oldest_first_on_both_channels(subject: Subject) -> None:
    subject.arrive(RESIDENT, "one")
    subject.sms.send(RESIDENT, "ours", "m1")
    subject.arrive(f"whatsapp:{OTHER}", "two")
    found = subject.sms.received(a_minute_ago())
    assert sorted((m.sender, m.body) for m in found) == [(RESIDENT, "one"), (f"whatsapp:{OTHER}", "two")]
    assert {m.status for m in found} == {"received"}


def test_a_whatsapp_address_is_written_to_over_whatsapp(twilio: TwilioSms, stand_in: TwilioStandIn) -> None:
    twilio.send(f"whatsapp:{RESIDENT}", "hello", "m1")
    assert stand_in.account.sent()[0].sender == f"whatsapp:{stand_in.account.number}"


def test_reports_come_back_with_our_own_id(twilio: TwilioSms, stand_in: TwilioStandIn) -> None:
    twilio.send(RESIDENT, "hello", "our-id")
    assert stand_in.account.sent()[0].callback == "https://bot.example/sms/status?id=our-id"


class SlowAttribute:
    """An attribute whose reading takes long enough for another thread to change it."""

    def __get__(self, owner: object, _kind: type) -> object:
        time.sleep(0.01)
        return vars(owner).get("slow")

    def __set__(self, owner: object, value: object) -> None:
        vars(owner)["slow"] = value


def test_threads_that_send_at_once_each_get_their_own_id(
    twilio: TwilioSms, stand_in: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Twilio's client keeps its last answer here and then returns it: shared, it would be another thread's.
    monkeypatch.setattr(TwilioHttpClient, "_test_only_last_response", SlowAttribute(), raising=False)
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: twilio.send(RESIDENT, f"text {n}", str(n)), range(40)))
    bodies = {m.sid: m.body for m in stand_in.account.sent()}
    assert [bodies[provider_id] for provider_id in ids] == [f"text {n}" for n in range(40)]


def test_a_long_list_is_read_to_its_end(twilio: TwilioSms, stand_in: TwilioStandIn) -> None:
    for number in range(250):
        stand_in.account.add(RESIDENT, stand_in.account.number, str(number), inbound=True)
    assert len(twilio.received(a_minute_ago())) == 250


def test_an_old_list_is_not_read_to_its_end(twilio: TwilioSms, stand_in: TwilioStandIn) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=9)
    for number in range(500):
        stand_in.account.add(RESIDENT, stand_in.account.number, str(number), inbound=True, created=long_ago)
    assert twilio.received(a_minute_ago()) == []
    assert stand_in.account.requests <= 4


def test_words_put_before_a_trial_accounts_messages_are_not_ours(twilio: TwilioSms, stand_in: TwilioStandIn) -> None:
    stand_in.account.add(stand_in.account.number, RESIDENT, "Sent from your Twilio trial account - hello")
    assert [m.body for m in twilio.sent_to(RESIDENT, a_minute_ago())] == ["hello"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("error", status=429, code=20429), Throttled),
        (Fault("error", status=401, code=20003), Throttled),
        (Fault("error", status=400, code=21611), Throttled),
        (Fault("error", status=307), Throttled),
        (Fault("error", status=400, code=21610), Refused),
        (Fault("error", status=400, code=21211), Refused),
        (Fault("error", status=400, code=21408), Refused),
        (Fault("error", status=400, code=21614), Refused),
        (Fault("error", status=400, code=29999), Refused),
        (Fault("error", status=500), Ambiguous),
        (Fault("error", status=503, after=True), Ambiguous),
        (Fault("hang"), Ambiguous),
        (Fault("hang", after=True), Ambiguous),
        (Fault("drop"), Ambiguous),
        (Fault("drop", after=True), Ambiguous),
    ],
    ids=lambda value: f"{value.kind}-{value.status}-{value.code}" if isinstance(value, Fault) else "",
)
def test_each_failure_says_whether_the_message_can_have_been_made(
    twilio: TwilioSms, stand_in: TwilioStandIn, fault: Fault, expected: type[ProviderError]
) -> None:
    stand_in.account.faults.append(fault)
    with pytest.raises(ProviderError) as caught:
        twilio.send(RESIDENT, "hello", "m1")
    assert type(caught.value) is expected
    assert caught.value.code == fault.code
    if expected is not Ambiguous:
        assert stand_in.account.sent() == []


def test_a_server_that_is_not_there_sent_nothing(stand_in: TwilioStandIn, tmp_path: Path) -> None:
    sms = TwilioSms(settings_for(stand_in, f"http://127.0.0.1:{free_port()}", tmp_path))
    with pytest.raises(Throttled):
        sms.send(RESIDENT, "hello", "m1")


def test_an_error_quotes_neither_number_nor_words(twilio: TwilioSms, stand_in: TwilioStandIn) -> None:
    stand_in.account.opted_out.add(RESIDENT)
    with pytest.raises(Refused) as caught:
        twilio.send(RESIDENT, "secret words", "m1")
    shown = f"{caught.value!s} {caught.value!r}"
    assert "7700900123" not in shown
    assert "secret" not in shown
    # A logged traceback shows the cause too, unless it is cut off.
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("kind", ["hang", "drop", "error"])
def test_a_look_up_that_fails_says_so(twilio: TwilioSms, stand_in: TwilioStandIn, kind: str) -> None:
    stand_in.account.faults.append(Fault(kind, on="list"))
    with pytest.raises(ProviderError):
        twilio.sent_to(RESIDENT, a_minute_ago())
