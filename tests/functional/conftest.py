"""Fixtures of the tests that use a whole door: the console, texts and the web chat, the terminal."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot import bootstrap
from bot.app import create_app
from bot.channels.twilio_sms import TwilioSms
from bot.settings import Settings
from bot.store import schema
from bot.store.unit_of_work import Store
from bot.usecases.services import Services
from tests.conftest import MASTER, StillClock
from tests.functional.door import Chat, Door
from tests.functional.phone import Phone, Running, Serve
from tests.functional.staff_console import Silent
from tests.functional.terminal import Result, Run, run_bot
from tests.standins.referral_world import ReferralWorld, referral_world
from tests.standins.serving import free_port, serving
from tests.standins.sms_world import MovableClock, settings_for
from tests.standins.twilio import TwilioStandIn


@pytest.fixture(scope="session")
def _parts() -> Services:
    """What does not change between tests, read once."""
    store = Store("sqlite://", MASTER)
    schema.upgrade(store.engine)
    return bootstrap.build(Settings.load(_env_file=None), store=store, dialogue=Silent())


@pytest.fixture
def console(_parts: Services, store: Store, settings: Settings, clock: StillClock) -> Services:
    """The services of a console, on both databases."""
    return dataclasses.replace(_parts, store=store, settings=settings, clock=clock)


@pytest.fixture
def world(console: Services) -> Iterator[ReferralWorld]:
    """A concern, an agency with a mailbox, and a mail server, on both databases."""
    with referral_world(console) as made:
        yield made


@pytest.fixture
def door(services: Services, tmp_path: Path) -> Door:
    twilio = TwilioStandIn()
    settings = settings_for(twilio, "http://127.0.0.1:9", tmp_path / "var", staff_api_token="a-token-for-the-api")
    services = dataclasses.replace(services, settings=settings)
    app = create_app(services, jobs=False)
    # Not as a context: its end would close the database under the test.
    return Door(services, TestClient(app, base_url="https://bot.example", raise_server_exceptions=False), twilio)


@pytest.fixture
def chat(door: Door) -> Chat:
    return Chat(door).open()


@pytest.fixture
def serve(store: Store, database_url: str, tmp_path: Path, make_services: Callable[..., Services]) -> Serve:
    """Serve the application; the stand-in's port is chosen but nobody listens there yet."""

    @contextmanager
    def serving_it() -> Iterator[tuple[Running, int]]:
        twilio, clock, port, twilio_port = TwilioStandIn(), MovableClock(), free_port(), free_port()
        door = f"http://127.0.0.1:{port}"
        settings = settings_for(
            twilio,
            f"http://127.0.0.1:{twilio_port}",
            tmp_path / "var",
            public_url=door,
            database_url=database_url,
            sweep_seconds=0.3,
        )
        services = make_services(store, settings, clock=clock, sms=TwilioSms(settings, timeout=2))
        with serving(create_app(services), port):
            yield Running(services, clock, Phone(twilio, door), twilio), twilio_port

    return serving_it


@pytest.fixture
def running(serve: Serve) -> Iterator[Running]:
    with serve() as (found, twilio_port), serving(found.twilio.app, twilio_port):
        yield found


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], var: Path, tmp_path: Path) -> Run:
    """Run `bot` with these arguments in this process, on an SQLite database of its own."""
    monkeypatch.setenv("BOT_VAR", str(var))
    monkeypatch.setenv("BOT_MASTER_KEY", MASTER.hex())
    # Elsewhere there is no `.env`.
    monkeypatch.chdir(tmp_path)

    def run_it(*arguments: str) -> Result:
        return run_bot(monkeypatch, capsys, *arguments)

    return run_it
