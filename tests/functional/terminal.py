"""A command of `bot` as a test runs it: what it left behind, and the database behind its back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from bot.store.unit_of_work import Store
from tests.conftest import MASTER


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Result]


def one_line(result: Result, *words: str) -> None:
    assert result.status == 1
    assert result.out == ""
    (line,) = result.err.splitlines()
    assert all(word in line for word in words)


def change(var: Path, statement: str) -> None:
    """Reach into the database behind the application's back."""
    store = Store(f"sqlite:///{var / 'bot.sqlite3'}", MASTER)
    with store.engine.begin() as connection:
        connection.execute(text(statement))
    store.close()
