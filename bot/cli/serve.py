"""`bot serve`: everything on one address."""

from typing import Annotated

import typer
import uvicorn

from bot import bootstrap
from bot.app import create_app
from bot.cli.words import word
from bot.settings import Settings
from bot.usecases import staff_accounts


def serve(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8000,
    workers: Annotated[int, typer.Option(help="Processes; more than one needs PostgreSQL to gain anything.")] = 1,
) -> None:
    """Serve the site, the chat, the SMS webhook and the staff console, and run the jobs."""
    settings = Settings.load()
    services = bootstrap.build(settings)
    url = settings.public_url or f"http://localhost:{port}"
    if not services.dialogue.ready:
        typer.echo(word("serve_no_model"), err=True)
    if not settings.sms_is_on:
        typer.echo(word("serve_sms_off"))
    if not settings.mail_is_on:
        typer.echo(word("serve_mail_off"))
    first = staff_accounts.first_sign_in(services)
    if first is not None:
        hours = staff_accounts.FIRST_SIGN_IN_HOURS
        typer.echo(word("serve_first", url=f"{url}/staff/first/{first}", hours=hours))
    typer.echo(word("serve_open", url=url))
    # ws: Rasa holds websockets at a version that uvicorn cannot import. No access log: addresses can be identifying.
    # log_level: below it uvicorn would log every request with its headers, if somebody set the root logger so low.
    if workers == 1:
        uvicorn.run(
            create_app(services),
            host=host,
            port=port,
            ws="none",
            log_config=None,
            log_level="info",
            access_log=False,
        )
    else:
        services.translator.close()
        services.store.close()
        uvicorn.run(
            "bot.app:from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            ws="none",
            log_config=None,
            log_level="info",
            access_log=False,
        )
