"""Messages that are read before Rasa: opt-out words, numbers in answer to a choice, yes and no, names of languages."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.languages.keywords import number_in
from bot.ports import Button
from bot.safeguarding.detector import Danger
from bot.safeguarding.reference import find_reference, looks_like_reference
from bot.usecases import short_answers
from bot.usecases.services import Services
from bot.usecases.understand import FALLBACK, Understanding

_PAYLOAD = re.compile(r"/(?P<intent>\w+)(?P<entities>\{.*\})?")
_WORDS = {"yes": "affirm", "no": "deny", "skip": "dont_know", "menu": "menu", "cancel": "cancel"}


@dataclass(frozen=True)
class Command:
    """What the message asks for. `kind` is dialogue, stop, stop_ask, start, help or language."""

    kind: str
    intent: str = ""
    entities: dict[str, str] = field(default_factory=dict)


def read(
    services: Services,
    heard: Understanding,
    text: str,
    language: str | None,
    offered: Sequence[Button],
    web: bool,
) -> Command:
    """Tell what to do with a message. Danger outranks every command; a number outranks words."""
    payloads = [button.payload for button in offered]
    choice = number_in(text, len(offered)) or _number_word(services, text, language, len(offered))
    if choice:
        return from_payload(payloads[choice - 1])
    if number_in(text, 9):
        # A number that nothing on offer has: no guess at what it means.
        return Command("dialogue", FALLBACK)
    if heard.verdict.danger is Danger.EMERGENCY:
        return Command("dialogue", "emergency")
    if picked := short_answers.titled(offered, text):
        return from_payload(picked)
    command = _keyword(services, text, language, web) or _named(services, heard, text)
    return _only_choice(command or Command("dialogue", heard.path), payloads)


def _named(services: Services, heard: Understanding, text: str) -> Command | None:
    """A reference or a language that the message names."""
    if looks_like_reference(text):
        return Command("dialogue", "ask_status", {"reference": find_reference(text) or "unknown"})
    asking = heard.path == "ask_language"
    if named := short_answers.language_asked(services, text, asking):
        return Command("language", entities={"language": named})
    if short_answers.language_missing(services, text, asking):
        return Command("dialogue", "ask_language")
    return None


def _only_choice(command: Command, payloads: Sequence[str]) -> Command:
    """A bare yes or no picks the choice that means it, when there is one."""
    if command.kind != "dialogue" or command.intent not in ("affirm", "deny"):
        return command
    picked = short_answers.only(payloads, command.intent)
    return from_payload(picked) if picked else command


def from_payload(payload: str) -> Command:
    """The command a button stands for."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        return Command("dialogue", "menu")
    entities = json.loads(match["entities"] or "{}")
    special = {"stop_messages": "stop", "keep_messages": "start"}.get(entities.get("choice", ""))
    if special:
        return Command(special)
    if "language" in entities:
        return Command("language", entities=entities)
    return Command("dialogue", match["intent"], entities)


def _keyword(services: Services, text: str, language: str | None, web: bool) -> Command | None:
    varieties = short_answers.varieties(services, language)
    meaning = services.keywords.meaning(text, varieties)
    if meaning is None and language is None:
        meaning = _unambiguous(services, text)
    if meaning in ("stop", "start") and web:
        # A web chat has nothing to opt out of; the word stops the questions.
        return Command("dialogue", "cancel" if meaning == "stop" else "menu")
    if meaning in ("stop", "start", "help"):
        return Command(meaning)
    if meaning is None and not web and services.keywords.means_anywhere(text, "stop"):
        return Command("stop_ask")
    if meaning == "english":
        return Command("language", entities={"language": "en"})
    if meaning in _WORDS:
        return Command("dialogue", _WORDS[meaning])
    return None


def _unambiguous(services: Services, text: str) -> str | None:
    """A word that means the same in every language that has it: safe to take before the language is known."""
    every = {services.keywords.meaning(text, (variety,)) for variety in services.keywords.by_variety}
    meanings = {meaning for meaning in every if meaning is not None and not meaning.isdigit()}
    return meanings.pop() if len(meanings) == 1 else None


def _number_word(services: Services, text: str, language: str | None, most: int) -> int | None:
    meaning = services.keywords.meaning(text, short_answers.varieties(services, language))
    if meaning is not None and meaning.isdigit() and int(meaning) <= most:
        return int(meaning)
    return None
