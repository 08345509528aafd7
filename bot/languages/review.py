"""The ledger of what speakers have approved: `translations/review.tsv`, a row a sentence.

An approval is of the words as they stood: it holds while neither the English nor the translation changes.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

from bot.errors import DataError


@dataclass(frozen=True)
class Approval:
    """Who approved a sentence and when (ISO 8601). `hash` is of the English and the words together."""

    key: str
    language: str
    hash: str
    reviewer: str
    date: str


_COLUMNS = tuple(field.name for field in fields(Approval))


def hash_of(english: str, text: str) -> str:
    """16 hexadecimal characters that change when either side does."""
    return hashlib.sha256(f"{english}\0{text}".encode()).hexdigest()[:16]


def read(root: Path) -> list[Approval]:
    """The rows as they stand. Raises `DataError` naming the line at fault."""
    with _path(root).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    if not rows or tuple(rows[0]) != _COLUMNS:
        raise DataError("review.tsv: line 1: the columns are " + ", ".join(_COLUMNS))
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(_COLUMNS):
            raise DataError(f"review.tsv: line {number}: {len(row)} fields, there are {len(_COLUMNS)} columns")
    return [Approval(*row) for row in rows[1:]]


def approved(root: Path, code: str, english: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, Approval]:
    """The approvals of one language that still hold, by key."""
    return {
        row.key: row
        for row in read(root)
        if row.language == code and row.key in texts and row.hash == hash_of(english.get(row.key, ""), texts[row.key])
    }


def approve(
    root: Path,
    code: str,
    english: Mapping[str, str],
    texts: Mapping[str, str],
    keys: Iterable[str],
    reviewer: str,
    on: date,
) -> None:
    """Write an approval for each key in the place of an older one; when every sentence has one, say so in the registry.

    Raises `DataError` for a key without words in this language.
    """
    wanted = list(keys)
    if unknown := [key for key in wanted if key not in texts]:
        raise DataError(f"{code}: {unknown[0]}: there are no words to approve")
    kept = [row for row in read(root) if not (row.language == code and row.key in wanted)]
    new = [Approval(key, code, hash_of(english[key], texts[key]), reviewer, on.isoformat()) for key in wanted]
    _write(root, sorted([*kept, *new], key=lambda row: (row.language, row.key)))
    if len(approved(root, code, english, texts)) == len(english):
        _mark_approved(root, code, reviewer, on)


def _write(root: Path, rows: list[Approval]) -> None:
    waiting = _path(root).with_suffix(".new")
    with waiting.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerows([_COLUMNS, *map(astuple, rows)])
    waiting.replace(_path(root))


def _mark_approved(root: Path, code: str, reviewer: str, on: date) -> None:
    """The registry is kept by hand, a line a language; only this line changes."""
    path = root / "translations" / "languages.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    for place, line in enumerate(lines):
        if line.startswith(f"  {code}: "):
            line = re.sub(r", (reviewer|date): (\"[^\"]*\"|[^,}]*)", "", line)
            line = re.sub(r"status: \w+", "status: approved", line)
            name = reviewer.replace('"', "'")
            lines[place] = f'{line.removesuffix("}")}, reviewer: "{name}", date: "{on.isoformat()}"}}'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _path(root: Path) -> Path:
    return root / "translations" / "review.tsv"
