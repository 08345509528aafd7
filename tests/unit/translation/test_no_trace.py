"""No word of what was translated is left in a log, an error or a printed object."""

import logging
import traceback
from collections.abc import Iterator

import pytest

from bot.errors import TranslationFailed
from tests.standins.google_translate import Fault
from tests.standins.translation_world import Make, outcome, translation_worlds


@pytest.fixture
def make() -> Iterator[Make]:
    with translation_worlds() as make:
        yield make


class _Everything(logging.Handler):
    def __init__(self) -> None:
        super().__init__(level=0)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{vars(record)} {record.getMessage()}")


@pytest.fixture
def loud() -> Iterator[list[str]]:
    """All that any logger says at its loudest, whatever level somebody sets."""
    handler, root = _Everything(), logging.getLogger()
    names = ["httpx", "httpcore", "httpcore.connection", "httpcore.http11", "hpack", "asyncio", "googletrans"]
    levels = {name: logging.getLogger(name).level for name in names}
    before = root.level
    root.addHandler(handler)
    root.setLevel(1)
    for name in names:
        logging.getLogger(name).setLevel(1)
    yield handler.seen
    root.removeHandler(handler)
    root.setLevel(before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("kind", ["", "error", "html", "truncated", "other_json", "cut", "slow", "unchanged"])
def test_no_word_of_the_text_is_logged_or_in_an_error(
    make: Make, loud: list[str], capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    world, canary = make(seconds=1.0), "kanarekxyz"
    world.google.faults.extend([Fault(kind)] if kind else [])
    found = outcome(world.translator, f"{canary} bije dziecko", "pl", "en")
    shown = repr(found)
    if isinstance(found, TranslationFailed):
        assert kind
        shown += "".join(traceback.format_exception(found)) + repr(found.__context__)
    out, err = capfd.readouterr()
    told = [line for line in loud if canary in line and "uvicorn" not in line]
    assert told == []
    assert canary not in shown + out + err
    assert canary not in repr(world.translator) + str(vars(world.translator))


def test_the_check_of_the_log_would_notice(loud: list[str], make: Make) -> None:
    make()
    logging.getLogger("httpx").info("kanarekxyz")
    assert any("kanarekxyz" in line for line in loud)
