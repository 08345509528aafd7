"""What a story already tells beside the worry: age, name, how the writer knows the child, how often and since when.

Phrases are data (`data/lexicon/story/<variety>.yml`): `{n}` stands for a number, `{x}` for a name of one word, `*` for
any ending. Cautious: where two answers are possible there is none, and the question is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

import regex
import yaml

from bot.errors import DataError
from bot.languages.normalise import for_matching

RELATIONSHIPS = ("neighbour", "family", "friend", "professional")
_TIMES = ("often", "weeks", "months", "when")
_KINDS = ("age", "name", *RELATIONSHIPS, *_TIMES)
_OLDEST = 110
_LONGEST_READ = 5_000
_PUNCTUATION = ".,;:!?\"'()\u060c\u06d4\u0964"
_T = TypeVar("_T")
# These write no spaces, so a phrase may begin and end anywhere in them.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


@dataclass(frozen=True)
class Told:
    """What was picked up; None for what was not told, or told in two ways. `when` is in the person's own words."""

    age: int | None = None
    name: str | None = None
    relationship: str | None = None
    how_often: str | None = None
    how_long: str | None = None
    when: str | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) is not None for field in fields(self))


class StoryWords:
    """The phrases of every variety."""

    def __init__(self, phrases: dict[str, dict[str, "regex.Pattern[str]"]]) -> None:
        self._phrases = phrases

    @classmethod
    def load(cls, folder: Path) -> "StoryWords":
        """Read every `*.yml`. Raises `DataError` naming the file."""
        found = {}
        for path in sorted(folder.glob("*.yml")):
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            if unknown := set(data) - {"variety", *_KINDS}:
                raise DataError(f"{path.name}: unknown part {sorted(unknown)[0]}")
            found[data["variety"]] = {kind: _any_of(data[kind]) for kind in _KINDS if data.get(kind)}
        return cls(found)

    def read(self, story: str, varieties: Iterable[str]) -> Told:
        """What the story tells, in the words of these varieties."""
        text = for_matching(story[:_LONGEST_READ])
        known = [code for code in dict.fromkeys(varieties) if code in self._phrases]
        ages = {age for code in known for age in self._ages(code, text)}
        names = {match["x"] for code in known for match in self._found(code, "name", text)}
        kinds = {kind for kind in RELATIONSHIPS for code in known if any(self._found(code, kind, text))}
        times = [
            _as_written(m.group().strip(), story)
            for kind in _TIMES
            for code in known
            for m in self._found(code, kind, text)
        ]
        often = any(any(self._found(code, "often", text)) for code in known)
        long = next((k for k in ("months", "weeks") for code in known if any(self._found(code, k, text))), None)
        return Told(
            age=_only(ages),
            name=_as_written(name, story) if (name := _only(names)) else None,
            relationship=_only(kinds),
            how_often="often" if often else None,
            how_long=long,
            when=", ".join(_longest(times)) or None,
        )

    def _found(self, code: str, kind: str, text: str) -> Iterable["regex.Match[str]"]:
        pattern = self._phrases[code].get(kind)
        return pattern.finditer(text) if pattern else ()

    def _ages(self, code: str, text: str) -> Iterable[int]:
        ages = (int(match["n"]) for match in self._found(code, "age", text))
        return (age for age in ages if age <= _OLDEST)


def _longest(phrases: list[str]) -> list[str]:
    """Each once, and none that stands inside another: "every day" and not "day"."""
    each = dict.fromkeys(phrases)
    return [phrase for phrase in each if not any(phrase != other and phrase in other for other in each)]


def _only(values: set[_T]) -> _T | None:
    return next(iter(values)) if len(values) == 1 else None


def _as_written(found: str, story: str) -> str:
    """Words found in the folded text, with their own capitals and accents where they stand as words."""
    words = story.split()
    folded = [for_matching(word).strip(" .,") for word in words]
    length = len(found.split())
    for place in range(len(words) - length + 1):
        if " ".join(folded[place : place + length]) == found:
            return " ".join(words[place : place + length]).strip(_PUNCTUATION)
    return found


def _any_of(phrases: list[str]) -> "regex.Pattern[str]":
    """One pattern for all phrases, the longest first."""
    parts = []
    for phrase in sorted(phrases, key=len, reverse=True):
        edge = "" if _UNSPACED.search(phrase) else r"\b"
        parts.append(f"{edge}{' '.join(map(_word, phrase.split()))}{edge}")
    return regex.compile("|".join(parts))


def _word(word: str) -> str:
    """A word of a phrase as a pattern. Numbers in figures only: "twenty-five" ends in a five."""
    pieces = regex.split(r"(\{n\}|\{x\}|\*)", word)
    any_word = r"\w+" if word == "*" else r"\w*"
    stands_for = {"{n}": r"(?<!\d)(?P<n>\d{1,3})(?!\d)", "{x}": r"(?P<x>\w{2,20})", "*": any_word}
    return "".join(stands_for.get(piece) or regex.escape(" ".join(for_matching(piece).split())) for piece in pieces)
