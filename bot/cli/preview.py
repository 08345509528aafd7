"""A conversation played for a translator: every reply with its key and its English."""

from collections.abc import Iterator, Sequence

from bot import bootstrap
from bot.cli.words import word
from bot.languages.examples import examples
from bot.languages.registry import SOURCE, Language
from bot.settings import ROOT, Settings
from bot.usecases import language_choice
from bot.usecases.receive import Inbound, receive
from bot.usecases.reply import reply

_ADDRESS = {"sms": "+447700900123", "web": "preview"}
_WORRY = "concern_neglect"


def played(language: Language, say: Sequence[str] | None, channel: str) -> Iterator[str]:
    """The lines to show. Without `say` a whole concern, told in this language and answered by number."""
    services = bootstrap.build_offline(Settings.load())
    with services.store.unit() as uow:
        conversation = uow.conversations.open(channel, _ADDRESS[channel], services.clock())
        language_choice.set_language(conversation, language.code)
        uow.commit()
        conversation_id = conversation.id
    shown = 0
    for text in say or _a_concern(language):
        yield word("preview_resident", text=text)
        receive(services, Inbound(channel, _ADDRESS[channel], text))
        reply(services, conversation_id)
        with services.store.reading() as uow:
            _, outbound = uow.conversations.history(conversation_id)
            for message in outbound[shown:]:
                yield word("preview_reply", text=message.body)
                if message.key in services.catalogues.keys:
                    english = services.catalogues.sentences(SOURCE)[message.key]
                    yield word("preview_english", sentence=message.key, text=english)
            shown = len(outbound)


def _a_concern(language: Language) -> list[str]:
    """A story from the examples of this language, then choices by number: every question of the form comes up."""
    story = next(text for intent, text in examples(ROOT / "data" / "nlu" / language.code) if intent == _WORRY)
    return ["MENU", "1", story, "2", "B21", "5 years old", "1", "3", "SKIP", "1"]
