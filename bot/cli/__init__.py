"""The command line, `bot`. One module a command; each calls one use case or prints what it found."""

import sys

import typer

from bot.cli import database
from bot.cli.chat import chat
from bot.cli.directory import directory
from bot.cli.languages import languages
from bot.cli.route import route
from bot.cli.serve import serve
from bot.cli.staff import staff
from bot.cli.train import train
from bot.cli.translate import translate
from bot.cli.understand import understand
from bot.dialogue import quiet
from bot.errors import BotError

# Plain errors: an operator's log is no place for boxes.
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
for command in (serve, train, chat, understand, route, languages):
    app.command(command.__name__)(command)
app.add_typer(staff, name="staff")
app.add_typer(database.db, name="db")
app.add_typer(database.audit, name="audit")
app.add_typer(directory, name="directory")
app.add_typer(translate, name="translate")


def main() -> None:
    """Run one command. An error of ours is one line on standard error, not a traceback."""
    if sys.argv[1:2] == ["rasa"]:
        from bot.cli.rasa import pass_through

        pass_through(sys.argv[2:])
        return
    quiet.prepare()
    try:
        app()
    except (BotError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        raise SystemExit(1) from None
