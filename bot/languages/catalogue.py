"""Every sentence a person reads, by key and language.

English comes from `domain.yml` (the bot) and `translations/site.yml` (pages and errors); the other languages from
`translations/<code>/LC_MESSAGES/bot.po`, where `msgctxt` is the key. Fuzzy entries are not served.
"""

import functools
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from babel.messages.pofile import read_po

from bot.errors import DataError
from bot.languages.registry import SOURCE, Language, Registry

# Keep a Latin run (a number, a name) in its own order inside right-to-left text; every phone since 2014 knows these.
_ISOLATE, _END_ISOLATE = "\u2066", "\u2069"


@dataclass(frozen=True)
class Said:
    """A sentence, and the language it really is in after fallback."""

    text: str
    language: str
    direction: Literal["ltr", "rtl"]


def source_strings(root: Path) -> dict[str, str]:
    """English by key. A button's key is that of its response, a slash and its place: `utter_menu/1`."""
    strings: dict[str, str] = {}
    for key, response in _responses(root).items():
        strings[key] = response["text"]
        for place, button in enumerate(response.get("buttons", []), 1):
            strings[f"{key}/{place}"] = button["title"]
    strings.update(yaml.safe_load((root / "translations" / "site.yml").read_text(encoding="utf-8")) or {})
    return strings


def button_payloads(root: Path) -> dict[str, tuple[str, ...]]:
    """What the buttons of each response stand for, such as `/affirm`, in their order."""
    return {key: tuple(b["payload"] for b in response.get("buttons", [])) for key, response in _responses(root).items()}


def _responses(root: Path) -> dict[str, Any]:
    domain = yaml.load((root / "domain.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {key: variants[0] for key, variants in domain["responses"].items()}


def placeholders(text: str) -> frozenset[str]:
    """Names in braces. Raises `ValueError` when a brace is left open."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


class Catalogues:
    """All catalogues; each language is read when it is first needed."""

    def __init__(self, root: Path, registry: Registry) -> None:
        self._root, self._registry = root, registry
        self._source = source_strings(root)
        self._payloads = button_payloads(root)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._source)

    def text(self, key: str, language: str | None, **values: str) -> Said:
        """The sentence in this language, else along its fallbacks, else English. Raises `DataError` for a bad key."""
        if key not in self._source:
            raise DataError(f"no sentence has the key {key}")
        for found in self._chain(language):
            if template := self.sentences(found.code).get(key):
                return Said(_fill(template, found, values), found.code, found.direction)
        raise DataError(f"{key} is empty in English")

    def language(self, code: str) -> Language:
        """The registry's entry. Raises `NotFound`."""
        return self._registry.get(code)

    def holes(self, key: str) -> frozenset[str]:
        """The placeholders of a sentence."""
        return placeholders(self._source[key])

    def payloads(self, key: str) -> tuple[str, ...]:
        """Payloads of a response's buttons; the title of the first is the sentence `<key>/1`."""
        return self._payloads.get(key, ())

    @functools.cache  # noqa: B019 - one object lives as long as the process
    def sentences(self, code: str) -> dict[str, str]:
        """Key to text as served: a stale or fuzzy translation is left out, and so is one with other placeholders."""
        if code == SOURCE:
            return self._source
        path = self._root / "translations" / code / "LC_MESSAGES" / "bot.po"
        if not path.exists():
            return {}
        with path.open("rb") as file:
            catalogue = read_po(file, locale=code.replace("-", "_"), abort_invalid=False)
        return {
            message.context: str(message.string)
            for message in catalogue
            if message.id and message.string and not message.fuzzy and self._agrees(message.context, message)
        }

    def _agrees(self, key: str | None, message: object) -> bool:
        english = self._source.get(key or "")
        text = str(getattr(message, "string", ""))
        return english is not None and english == getattr(message, "id", None) and _same_holes(english, text)

    def _chain(self, code: str | None) -> list[Language]:
        first = self._registry.get(code) if code is not None and code in self._registry else None
        codes = [first.code, *first.fallback] if first else []
        return [self._registry.get(c) for c in dict.fromkeys([*codes, SOURCE])]


def _same_holes(english: str, text: str) -> bool:
    try:
        return placeholders(english) == placeholders(text)
    except ValueError:
        return False


def _fill(template: str, language: Language, values: dict[str, str]) -> str:
    wanted = placeholders(template)
    if missing := wanted - set(values):
        raise DataError(f"no value for {{{sorted(missing)[0]}}} in {language.code}: {template[:40]}")
    if language.direction == "rtl":
        values = {name: _isolate(value) if name in wanted else value for name, value in values.items()}
    return template.format_map(values)


def _isolate(value: str) -> str:
    # A value made of sentences, such as the lines of contacts, has its isolates already.
    if _ISOLATE in value:
        return value
    return "\n".join(f"{_ISOLATE}{line}{_END_ISOLATE}" if line else line for line in value.split("\n"))
