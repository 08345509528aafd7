"""Fixtures of the tests that use a whole door: the console over both databases, without the dialogue model."""

import dataclasses
from collections.abc import Iterator

import pytest

from bot import bootstrap
from bot.settings import Settings
from bot.store import schema
from bot.store.unit_of_work import Store
from bot.usecases.services import Services
from tests.conftest import MASTER, StillClock
from tests.functional.staff_console import Silent
from tests.standins.referral_world import ReferralWorld, referral_world


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
