"""`bot languages`: what each language has: sentences, review, examples, the longest text in SMS segments."""

import json as jsonlib
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.languages.catalogue import Catalogues
from bot.languages.examples import examples
from bot.languages.registry import Language, Registry
from bot.languages.sms_length import measure
from bot.settings import ROOT


@dataclass(frozen=True)
class Coverage:
    """One language. `strings` is the share of sentences served, 0 to 1; `segments` the worst over plain sentences."""

    code: str
    english: str
    name: str
    status: str
    strings: float
    reviewed: int
    examples: int
    fewest_examples: int
    segments: int


def languages(json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the languages and how complete they are."""
    registry = Registry.load(ROOT / "translations" / "languages.yml")
    catalogues = Catalogues(ROOT, registry)
    rows = [coverage(language, catalogues) for language in registry]
    if json:
        typer.echo(jsonlib.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    table = Table("code", "language", "name", "status", "strings", "reviewed", "examples", "fewest", "segments")
    for row in rows:
        share = f"{row.strings:.0%}" if row.status != "input" else "-"
        counts = (str(row.reviewed), str(row.examples), str(row.fewest_examples), str(row.segments or "-"))
        table.add_row(row.code, row.english, row.name, row.status, share, *counts)
    Console(width=140).print(table)


def coverage(language: Language, catalogues: Catalogues) -> Coverage:
    """Count one language."""
    counts: dict[str, int] = {}
    for intent, _ in examples(ROOT / "data" / "nlu" / language.code):
        counts[intent] = counts.get(intent, 0) + 1
    served = catalogues.sentences(language.code) if language.has_catalogue else {}
    texts = [text for key, text in served.items() if key.startswith("utter_")]
    return Coverage(
        code=language.code,
        english=language.english,
        name=language.name,
        status=language.status,
        strings=len(served) / len(catalogues.keys),
        reviewed=len(_reviewed(language.code)),
        examples=sum(counts.values()),
        fewest_examples=min(counts.values(), default=0),
        segments=max((measure(text).segments for text in texts), default=0),
    )


def _reviewed(code: str) -> list[str]:
    """Keys with a row in the ledger `translations/review.tsv`: key, language, hash, reviewer, date."""
    ledger = ROOT / "translations" / "review.tsv"
    rows = [line.split("\t") for line in ledger.read_text(encoding="utf-8").splitlines()[1:] if line.strip()]
    return [row[0] for row in rows if row[1] == code]
