"""Canaries, words that nothing else says, and every place where one of them could have been written down."""

import base64
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine, text


@dataclass
class Cage:
    """The canaries of one test, one for each door."""

    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    number: str = field(default_factory=lambda: f"+4477009{secrets.randbelow(10**5):05d}")
    let_out: dict[str, str] = field(default_factory=dict)

    def bird(self, door: str) -> str:
        """A word for this door."""
        return self.let_out.setdefault(door, f"kanarek{len(self.let_out)}{self.mark}")

    def seen_in(self, data: bytes) -> list[str]:
        """Which doors' words, or the number, stand in there, as they are or in a usual disguise."""
        words = self.let_out | {"number": self.number[3:], "national": f"07{self.number[4:]}"}
        return [door for door, word in words.items() if any(form in data for form in _forms(word))]


def _forms(word: str) -> set[bytes]:
    plain = word.encode()
    packed = {base64.b64encode(b" " * shift + plain)[4:-4] for shift in range(3)}
    return {plain, word.encode("utf-16-le"), word.upper().encode(), quote(word).encode(), plain.hex().encode(), *packed}


def excerpts(cage: Cage, logged: bytes) -> list[bytes]:
    """The lines at fault, cut down to what stands around the word."""
    found = []
    for line in logged.splitlines():
        if seen := cage.seen_in(line):
            at = max(line.find((cage.let_out | {"number": cage.number[3:]}).get(seen[0], "").encode()), 0)
            found.append(line[:120] + b" ... " + line[max(at - 200, 0) : at + 60])
    return found[:10]


def files_under(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(folder)), path.read_bytes()


def database_files(url: str, tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    """Every byte that the database has on disk, its write-ahead log and its own log too."""
    if url.startswith("sqlite"):
        yield from files_under(Path(url.removeprefix("sqlite:///")).parent)
        return
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    engine.dispose()
    yield from files_under(Path(folder))


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(level=0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # What a formatter could print, and what an error tracker would send.
        error = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.lines.append(f"{record.name} {record.getMessage()} {record.args} {error}")


@contextmanager
def everything_logged() -> Iterator[_Collector]:
    """Collect all records from level 0 on, without touching the levels that the application has set."""
    collector, root = _Collector(), logging.getLogger()
    level = root.level
    root.addHandler(collector)
    root.setLevel(0)
    try:
        yield collector
    finally:
        root.removeHandler(collector)
        root.setLevel(level)
