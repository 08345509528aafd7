"""`bot understand`: a line of text in, a JSON line out, by the path a live message takes."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.settings import Settings
from bot.usecases.understand import understand as understand_text


def understand(source: Annotated[str, typer.Argument(metavar="FILE|-")] = "-") -> None:
    """Read lines from FILE or standard input; print one JSON object a line."""
    with sys.stdin.buffer if source == "-" else Path(source).open("rb") as stream:
        services = bootstrap.build_offline(Settings.load())
        for line in stream:
            # A broken letter must not cost the other lines.
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            typer.echo(json.dumps(understand_text(services, text).as_json(services), ensure_ascii=False))
