"""The door for Twilio: who may come in, what is kept, and what is said when nothing can be kept."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import sms
from bot.store.unit_of_work import Store
from bot.usecases.reply import reply
from bot.usecases.services import Services
from bot.web import refuse_unguarded
from tests.standins.sms_world import PUBLIC_URL, RESIDENT, MovableClock, SmsWorld, services_over, settings_for
from tests.standins.twilio import TwilioStandIn

DANGER = "he has a knife, please help"
WORRY = "the boy next door looks hungry"


@pytest.fixture
def world(store: Store, tmp_path: Path) -> SmsWorld:
    stand_in, clock = TwilioStandIn(), MovableClock()
    settings = settings_for(stand_in, "http://127.0.0.1:9", tmp_path)
    return SmsWorld(services_over(store, settings, clock, sms=None), clock, stand_in)


@pytest.fixture
def client(world: SmsWorld) -> Iterator[TestClient]:
    with client_of(world.services) as made:
        yield made


def client_of(services: Services) -> TestClient:
    app = Starlette(routes=sms.routes)
    app.state.services = services
    return TestClient(app, base_url="http://inside:8000")


def fields_of(world: SmsWorld, body: str = WORRY, **more: Any) -> dict[str, str]:
    message = world.twilio.account.add(RESIDENT, world.twilio.account.number, body, inbound=True)
    return {**world.twilio.inbound_fields(message), **more}


def post(
    world: SmsWorld, client: TestClient, fields: dict[str, str], path: str = "/sms", url: str | None = None
) -> Any:
    """Post as Twilio does, signed for `url` or for the public address of the path."""
    signature = world.twilio.sign(url or PUBLIC_URL + path, fields)
    return client.post(path, data=fields, headers={"X-Twilio-Signature": signature})


def test_a_text_is_kept_and_acknowledged_with_nothing(world: SmsWorld, client: TestClient) -> None:
    rung: list[str] = []
    world.services.wake.inbox = rung.append
    answer = post(world, client, fields_of(world))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response />")
    kept = world.inbound()
    assert [row.conversation_id for row in kept] == rung
    assert world.conversation().resident.channel == "sms"


def test_words_of_every_script_arrive_as_they_were_written(world: SmsWorld, client: TestClient) -> None:
    words = "بچہ بھوکا ہے 😢 + 100% & more = ?"
    assert post(world, client, fields_of(world, words)).status_code == 200
    with world.services.store.reading() as uow:
        row = uow.inbox.next_unhandled(world.conversation().id)
        assert row is not None
        assert row.body == words


def test_whatsapp_comes_through_the_same_door(world: SmsWorld, client: TestClient) -> None:
    assert post(world, client, fields_of(world, From=f"whatsapp:{RESIDENT}")).status_code == 200
    assert world.conversation(f"whatsapp:{RESIDENT}", "whatsapp").resident.channel == "whatsapp"


def test_without_a_public_address_the_address_of_the_request_counts(world: SmsWorld) -> None:
    settings = world.services.settings.model_copy(update={"public_url": ""})
    with client_of(replace(world.services, settings=settings)) as client:
        fields = fields_of(world)
        assert post(world, client, fields, url="http://inside:8000/sms").status_code == 200
        assert post(world, client, fields, url=f"{PUBLIC_URL}/sms").status_code == 403


def test_a_field_that_twilio_adds_one_day_does_no_harm(world: SmsWorld, client: TestClient) -> None:
    assert post(world, client, fields_of(world, NewField="x", Empty="")).status_code == 200


@pytest.mark.parametrize("path", ["/sms", "/sms/status?id=1"])
@pytest.mark.parametrize(
    "change",
    [
        "no signature",
        "empty signature",
        "another token",
        "another address",
        "http",
        "changed",
        "added",
        "removed",
    ],
)
def test_what_twilio_did_not_sign_is_turned_away_and_not_kept(
    world: SmsWorld, client: TestClient, change: str, path: str
) -> None:
    fields = fields_of(world)
    url = {"another address": f"{PUBLIC_URL}/other", "http": f"http://bot.example{path}"}.get(change, PUBLIC_URL + path)
    if change == "another token":
        world.twilio.account.token = "guessed"
    signature = {"no signature": None, "empty signature": ""}.get(change, world.twilio.sign(url, fields))
    changed = {"changed": {"Body": "other"}, "added": {"Extra": "x"}}.get(change, {})
    sent = {**fields, **changed}
    if change == "removed":
        del sent["From"]
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    assert client.post(path, data=sent, headers=headers).status_code == 403
    assert world.inbound() == []


def test_a_field_given_twice_is_turned_away(world: SmsWorld, client: TestClient) -> None:
    fields = fields_of(world)
    doubled = urlencode([*fields.items(), ("Body", fields["Body"])])
    headers = {
        "X-Twilio-Signature": world.twilio.sign(f"{PUBLIC_URL}/sms", fields),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    assert client.post("/sms", content=doubled, headers=headers).status_code == 403
    assert world.inbound() == []


def test_a_body_beyond_all_reason_is_turned_away(world: SmsWorld, client: TestClient) -> None:
    assert post(world, client, fields_of(world, "x" * 310_000)).status_code == 413


@pytest.mark.parametrize("missing", ["MessageSid", "From", "Body"])
def test_a_signed_form_without_what_we_need_is_refused(world: SmsWorld, client: TestClient, missing: str) -> None:
    fields = fields_of(world)
    del fields[missing]
    if missing == "MessageSid":
        del fields["SmsSid"]
    assert post(world, client, fields).status_code == 400
    assert world.inbound() == []


def test_without_twilio_settings_the_door_says_that_sms_is_off(world: SmsWorld) -> None:
    settings = world.services.settings.model_copy(update={"twilio_from": ""})
    with client_of(replace(world.services, settings=settings)) as client:
        answer = post(world, client, fields_of(world))
    assert answer.status_code == 503
    assert "SMS is off" in answer.text


def test_a_message_delivered_twice_is_kept_and_answered_once(world: SmsWorld, client: TestClient) -> None:
    fields = fields_of(world)
    for _ in range(3):
        assert post(world, client, fields).status_code == 200
        reply(world.services, world.conversation().id)
    assert len(world.inbound()) == 1
    assert len({row.in_reply_to for row in world.outbound()}) == 1
    assert len([row for row in world.outbound() if row.position == 0]) == 1


def test_an_opt_out_that_twilio_has_handled_is_noted_and_not_answered_again(
    world: SmsWorld, client: TestClient
) -> None:
    post(world, client, fields_of(world, "STOP", OptOutType="STOP"))
    reply(world.services, world.conversation().id)
    assert world.conversation().resident.opted_out_at is not None
    assert world.outbound() == []


def test_every_route_says_who_may_pass() -> None:
    refuse_unguarded(sms.routes)


class TestWithoutADatabase:
    """The message cannot be kept: it is not acknowledged, except with the 999 words."""

    @pytest.fixture
    def broken(self, world: SmsWorld) -> Iterator[TestClient]:
        nowhere = Store("sqlite:////nowhere/at/all.sqlite3", bytes(range(32)))
        with client_of(replace(world.services, store=nowhere)) as client:
            yield client

    def test_danger_is_answered_with_999_at_once(self, world: SmsWorld, broken: TestClient) -> None:
        answer = post(world, broken, fields_of(world, DANGER))
        assert answer.status_code == 200
        assert "<Message>Ring 999 now" in answer.text

    def test_anything_else_is_left_for_twilio_to_try_again(self, world: SmsWorld, broken: TestClient) -> None:
        answer = post(world, broken, fields_of(world, WORRY))
        assert (answer.status_code, answer.text) == (503, "")

    def test_a_report_is_left_for_twilio_to_try_again(self, world: SmsWorld, broken: TestClient) -> None:
        fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
        assert post(world, broken, fields, "/sms/status?id=1").status_code == 503

    def test_a_forged_message_gets_no_answer_even_then(self, world: SmsWorld, broken: TestClient) -> None:
        answer = post(world, broken, fields_of(world, DANGER), url="https://elsewhere.example/sms")
        assert (answer.status_code, answer.text) == (403, "")


def test_a_database_that_hangs_does_not_hold_up_999(world: SmsWorld) -> None:
    engine = world.services.store.engine
    holds_up = {
        "sqlite": "UPDATE audit_head SET last = last",
        "postgresql": "LOCK TABLE inbound_messages IN ACCESS EXCLUSIVE MODE",
    }
    with client_of(world.services) as client, engine.connect() as other:
        other.execute(text(holds_up[engine.dialect.name]))
        answer = post(world, client, fields_of(world, DANGER))
        other.rollback()
        assert "<Message>Ring 999 now" in answer.text
        # Once the database is free the message is kept after all, and nobody has to send it again.
        until = time.monotonic() + 30
        while not world.inbound():
            assert time.monotonic() < until
            time.sleep(0.05)


def test_no_log_line_holds_a_number_or_a_word(
    world: SmsWorld, client: TestClient, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    post(world, client, fields_of(world, "canaryword"))
    post(world, client, fields_of(world, "canaryword"), url="https://elsewhere.example/sms")
    reply(world.services, world.conversation().id)
    printed = capsys.readouterr()
    logged = f"{printed.out} {printed.err} {caplog.text}"
    assert "message_received" in logged
    assert "canaryword" not in logged
    assert "7700900123" not in logged
