"""`bot languages`: what each language has: sentences, review, examples, the longest text in SMS segments."""

import json as jsonlib
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.words import word
from bot.languages import catalogue_files, review
from bot.languages.catalogue import Catalogues, source_strings
from bot.languages.examples import examples
from bot.languages.registry import Language, Registry
from bot.settings import ROOT


@dataclass(frozen=True)
class Coverage:
    """One language. `strings` is the share of sentences served, 0 to 1; `examples` are counts by intent.

    `segments` is the most that one message takes as a text, its choices aside; `reviewed` counts the sentences whose
    approval by a speaker holds.
    """

    code: str
    english: str
    name: str
    script: str
    tier: int
    status: str
    answered_in: str
    strings: float
    reviewed: int
    reviewer: str
    date: str
    examples: dict[str, int]
    fewest_examples: int
    segments: int


def languages(json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """List the languages and how complete they are."""
    registry = Registry.load(ROOT / "translations" / "languages.yml")
    catalogues, english = Catalogues(ROOT, registry), source_strings(ROOT)
    rows = [coverage(language, registry, catalogues, english) for language in registry if language.status != "off"]
    if json:
        typer.echo(jsonlib.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    table = Table("code", "language", "name", "tier", "status", "strings", "reviewed", "examples", "fewest", "segments")
    for row in rows:
        share = f"{row.strings:.0%}" if row.answered_in == row.code else f"> {row.answered_in}"
        counts = (
            str(row.reviewed),
            str(sum(row.examples.values())),
            str(row.fewest_examples),
            str(row.segments or "-"),
        )
        table.add_row(row.code, row.english, row.name, str(row.tier), row.status, share, *counts)
    console = Console(width=140)
    console.print(table)
    whole = sum(row.strings == 1.0 for row in rows)
    console.print(word("languages_whole", whole=whole, approved=sum(row.status == "approved" for row in rows)))


def coverage(language: Language, registry: Registry, catalogues: Catalogues, english: dict[str, str]) -> Coverage:
    """Count one language."""
    counts: dict[str, int] = {}
    for intent, _ in examples(ROOT / "data" / "nlu" / language.code):
        counts[intent] = counts.get(intent, 0) + 1
    served = catalogues.sentences(language.code) if language.has_catalogue else {}
    lengths = (catalogue_files.segments(language, text) for key, text in served.items() if _is_a_message(key))
    return Coverage(
        code=language.code,
        english=language.english,
        name=language.name,
        script=language.script,
        tier=language.tier,
        status=language.status,
        answered_in=registry.served(language.code).code,
        strings=len(served) / len(catalogues.keys),
        reviewed=len(review.approved(ROOT, language.code, english, served)),
        reviewer=language.reviewer,
        date=language.date,
        examples=counts,
        fewest_examples=min(counts.values(), default=0),
        segments=max(lengths, default=0),
    )


def _is_a_message(key: str) -> bool:
    return key.startswith("utter_") and "/" not in key
