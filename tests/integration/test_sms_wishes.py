"""What the person wishes is heeded at the moment of sending, however long the text has waited."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.unit_of_work import Store
from bot.usecases.deliver import deliver_one
from tests.standins.sms_world import RESIDENT, SmsWorld, sms_world
from tests.standins.twilio_account import Fault


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Iterator[SmsWorld]:
    with sms_world(store, tmp_path) as made:
        yield made


def test_an_opt_out_is_heeded_at_the_moment_of_sending(world: SmsWorld) -> None:
    message_id = world.queue("hello")
    world.change_resident(opted_out_at=world.clock())
    world.deliver_all()
    assert (world.row(message_id).state, world.row(message_id).error) == ("held", "opted_out")
    assert world.bodies() == []
    assert world.audited("message_held") == ["opted_out"]
    assert world.conversation().needs_person_at is None


def test_an_answer_held_from_someone_who_wrote_again_calls_a_person(world: SmsWorld) -> None:
    world.change_resident(opted_out_at=world.clock())
    world.queue("hello")
    world.deliver_all()
    assert world.conversation().needs_person_at is not None


def test_after_an_opt_out_its_confirmation_and_a_999_reply_still_go_out(world: SmsWorld) -> None:
    world.change_resident(opted_out_at=world.clock())
    world.queue("stopped", key="utter_opted_out")
    world.queue("999", key="utter_emergency", urgent=True)
    world.deliver_all()
    assert sorted(world.bodies()) == ["999", "stopped"]


def test_staff_do_not_write_to_someone_who_said_it_is_not_safe_and_the_bot_still_answers(
    world: SmsWorld,
) -> None:
    world.change_resident(may_reply="no")
    from_staff = world.queue("from staff", sender="staff")
    world.queue("from the bot")
    world.deliver_all()
    assert (world.row(from_staff).state, world.row(from_staff).error) == ("held", "not_safe")
    assert world.bodies() == ["from the bot"]


def test_an_unclear_text_is_found_even_if_the_person_opted_out_meanwhile(world: SmsWorld) -> None:
    world.twilio.account.faults.append(Fault("error", after=True))
    sent = world.queue("hello")
    deliver_one(world.services)
    world.change_resident(opted_out_at=world.clock())
    world.clock.forward(minutes=1)
    world.deliver_all()
    assert world.row(sent).state == "sent"


def test_an_unclear_text_that_was_not_sent_is_held_after_an_opt_out(world: SmsWorld) -> None:
    world.twilio.account.faults.append(Fault("error"))
    message_id = world.queue("hello")
    deliver_one(world.services)
    world.change_resident(opted_out_at=world.clock())
    world.clock.forward(minutes=1)
    world.deliver_all()
    assert world.row(message_id).state == "held"
    assert world.bodies() == []


def test_an_opt_out_that_only_twilio_knew_of_becomes_ours(world: SmsWorld) -> None:
    world.twilio.account.opted_out.add(RESIDENT)
    message_id = world.queue("hello")
    later = world.queue("more")
    world.deliver_all()
    assert (world.row(message_id).state, world.row(message_id).error) == ("failed", "21610")
    assert world.row(later).state == "held"
    assert world.conversation().resident.opted_out_at is not None
    assert world.conversation().needs_person_at is not None
    assert world.audited("opted_out") == [""]
