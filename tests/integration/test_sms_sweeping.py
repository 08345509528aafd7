"""What a dead process left behind is found: messages nobody answered, and messages that only Twilio has."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import ProviderError
from bot.store.unit_of_work import Store
from bot.usecases.receive import Inbound, receive
from bot.usecases.sweep import reconcile, sweep
from tests.standins.sms_world import RESIDENT, SmsWorld, sms_world
from tests.standins.twilio_account import Fault

OTHER = "+447700900777"


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Iterator[SmsWorld]:
    with sms_world(store, tmp_path) as made:
        # What the stand-in receives is old enough not to be on its way to the door any more.
        made.clock.forward(minutes=1)
        yield made


def arrive(world: SmsWorld, body: str, sender: str = RESIDENT) -> str:
    """Someone texts Twilio, and Twilio cannot reach us."""
    account = world.twilio.account
    to = f"whatsapp:{account.number}" if sender.startswith("whatsapp:") else account.number
    return account.add(sender, to, body, inbound=True).sid


def test_a_message_nobody_answered_is_answered_once(world: SmsWorld) -> None:
    receive(world.services, Inbound("sms", RESIDENT, "hello", provider_id="SM1"))
    assert sweep(world.services) == 0, "whoever received it is still answering"
    world.clock.forward(seconds=3)
    assert sweep(world.services) == 1
    assert sweep(world.services) == 0
    assert len([row for row in world.outbound() if row.position == 0]) == 1


def test_one_conversation_that_cannot_be_answered_does_not_stop_the_sweep(world: SmsWorld) -> None:
    receive(world.services, Inbound("sms", OTHER, "hello", provider_id="SM1"))
    with world.services.store.unit() as uow:
        row = uow.inbox.by_provider_id("SM1")
        assert row is not None
        row.body_sealed = b"\x01\x00\x01" + bytes(40)
        uow.commit()
    receive(world.services, Inbound("sms", RESIDENT, "hello", provider_id="SM2"))
    world.clock.forward(seconds=3)
    assert sweep(world.services) >= 1
    assert world.conversation().id in {row.conversation_id for row in world.outbound()}


def test_messages_that_only_twilio_has_are_taken_in_once(world: SmsWorld) -> None:
    rung: list[str] = []
    world.services.wake.inbox = rung.append
    sids = {arrive(world, "one"), arrive(world, "two"), arrive(world, "three", f"whatsapp:{OTHER}")}
    assert reconcile(world.services) == 3
    assert reconcile(world.services) == 0
    assert {row.provider_id for row in world.inbound()} == sids
    assert len(rung) == 3
    assert world.conversation(f"whatsapp:{OTHER}", "whatsapp").resident.channel == "whatsapp"


def test_a_message_we_have_is_not_taken_in_again(world: SmsWorld) -> None:
    sid = arrive(world, "hello")
    receive(world.services, Inbound("sms", RESIDENT, "hello", provider_id=sid))
    assert reconcile(world.services) == 0
    assert len(world.inbound()) == 1


def test_a_message_that_is_on_its_way_to_the_door_is_left_to_it(world: SmsWorld) -> None:
    world.clock.ahead = timedelta(0)
    arrive(world, "STOP")
    assert reconcile(world.services) == 0
    world.clock.forward(minutes=1)
    assert reconcile(world.services) == 1


def test_what_is_older_than_the_look_back_is_left_alone(world: SmsWorld) -> None:
    arrive(world, "hello")
    world.clock.forward(hours=25)
    assert reconcile(world.services) == 0


def test_when_twilio_cannot_be_asked_the_caller_knows(world: SmsWorld) -> None:
    world.twilio.account.faults.append(Fault("error", on="list"))
    with pytest.raises(ProviderError):
        reconcile(world.services)


def test_without_a_provider_there_is_nothing_to_reconcile(world: SmsWorld) -> None:
    assert reconcile(replace(world.services, sms=None)) == 0
