"""`bot translate`: the translators' files. `update` brings them to the present English, `check` says what is wrong."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.words import word
from bot.errors import NotFound
from bot.languages import catalogue_files
from bot.languages.registry import Registry
from bot.settings import ROOT

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
