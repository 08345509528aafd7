"""Who rang a number and when, and what was taken out at once: the ledger `confirmations.tsv` beside the agencies.

A confirmation holds for what was rung. When the record says something else afterwards it lapses by itself.
"""

import calendar
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from bot.directory.agencies import Agency
from bot.errors import DataError

Action = Literal["confirmed", "withheld"]
LEDGER = "confirmations.tsv"
_HEAD = ("id", "action", "fingerprint", "by", "date", "because")
_RUNG = {"phone", "phone_abroad", "text", "relay", "email", "web", "hours", "boroughs", "kind", "audience"}
"""Fields that a confirmation vouches for: the ways to reach it, and when and for whom somebody answers."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. The later of two about the same record counts."""

    id: str
    action: Action
    fingerprint: str
    by: str
    on: date
    because: str = ""

    @property
    def line(self) -> str:
        return "\t".join((self.id, self.action, self.fingerprint, self.by, self.on.isoformat(), self.because)) + "\n"


def fingerprint(agency: Agency) -> str:
    """16 hexadecimal characters that change when what was rung changes."""
    said = agency.model_dump(mode="json", include=_RUNG, exclude_none=True)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def confirmed(agency: Agency, by: str, on: date) -> Entry:
    return Entry(agency.id, "confirmed", fingerprint(agency), by, on)


def withheld(agency: Agency, by: str, on: date, because: str) -> Entry:
    return Entry(agency.id, "withheld", fingerprint(agency), by, on, because)


def load(folder: Path, known: Mapping[str, Agency]) -> list[Entry]:
    """The ledger, oldest first. Raises `DataError` naming the line."""
    path = folder / LEDGER
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{LEDGER}: cannot be read: {getattr(error, 'strerror', error)}") from error
    if tuple(lines[0].split("\t")) != _HEAD:
        raise DataError(f"{LEDGER}: line 1: must be the columns {', '.join(_HEAD)}")
    return [_entry(line, number, known) for number, line in enumerate(lines[1:], 2) if line.strip()]


def _entry(line: str, number: int, known: Mapping[str, Agency]) -> Entry:
    where = f"{LEDGER}: line {number}"
    cells = line.rstrip("\r").split("\t")
    if len(cells) != len(_HEAD):
        raise DataError(f"{where}: {len(_HEAD)} columns are needed, there are {len(cells)}")
    agency_id, action, print_, by, on, because = (cell.strip() for cell in cells)
    if agency_id not in known:
        raise DataError(f"{where}: id: no record called {agency_id or 'nothing'}")
    if action not in get_args(Action):
        raise DataError(f"{where}: {agency_id}: action: must be {' or '.join(get_args(Action))}")
    if not by or (action == "withheld" and not because):
        raise DataError(f"{where}: {agency_id}: {'because' if by else 'by'}: is missing")
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise DataError(f"{where}: {agency_id}: date: {on or 'nothing'} is no date") from error
    return Entry(agency_id, "withheld" if action == "withheld" else "confirmed", print_, by, day, because)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger says of the records: in force, and confirmations that no longer fit theirs."""

    in_force: Mapping[str, Entry]
    lapsed: Mapping[str, Entry]


def standing(agencies: Mapping[str, Agency], entries: Iterable[Entry]) -> Standing:
    """A lapsed confirmation undoes nothing before it: what was withheld stays withheld."""
    in_force: dict[str, Entry] = {}
    lapsed: dict[str, Entry] = {}
    for entry in entries:
        agency = agencies[entry.id]
        if entry.action == "confirmed" and (agency.not_for_residents or entry.fingerprint != fingerprint(agency)):
            lapsed[entry.id] = entry
            continue
        in_force[entry.id] = entry
        lapsed.pop(entry.id, None)
    return Standing(in_force, lapsed)


def apply(agencies: Mapping[str, Agency], now: Standing) -> dict[str, Agency]:
    """The records as the ledger leaves them."""
    return {name: _as_left(agency, now.in_force.get(name)) for name, agency in agencies.items()}


def _as_left(agency: Agency, entry: Entry | None) -> Agency:
    if entry is None:
        return agency
    if entry.action == "withheld":
        said = {"publish": False, "confirmed": False, "unpublished_because": entry.because}
        return agency.model_copy(update=said)
    given: dict[str, object] = {"publish": True, "confirmed": True, "unpublished_because": None}
    if entry.on >= agency.checked_on:
        given |= {"checked_on": entry.on, "check_by": three_months_after(entry.on)}
    return agency.model_copy(update=given)


def three_months_after(day: date) -> date:
    """The same day of the month, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + 3, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def append(folder: Path, entry: Entry) -> None:
    """Add one row. A crash leaves the old file or the new one; two at once both get in. Raises `OSError`."""
    path = folder / LEDGER
    with _locked(folder):
        old = path.read_bytes()
        gap = b"" if old.endswith(b"\n") else b"\n"
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{LEDGER}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(old + gap + entry.line.encode())
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(path, name)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer at a time; the lock is the folder's, because the file itself is replaced."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)
