"""`bot translate`: the translators' files. `update` brings them to the present English, `check` says what is wrong."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.words import word
from bot.errors import DataError, NotFound, TranslationFailed
from bot.languages import catalogue_files, review
from bot.languages.catalogue import Catalogues, source_strings
from bot.languages.registry import SOURCE, Registry
from bot.settings import ROOT, Settings

translate = typer.Typer(no_args_is_help=True, help="Catalogues: one PO file a language.")


def _registry() -> Registry:
    return Registry.load(ROOT / "translations" / "languages.yml")


@translate.command()
def update() -> None:
    """Write the template and bring every catalogue to the present English; what changed becomes fuzzy."""
    for path in catalogue_files.update(ROOT, _registry()):
        typer.echo(str(path.relative_to(ROOT)))


@translate.command()
def check() -> None:
    """Check every catalogue: keys, placeholders, script, SMS length, quotes, numbers. Exit 1 at any fault."""
    faults = catalogue_files.faults(ROOT, _registry())
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo(word("translate_clean"))


@translate.command()
def approve(
    language: str,
    keys: Annotated[list[str] | None, typer.Argument(help="Sentences by key; all of them when none is named.")] = None,
    by: Annotated[str, typer.Option(help="The speaker who read and approved the words.")] = "",
) -> None:
    """Write into the ledger that a speaker has approved sentences as they stand."""
    if not by.strip():
        raise DataError(word("translate_by_missing"))
    registry = _registry()
    if registry.get(language).code == SOURCE or not registry.get(language).has_catalogue:
        raise NotFound(f"no catalogue for {language}")
    english, texts = source_strings(ROOT), Catalogues(ROOT, registry).sentences(language)
    review.approve(ROOT, language, english, texts, keys or list(texts), by.strip(), datetime.now(UTC).date())
    held = len(review.approved(ROOT, language, english, texts))
    typer.echo(word("translate_approved", language=language, held=held, all=len(english)))


@translate.command()
def draft(language: str) -> None:
    """Fill what has no words yet with a machine's, marked as such and not served. Needs BOT_TRANSLATE_PURPOSES."""
    from bot import bootstrap

    registry = _registry()
    found = registry.get(language)
    machine = bootstrap.machine_translator(Settings.load(), registry, also=frozenset({"catalogue"}))

    def translated(text: str) -> str | None:
        try:
            return machine.translate(text, SOURCE, language, "catalogue").text
        except TranslationFailed as failed:
            typer.echo(word("translate_not_drafted", text=text[:40], why=failed.code), err=True)
            return None

    try:
        filled, empty = catalogue_files.draft(ROOT, found, translated)
    finally:
        machine.close()
    typer.echo(word("translate_drafted", language=language, filled=filled, empty=empty))


@translate.command()
def preview(
    language: str,
    say: Annotated[
        list[str] | None, typer.Option(help="What the resident says, in order; else a whole concern.")
    ] = None,
    channel: Annotated[str, typer.Option(help="sms or web.")] = "sms",
) -> None:
    """Play a conversation in a language, each reply with its key and its English below. Nothing is kept."""
    from bot.cli import preview as player

    for line in player.played(_registry().get(language), say, channel):
        typer.echo(line)


@translate.command("export")
def export_one(language: str, to: Annotated[Path, typer.Argument()]) -> None:
    """Copy one language's catalogue to a file that Weblate and Poedit open."""
    path = catalogue_files.path_of(ROOT, language)
    if not path.exists():
        raise NotFound(f"no catalogue for {language}")
    to.write_bytes(path.read_bytes())


@translate.command("import")
def import_one(language: str, source: Path) -> None:
    """Take a translator's file back, if it has no fault; otherwise nothing changes."""
    for fault in catalogue_files.take(ROOT, _registry(), language, source):
        typer.echo(fault, err=True)
        raise typer.Exit(1)
