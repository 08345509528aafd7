"""`bot directory import`: records from another directory, to be rung before anybody is told of them."""

import json
import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cli.words import word
from bot.directory import imported
from bot.directory.agencies import Agency, read_records
from bot.directory.hours import LONDON
from bot.directory.open_referral_in import Incoming, agencies_of, differences
from bot.directory.open_referral_words import words
from bot.errors import DataError
from bot.settings import Settings

_LARGEST = 10_000_000
_LONGEST_NAME = 100


def import_command(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    by: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
) -> None:
    """Add the Open Referral UK services of FILE (- is standard input); nobody is given one before it is confirmed.

    Everything is checked first, and one fault anywhere means that nothing is written. --dry-run only checks.
    """
    folder = Settings.load().directory
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such folder")
    today = datetime.now(LONDON).date()
    said = {"on": today.isoformat(), "by": _name(by)}
    because = words().say("imported_by" if by else "imported", **said)
    known = {agency.id: agency for _, agency in read_records(folder)}
    source = "standard input" if file == "-" else file
    try:
        incoming = agencies_of(_read(file), today, because)
        new = _new(incoming, known)
    except DataError as error:
        raise DataError(f"{source}: {error}") from error
    path = imported.add(folder, new, only_try=dry_run)
    counts = {"new": len(new), "same": len(incoming.agencies) - len(new)}
    counts |= {"inactive": incoming.inactive, "elsewhere": incoming.elsewhere}
    typer.echo(word("import_tried" if dry_run else "import_done", **counts, path=path))


def _name(by: str | None) -> str:
    if by is not None and not (by.strip() and by.isprintable() and len(by) <= _LONGEST_NAME):
        raise DataError(f"--by: give a name of 1 to {_LONGEST_NAME} letters in one line")
    return (by or "").strip()


def _read(file: str) -> Any:
    """The JSON in it. Raises `DataError` or `OSError`."""
    if file == "-":
        content = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        with open(file, "rb") as opened:
            content = opened.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise DataError(f"is larger than {_LARGEST // 1_000_000} MB")
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        told = "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:200]
        raise DataError(f"not JSON that can be read: {told}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a key is given twice among {', '.join(sorted(found)[:5])}")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _new(incoming: Incoming, known: dict[str, Agency]) -> list[Agency]:
    """Those that we do not have. Raises `DataError` for one that we have with other content."""
    for agency in incoming.agencies:
        ours = known.get(agency.id)
        others = differences(agency, ours) if ours else []
        if others:
            raise DataError(f"{agency.id}: is in the directory already, with another {', '.join(others)}")
    return [agency for agency in incoming.agencies if agency.id not in known]
