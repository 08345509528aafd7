"""`bot chat`: talk to the bot in the terminal, by the very path of a live message, on a database in memory."""

import secrets
from typing import Annotated

import typer
from rich.console import Console

from bot import bootstrap
from bot.cli.words import word
from bot.settings import Settings
from bot.usecases import language_choice
from bot.usecases.receive import Inbound, receive
from bot.usecases.reply import reply


def chat(
    language: Annotated[str | None, typer.Option(help="Answer in this language from the start.")] = None,
    channel: Annotated[str, typer.Option(help="web or sms: how choices and notices look.")] = "sms",
) -> None:
    """Talk to the bot here. Nothing is kept."""
    services = bootstrap.build_offline(Settings.load())
    console, address, shown = Console(highlight=False), f"terminal-{secrets.token_hex(8)}", 0
    console.print(word("chat_hint"), style="dim")
    with services.store.unit() as uow:
        conversation = uow.conversations.open(channel, address, services.clock())
        if language:
            language_choice.set_language(conversation, services.registry.get(language).code)
        uow.commit()
        conversation_id = conversation.id
    while True:
        try:
            text = console.input("> ")
        except (EOFError, KeyboardInterrupt):
            return
        receive(services, Inbound(channel, address, text))
        reply(services, conversation_id)
        with services.store.reading() as uow:
            _, outbound = uow.conversations.history(conversation_id)
            for message in outbound[shown:]:
                console.print(message.body or "", style="bold", markup=False)
                for number, (title, _) in enumerate(message.buttons or [] if channel == "web" else [], 1):
                    console.print(f"  {number} {title}", markup=False)
            shown = len(outbound)
