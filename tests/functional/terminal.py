"""A command of `bot` as a test runs it: what it left behind, and the database behind its back."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import cli
from bot.store.unit_of_work import Store
from tests.conftest import MASTER


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Result]


def run_bot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> Result:
    """Run `bot` with these arguments in this process."""
    monkeypatch.setattr(sys, "argv", ["bot", *arguments])
    try:
        cli.main()
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    printed = capsys.readouterr()
    return Result(status, printed.out, printed.err)


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
