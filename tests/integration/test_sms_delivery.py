"""The outbox against a provider that fails in every way: a text arrives exactly once, or staff see it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.twilio_sms import TwilioSms
from bot.ports import SmsProvider
from bot.store.models import OutboundMessage
from bot.store.unit_of_work import Store
from bot.usecases.deliver import deliver_one
from bot.usecases.retries import MOST_ATTEMPTS
from tests.standins.serving import free_port, serving
from tests.standins.sms_world import (
    MovableClock,
    SmsWorld,
    services_over,
    settings_for,
    sms_world,
)
from tests.standins.twilio import TwilioStandIn
from tests.standins.twilio_account import Fault

LEASE = timedelta(seconds=60)


class ProcessDied(BaseException):
    """The process is gone: nothing after this line runs."""


class DiesAfterSending:
    """A provider in a process that dies once the provider has taken the message."""

    def __init__(self, real: SmsProvider) -> None:
        self._real = real
        self.sent_to, self.received = real.sent_to, real.received

    def send(self, recipient: str, body: str, message_id: str) -> str:
        self._real.send(recipient, body, message_id)
        raise ProcessDied


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Iterator[SmsWorld]:
    with sms_world(store, tmp_path) as made:
        yield made


def test_nothing_due_is_nothing_done(world: SmsWorld) -> None:
    assert deliver_one(world.services) is False


def test_a_queued_text_is_sent_and_settled(world: SmsWorld) -> None:
    message_id = world.queue("hello")
    assert deliver_one(world.services) is True
    row = world.row(message_id)
    assert (row.state, row.attempts, row.error) == ("sent", 1, None)
    assert row.provider_id == world.twilio.account.sent()[0].sid
    assert world.bodies() == ["hello"]


def test_texts_of_one_conversation_leave_in_order_and_a_999_reply_leaves_first(world: SmsWorld) -> None:
    world.queue("one")
    world.queue("two")
    world.queue("999", to="+447700900777", urgent=True)
    world.deliver_all()
    assert world.bodies() == ["999", "one", "two"]


@pytest.mark.parametrize("after", [False, True], ids=["before it was made", "after it was made"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("error", status=503),
        Fault("error", status=500),
        Fault("hang", seconds=1),
        Fault("drop"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_after_an_unclear_failure_the_text_arrives_exactly_once(world: SmsWorld, fault: Fault, after: bool) -> None:
    world.twilio.account.faults.append(replace(fault, after=after))
    message_id = world.queue("hello")
    world.deliver_all(rounds=3)
    row = world.row(message_id)
    assert world.bodies() == ["hello"]
    assert (row.state, row.provider_id) == ("sent", world.twilio.account.sent()[0].sid)


def test_throttling_delays_a_text_and_does_not_double_it(world: SmsWorld) -> None:
    world.twilio.account.faults.extend([Fault("error", status=429, code=20429)] * 3)
    message_id = world.queue("hello")
    assert deliver_one(world.services)
    assert deliver_one(world.services) is False, "it must wait before it tries again"
    assert (world.row(message_id).state, world.row(message_id).error) == ("queued", "20429")
    world.deliver_all(rounds=5)
    assert world.bodies() == ["hello"]
    assert world.row(message_id).error is None


def test_several_unclear_failures_in_a_row_still_send_once(world: SmsWorld) -> None:
    world.twilio.account.faults.extend([Fault("error"), Fault("error", after=True)])
    world.queue("hello")
    world.deliver_all(rounds=5)
    assert world.bodies() == ["hello"]


def test_while_the_look_up_fails_nothing_is_sent(world: SmsWorld) -> None:
    world.twilio.account.faults.extend([Fault("error", after=True), Fault("error", on="list")])
    message_id = world.queue("hello")
    world.deliver_all(rounds=2)
    assert world.row(message_id).state == "queued"
    world.deliver_all()
    assert world.row(message_id).state == "sent"
    assert world.bodies() == ["hello"]


def test_a_dead_server_that_comes_back_gets_the_text(store: Store, tmp_path: Path) -> None:
    stand_in, clock, port = TwilioStandIn(), MovableClock(), free_port()
    settings = settings_for(stand_in, f"http://127.0.0.1:{port}", tmp_path)
    world = SmsWorld(services_over(store, settings, clock, TwilioSms(settings)), clock, stand_in)
    message_id = world.queue("hello")
    world.deliver_all(rounds=2)
    row = world.row(message_id)
    assert (row.state, row.attempts, row.unsure) == ("queued", 2, False)
    with serving(stand_in.app, port):
        world.deliver_all()
    assert world.bodies() == ["hello"]
    assert world.row(message_id).state == "sent"


@pytest.mark.parametrize("died", ["before the provider took it", "after the provider took it"])
def test_a_process_that_dies_in_between_never_sends_twice(world: SmsWorld, died: str) -> None:
    message_id = world.queue("hello")
    real = world.services.sms
    assert real is not None
    if died.startswith("after"):
        with pytest.raises(ProcessDied):
            deliver_one(replace(world.services, sms=DiesAfterSending(real)))
    else:
        with world.services.store.unit() as uow:
            uow.outbox.claim(world.clock(), LEASE)
            uow.commit()
    assert deliver_one(world.services) is False, "the lease must run out first"
    world.clock.forward(seconds=61)
    world.deliver_all()
    assert world.bodies() == ["hello"]
    assert world.row(message_id).state == "sent"


def test_the_same_words_said_twice_both_arrive(world: SmsWorld) -> None:
    world.queue("hello")
    assert deliver_one(world.services)
    world.twilio.account.faults.append(Fault("error"))
    second = world.queue("hello")
    world.deliver_all(rounds=2)
    assert world.bodies() == ["hello", "hello"]
    assert world.row(second).state == "sent"


def test_refused_for_good_is_not_tried_again_and_calls_a_person(world: SmsWorld) -> None:
    world.twilio.account.faults.append(Fault("error", status=400, code=21211))
    message_id = world.queue("hello")
    world.deliver_all(rounds=2)
    row = world.row(message_id)
    assert (row.state, row.error, row.attempts) == ("failed", "21211", 1)
    assert world.conversation().needs_person_at is not None
    assert world.audited("message_failed") == ["21211"]
    assert world.bodies() == []


def test_after_too_many_attempts_it_fails_where_staff_see_it(world: SmsWorld) -> None:
    world.twilio.account.faults.extend([Fault("error", status=500)] * 30)
    message_id = world.queue("hello")
    world.deliver_all(rounds=MOST_ATTEMPTS + 2)
    row = world.row(message_id)
    assert (row.state, row.attempts) == ("failed", MOST_ATTEMPTS)
    assert world.conversation().needs_person_at is not None
    with world.services.store.reading() as uow:
        assert [m.id for m in uow.outbox.failed()] == [message_id]


def test_a_provider_that_says_later_for_hours_gets_the_text_when_it_is_back(world: SmsWorld) -> None:
    world.twilio.account.faults.extend([Fault("error", status=429, code=20429)] * 40)
    message_id = world.queue("hello")
    world.deliver_all(rounds=42)
    assert world.row(message_id).state == "sent"
    assert world.bodies() == ["hello"]


def test_a_text_that_is_a_day_late_is_not_sent_any_more(world: SmsWorld) -> None:
    message_id = world.queue("hello")
    world.clock.forward(hours=25)
    world.deliver_all()
    assert (world.row(message_id).state, world.row(message_id).error) == ("failed", "expired")
    assert world.bodies() == []


def test_an_urgent_text_is_tried_again_within_a_minute_whatever_happened_before(world: SmsWorld) -> None:
    world.twilio.account.faults.extend([Fault("error", status=429, code=20429)] * 9)
    message_id = world.queue("999", urgent=True)
    for _ in range(9):
        assert deliver_one(world.services)
        assert world.row(message_id).next_attempt_at <= world.clock() + timedelta(seconds=76)
        world.clock.forward(seconds=76)
    world.deliver_all()
    assert world.bodies() == ["999"]


def test_one_text_that_cannot_be_opened_does_not_hold_up_the_others(world: SmsWorld) -> None:
    broken = world.queue("one")
    world.queue("two", to="+447700900777")
    with world.services.store.unit() as uow:
        uow.session.get_one(OutboundMessage, broken).body_sealed = b"\x01\x00\x01" + bytes(40)
        uow.commit()
    world.deliver_all()
    assert world.row(broken).error == "seal_broken"
    assert world.bodies() == ["two"]


def test_without_a_provider_texts_wait(world: SmsWorld) -> None:
    message_id = world.queue("hello")
    assert deliver_one(replace(world.services, sms=None)) is False
    assert world.row(message_id).state == "queued"
