"""`agencies/imported.yml`: where records from elsewhere wait until somebody has rung them."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from bot.directory.agencies import WEEKDAYS, Agency, Weekly, WhenShut, read_records
from bot.errors import DataError

FILE = "imported.yml"
_HEAD = """\
# Records imported by `bot directory import`. None is given to residents until somebody has rung it:
# bot directory confirm ID --by NAME. bot/directory/agencies.py explains the fields.
agencies:
"""


def add(folder: Path, agencies: Sequence[Agency], *, only_try: bool = False) -> Path:
    """Append the records; what stood there stays as it was. Returns the file.

    A crash leaves the old file or the new one; two at once both get in. Raises `DataError`, with nothing written, if
    the directory would not load afterwards.
    """
    target = folder / "agencies" / FILE
    if not agencies:
        return target
    with _locked(folder):
        old = target.read_text(encoding="utf-8") if target.exists() else _HEAD
        text = old + ("" if old.endswith("\n") else "\n") + "".join(f"{as_yaml(agency)}\n" for agency in agencies)
        _check(folder, text, agencies)
        if not only_try:
            _replace(target, text)
    return target


def as_yaml(agency: Agency) -> str:
    """One record as the files write it, for a list below `agencies:`."""
    raw = agency.model_dump(by_alias=True, exclude_defaults=True) | {"hours": _hours(agency)}
    plain = {key: sorted(value) if isinstance(value, frozenset) else _listed(value) for key, value in raw.items()}
    text = yaml.safe_dump([plain], sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=None)
    return "".join(f"  {line}\n" for line in text.splitlines())


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, dict) else value


def _hours(agency: Agency) -> Any:
    hours = agency.hours
    if isinstance(hours, WhenShut):
        return {"when_shut": hours.when_shut}
    if not isinstance(hours, Weekly):
        return hours or "unknown"
    written = {day: ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in hours.days[day]) or "shut" for day in WEEKDAYS}
    return {"days": written, "bank_holidays": hours.bank_holidays}


def _check(folder: Path, text: str, added: Sequence[Agency]) -> None:
    """Read the directory as it would be, with the reader that every command uses."""
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name)
        (trial / "agencies").mkdir()
        for path in (folder / "agencies").glob("*.yml"):
            shutil.copy(path, trial / "agencies" / path.name)
        (trial / "agencies" / FILE).write_text(text, encoding="utf-8")
        found = {agency.id: agency for _, agency in read_records(trial)}
    for agency in added:
        if found.get(agency.id) != agency:
            raise DataError(f"{FILE}: {agency.id}: cannot be written as YAML")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer at a time; the lock is the folder's, because the file itself is replaced."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(target: Path, text: str) -> None:
    target.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{FILE}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
