"""Short answers in a person's own words: the title of a choice, a "no" with more behind it, the name of a language."""

import re
from collections.abc import Sequence

from bot.languages.normalise import fold, for_matching
from bot.ports import Button, Parse
from bot.usecases.services import Services

_PAUSE = re.compile(r"\W*[^\W_]+\s*(?:[,.;:!\u060c\u061b\u06d4\u0964\n]|\s[-\u2013\u2014]\s)")
_REFUSAL = 0.5


def varieties(services: Services, language: str | None) -> tuple[str, ...]:
    """The varieties whose keywords count for somebody who writes in this language: its relatives, and English."""
    if language is None:
        return ("en",)
    base = language.split("-")[0]
    relatives = [lang.code for lang in services.registry if lang.code.split("-")[0] == base]
    return tuple(dict.fromkeys([language, *relatives, "en"]))


def leading(services: Services, text: str, language: str | None) -> str | None:
    """`yes` or `no` when the message opens with the word and goes on ("yes but only after 6")."""
    words = _words(text)
    if len(words) < 2:
        return None
    meaning = services.keywords.meaning(words[0], varieties(services, language))
    return meaning if meaning in ("yes", "no") else None


def pauses(text: str) -> bool:
    """Whether a comma or a stop follows the first word: "no, he is at work", and not "no food for days"."""
    return _PAUSE.match(text) is not None


def titled(offered: Sequence[Button], text: str) -> str | None:
    """The payload whose title the message is, give or take one word of courtesy behind a title of several words."""
    words = _words(text)
    if not words:
        return None
    for button in offered:
        whole = _words(button.title)
        # "Yes, send it" is also chosen by "send it".
        for title in (whole, whole[1:]) if pauses(button.title) else (whole,):
            if title and (words == title or (len(title) > 1 and words[:-1] == title)):
                return button.payload
        # "Yes, send it" by "send" as well.
        if pauses(button.title) and words == whole[1 : 1 + len(words)]:
            return button.payload
    return None


def mentioned(offered: Sequence[Button], text: str) -> str | None:
    """The payload of the one choice whose title of several words stands somewhere in the message."""
    said = f" {' '.join(_words(text))} "
    titles = ((" ".join(_words(button.title)), button.payload) for button in offered)
    found = [payload for title, payload in titles if " " in title and f" {title} " in said]
    return found[0] if len(found) == 1 else None


def refuses(parse: Parse) -> bool:
    """Whether the model hears a no in it: "I don't want to report it" holds the words of a choice, too."""
    return parse.probability("cancel") + parse.probability("deny") >= _REFUSAL


def only(payloads: Sequence[str], intent: str) -> str | None:
    """The one choice on offer that means yes (or no), so that the bare word picks it."""
    found = [p for p in payloads if p == f"/{intent}" or p.startswith(f"/{intent}{{")]
    return found[0] if len(found) == 1 else None


def language_asked(services: Services, text: str, asking: bool) -> str | None:
    """The offered language that the message names; any word may name it when it is `asking` for a language."""
    if asking:
        named = services.keywords.language_named(text)
        return named or next(filter(None, map(services.keywords.language_named, _words(text))), None)
    whole = [*services.keywords.means_anywhere(text, "self"), *services.keywords.means_anywhere(text, "english")]
    return services.keywords.language_named(text) if whole else None


def language_missing(services: Services, text: str, asking: bool) -> bool:
    """Whether the message names a language that we know of and do not speak."""
    words = _words(text)
    names = {
        fold(name)
        for language in services.registry
        if not services.registry.served(language.code).code.startswith(language.code.split("-")[0])
        for name in (language.name, language.english)
    }
    return " ".join(words) in names or (asking and any(word in names for word in words))


def _words(text: str) -> list[str]:
    return [word for word in for_matching(text).split() if word not in (".", ",")]
