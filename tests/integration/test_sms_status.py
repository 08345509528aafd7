"""Reports of what became of a text: in any order, before we know it was sent, or about nothing of ours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import sms
from bot.ports import SmsProvider
from bot.store.unit_of_work import Store
from bot.usecases.deliver import deliver_one
from bot.usecases.delivery_status import Report, note
from tests.standins.sms_world import PUBLIC_URL, SmsWorld, sms_world
from tests.standins.twilio_account import Fault


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Iterator[SmsWorld]:
    with sms_world(store, tmp_path) as made:
        yield made


@pytest.fixture
def client(world: SmsWorld) -> Iterator[TestClient]:
    app = Starlette(routes=sms.routes)
    app.state.services = world.services
    with TestClient(app, base_url=PUBLIC_URL) as made:
        yield made


def report(world: SmsWorld, client: TestClient, status: str, *, code: int | None = None, with_id: bool = True) -> Any:
    """Report on the last text, as Twilio does."""
    message = world.twilio.account.sent()[-1]
    message.status, message.error_code = status, code
    assert message.callback is not None
    url = message.callback if with_id else f"{PUBLIC_URL}/sms/status"
    fields = world.twilio.status_fields(message)
    return client.post(url, data=fields, headers={"X-Twilio-Signature": world.twilio.sign(url, fields)})


def sent_text(world: SmsWorld) -> str:
    message_id = world.queue("hello")
    assert deliver_one(world.services)
    return message_id


@pytest.mark.parametrize("with_id", [True, False], ids=["with our id", "by Twilio's id alone"])
def test_delivered_is_noted(world: SmsWorld, client: TestClient, with_id: bool) -> None:
    message_id = sent_text(world)
    assert report(world, client, "delivered", with_id=with_id).status_code == 204
    assert world.row(message_id).state == "delivered"


@pytest.mark.parametrize("order", [["delivered", "sent", "queued"], ["sent", "delivered", "undelivered"]])
def test_a_late_report_never_takes_a_delivery_back(world: SmsWorld, client: TestClient, order: list[str]) -> None:
    message_id = sent_text(world)
    for status in order:
        report(world, client, status)
    assert world.row(message_id).state == "delivered"
    assert world.conversation().needs_person_at is None


def test_an_undelivered_text_fails_once_where_staff_see_it(world: SmsWorld, client: TestClient) -> None:
    message_id = sent_text(world)
    for status in ("undelivered", "sent", "undelivered"):
        report(world, client, status, code=30003)
    assert (world.row(message_id).state, world.row(message_id).error) == ("failed", "30003")
    assert world.conversation().needs_person_at is not None


def test_a_report_that_outran_the_answer_settles_the_text_itself(world: SmsWorld, client: TestClient) -> None:
    world.twilio.account.faults.append(Fault("error", after=True))
    message_id = sent_text(world)
    assert world.row(message_id).state == "queued"
    report(world, client, "delivered")
    world.clock.forward(hours=1)
    assert deliver_one(world.services) is False, "nothing is left to send or to look up"
    row = world.row(message_id)
    assert (row.state, row.unsure, len(world.bodies())) == ("delivered", False, 1)


@pytest.mark.parametrize(("status", "state"), [("delivered", "delivered"), ("failed", "failed"), ("sent", "sent")])
def test_a_report_between_sending_and_settling_is_kept(
    world: SmsWorld, client: TestClient, status: str, state: str
) -> None:
    real = world.services.sms
    assert real is not None

    @dataclass
    class ReportsFirst:
        sms: SmsProvider

        def __post_init__(self) -> None:
            self.sent_to, self.received = self.sms.sent_to, self.sms.received

        def send(self, recipient: str, body: str, message_id: str) -> str:
            provider_id = self.sms.send(recipient, body, message_id)
            assert report(world, client, status).status_code == 204
            return provider_id

    message_id = world.queue("hello")
    deliver_one(replace(world.services, sms=ReportsFirst(real)))
    row = world.row(message_id)
    assert (row.state, row.provider_id) == (state, world.twilio.account.sent()[0].sid)


def test_news_of_a_text_that_was_given_up_is_believed(world: SmsWorld, client: TestClient) -> None:
    world.twilio.account.faults.append(Fault("error", after=True))
    message_id = sent_text(world)
    world.twilio.account.faults.append(Fault("error", on="list"))
    world.clock.forward(hours=25)
    deliver_one(world.services)
    assert world.row(message_id).state == "failed"
    report(world, client, "sent")
    assert world.row(message_id).state == "sent"


def test_a_report_on_nothing_of_ours_changes_nothing(world: SmsWorld, client: TestClient) -> None:
    world.twilio.account.add(
        world.twilio.account.number, "+447700900999", "x", callback=f"{PUBLIC_URL}/sms/status?id=unknown"
    )
    assert report(world, client, "delivered").status_code == 204


def test_a_report_with_a_status_we_do_not_know_is_refused(world: SmsWorld, client: TestClient) -> None:
    sent_text(world)
    assert report(world, client, "enchanted").status_code == 400


def test_a_certain_claim_takes_a_message_back_from_a_guess(world: SmsWorld) -> None:
    """Two texts with the same words: a look-up for the second took the first one's message for its own."""
    first = world.queue("hello", urgent=True)
    with world.services.store.unit() as uow:
        uow.session.get_one(type(world.row(first)), first).state = "held"
        uow.commit()
    world.twilio.account.faults.append(Fault("error"))
    second = sent_text(world)
    made = world.twilio.account.add(world.twilio.account.number, "+447700900123", "hello")
    world.clock.forward(minutes=1)
    deliver_one(world.services)
    assert world.row(second).provider_id == made.sid
    assert note(world.services, Report(made.sid, "delivered", first))
    assert world.row(first).provider_id == made.sid
    assert (world.row(second).state, world.row(second).unsure) == ("queued", True)
    deliver_one(world.services)
    assert world.row(second).state == "sent"
    assert len(world.bodies()) == 2
