"""The loops of a serving process, with the door and Twilio's stand-in as servers of their own."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from bot import sms
from bot.channels.twilio_sms import TwilioSms
from bot.jobs.answering import Answering
from bot.jobs.loop import Loop
from bot.jobs.runner import Jobs
from bot.store.unit_of_work import Store
from bot.usecases.receive import Inbound, receive
from tests.standins.serving import free_port, serving
from tests.standins.sms_world import RESIDENT, MovableClock, SmsWorld, services_over, settings_for
from tests.standins.twilio import TwilioStandIn
from tests.standins.twilio_account import Fault


@dataclass
class Running:
    """Everything runs: the stand-in at `twilio_url` delivers to the door, the jobs answer and send."""

    world: SmsWorld
    jobs: Jobs
    twilio_url: str

    def control(self, what: str, asked: Any) -> Any:
        return httpx2.post(f"{self.twilio_url}/_control/{what}", json=asked, trust_env=False, timeout=20).json()


@pytest.fixture
def running(store: Store, tmp_path: Path, database_url: str) -> Iterator[Running]:
    stand_in, clock, port = TwilioStandIn(), MovableClock(), free_port()
    door_url = f"http://127.0.0.1:{port}"
    stand_in.account.webhook = f"{door_url}/sms"
    stand_in.account.progress = ("sent", "delivered")
    with serving(stand_in.app) as twilio_url:
        settings = settings_for(
            stand_in,
            twilio_url,
            tmp_path,
            public_url=door_url,
            sweep_seconds=0.3,
            reconcile_seconds=0.5,
            database_url=database_url,
        )
        services = services_over(store, settings, clock, TwilioSms(settings, timeout=1))
        app = Starlette(routes=sms.routes)
        app.state.services = services
        jobs = Jobs(services)
        with serving(app, port):
            jobs.start()
            yield Running(SmsWorld(services, clock, stand_in), jobs, twilio_url)
            jobs.stop()


def eventually(fact: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def delivered(running: Running, replies: int) -> bool:
    rows = running.world.outbound()
    return len(rows) == replies and all(row.state == "delivered" for row in rows)


def test_a_text_is_answered_sent_and_reported_delivered(running: Running) -> None:
    answers = running.control("inbound", {"from": RESIDENT, "body": "he has a knife"})["answers"]
    assert [a["status"] for a in answers] == [200]
    eventually(lambda: len(running.world.outbound()) > 0)
    eventually(lambda: delivered(running, len(running.world.outbound())))
    assert running.world.bodies()[0].startswith("Ring 999 now")


def test_a_text_delivered_three_times_is_answered_once(running: Running) -> None:
    running.control("inbound", {"from": RESIDENT, "body": "he has a knife", "times": 3})
    eventually(lambda: len(running.world.outbound()) > 0)
    eventually(lambda: delivered(running, len(running.world.outbound())))
    assert len(running.world.bodies()) == len(set(running.world.bodies()))


def test_a_text_that_never_reached_the_door_is_answered_all_the_same(running: Running) -> None:
    running.control("inbound", {"from": RESIDENT, "body": "he has a knife", "lost": True})
    running.world.clock.forward(minutes=1)
    eventually(lambda: any(body.startswith("Ring 999 now") for body in running.world.bodies()))


def test_an_unclear_failure_heals_by_itself(running: Running) -> None:
    running.control("faults", [{"kind": "error", "after": True}, {"kind": "error", "status": 429}])
    running.control("inbound", {"from": RESIDENT, "body": "he has a knife"})
    eventually(lambda: len(running.world.twilio.account.faults) < 2)
    running.world.clock.forward(minutes=2)
    eventually(lambda: len(running.world.outbound()) > 0)
    eventually(lambda: delivered(running, len(running.world.outbound())))
    bodies = running.world.bodies()
    assert len(bodies) == len(set(bodies))


def test_stopping_takes_two_seconds_at_most_even_when_twilio_hangs(running: Running) -> None:
    running.world.twilio.account.faults.extend([Fault("hang", seconds=5)] * 4)
    for number in range(4):
        running.world.queue("hello", to=f"+44770090080{number}")
    running.world.services.wake.outbox()
    time.sleep(0.3)
    started = time.monotonic()
    running.jobs.stop()
    assert time.monotonic() - started < 2.5


def test_without_sms_the_jobs_still_answer(running: Running) -> None:
    running.jobs.stop()
    services = replace(running.world.services, sms=None)
    jobs = Jobs(services)
    jobs.start()
    services.wake.inbox(receive(services, Inbound("sms", RESIDENT, "he has a knife")).conversation_id)
    eventually(lambda: len(running.world.outbound()) > 0)
    jobs.stop()
    assert running.world.bodies() == []


def test_no_error_ends_a_loop() -> None:
    calls: list[int] = []

    def work() -> bool:
        calls.append(1)
        if len(calls) < 3:
            raise RuntimeError("broken")
        return False

    loop = Loop("test", work, every=0.05)
    loop.start()
    eventually(lambda: len(calls) >= 5)
    loop.stop()
    loop.join(2)


def test_a_ring_wakes_a_loop_at_once() -> None:
    calls: list[int] = []

    def work() -> bool:
        calls.append(1)
        return False

    loop = Loop("test", work, every=60)
    loop.start()
    eventually(lambda: len(calls) == 1)
    loop.ring()
    eventually(lambda: len(calls) == 2)
    loop.stop()
    loop.join(2)


def test_what_rings_during_an_answer_is_answered_again_and_no_error_ends_a_thread() -> None:
    answered: list[str] = []
    busy, go_on = threading.Event(), threading.Event()

    def answer(conversation_id: str) -> None:
        answered.append(conversation_id)
        busy.set()
        assert go_on.wait(5)
        raise RuntimeError("broken")

    answering = Answering(answer, threads=1)
    answering.start()
    answering.ring("a")
    assert busy.wait(5)
    for conversation_id in ("a", "a", "b"):
        answering.ring(conversation_id)
    go_on.set()
    eventually(lambda: len(answered) == 3)
    assert answered == ["a", "a", "b"]
    answering.stop()
    answering.join(2)
