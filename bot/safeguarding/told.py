"""What a story already tells beside the worry: age, name, how the writer knows the child, how often and since when.

Phrases are data (`data/lexicon/story/<variety>.yml`): `{n}` stands for a number in figures or in the words that
`numbers` lists, `{x}` for a name of one word that is not among `not_names`, `*` for any ending or, alone, any word,
`(a|b c|)` for one of these or nothing, "," and "." for a comma and for the end of a sentence or of the message. What
`capital_name` finds is a name only with a capital letter. A phrase of `age` without `{n}`, or of a name without `{x}`,
takes the words it matches away from the others: "I am * years old" tells nothing of the child.
Cautious: where two answers are possible there is none, and the question is asked.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import regex
import yaml

from bot.errors import DataError
from bot.languages.normalise import for_matching

RELATIONSHIPS = ("neighbour", "family", "friend", "professional")
_TIMES = ("often", "weeks", "months", "when")
_KINDS = ("age", "name", "capital_name", *RELATIONSHIPS, *_TIMES)
_OLDEST = 110
_TEN = 10
_LONGEST_READ = 5_000
_PUNCTUATION = ".,;:!?\"'()\u060c\u061b\u061f\u06d4\u0964\u1362\u1363\u3001\u3002\uff01\uff0c\uff1f"
_T = TypeVar("_T")
# These write no spaces, so a phrase may begin and end anywhere in them.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
_CHOICE = regex.compile(r"\(([^()]*)\)")
_WORDS = regex.compile(r"(?:\([^()]*\)|[^\s()])+")
_LOOSE_NUMBER = regex.compile(r"\{n\}\*|\([^()]*\{n\}[^()]*\)")
_PIECES = regex.compile(r"(\([^()]*\)|\{n\}|\{x\}|\*)")
# The set of the words for numbers, in a pattern of `regex`.
_ANY_NUMBER = r"\L<words>"
_NO_LITERAL = regex.compile(r"|[.,]|\([^()]*\)|\{[nx]\}|\*")


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


class _Phrase:
    """One phrase; its pattern is made when a text holds one of the strings that every match of it holds."""

    def __init__(self, written: str, numbers: Mapping[str, int]) -> None:
        self._words = _WORDS.findall(written)
        self._unspaced = _UNSPACED.search(written) is not None
        # Where nothing else ends a number, or others may stand in its place, only the words themselves can.
        self._listed = self._unspaced or _LOOSE_NUMBER.search(written) is not None
        self._numbers = numbers
        self._needed = max(map(_literals, self._words), key=lambda found: min(map(len, found), default=0))

    def find(self, text: str) -> Iterable["regex.Match[str]"]:
        if self._needed and not any(string in text for string in self._needed):
            return ()
        return filter(self._tells_a_number, self._pattern.finditer(text))

    def _tells_a_number(self, match: "regex.Match[str]") -> bool:
        """Whether the word for `{n}` is a number. Beside another it is part of an unlisted one: "twenty-five"."""
        said = match.groupdict().get("n")
        if said is None or said.isdecimal() or self._unspaced:
            return True
        before = self._numbers.get(match.string[: match.start("n")].strip().split(" ")[-1], 0)
        after = self._numbers.get(match.string[match.end("n") :].strip().split(" ")[0], _TEN)
        return said in self._numbers and before < _TEN <= after

    @cached_property
    def _pattern(self) -> "regex.Pattern[str]":
        number = _number(self._numbers, self._listed, self._unspaced)
        gap = " ?" if self._unspaced else " "
        words = [_optional(word, gap, number) or _word(word, number) + gap for word in self._words]
        written = "".join(words) if self._unspaced else f"(?<= ){''.join(words)}"
        # As a set, since one phrase may hold the number in thirty places, and a hundred words in each take seconds.
        return regex.compile(written, **({"words": self._numbers.keys()} if _ANY_NUMBER in written else {}))


@dataclass(frozen=True)
class _Variety:
    phrases: dict[str, list[_Phrase]]
    numbers: dict[str, int]
    no_names: frozenset[str]

    @classmethod
    def of(cls, data: dict[str, Any], file: str) -> "_Variety":
        if unknown := set(data) - {"variety", "numbers", "not_names", *_KINDS}:
            raise DataError(f"{file}: unknown part {sorted(unknown)[0]}")
        numbers = _numbers(data.get("numbers", {}), file)
        phrases = {
            kind: [_Phrase(phrase, numbers) for phrase in sorted(data.get(kind, ()), key=len, reverse=True)]
            for kind in _KINDS
        }
        no_names = {for_matching(word).strip() for word in data.get("not_names", ())}
        return cls(phrases, numbers, frozenset(no_names | numbers.keys()))


class StoryWords:
    """The phrases of every variety. A file is read when somebody writes in its language: all of them take seconds."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._read: dict[str, _Variety] = {}

    @classmethod
    def load(cls, folder: Path) -> "StoryWords":
        """`<variety>.yml` of this folder."""
        return cls({path.stem: path for path in sorted(folder.glob("*.yml"))})

    def variety(self, code: str) -> _Variety:
        """The phrases of one variety. Raises `DataError` naming its file."""
        if code not in self._read:
            path = self._files[code]
            self._read[code] = _Variety.of(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), path.name)
        return self._read[code]

    def read(self, story: str, varieties: Iterable[str]) -> Told:
        """What the story tells in the words of these varieties, the likeliest first: the first that finds any."""
        text = for_matching(story[:_LONGEST_READ])
        text = text if text.endswith(" . ") else f"{text}. "
        known = [code for code in dict.fromkeys(varieties) if code in self._files]
        ages = _first({*self._ages(code, text)} for code in known)
        names = _first({*self._names(code, text, story)} for code in known)
        kinds = _first({kind for kind in RELATIONSHIPS if any(self._found(code, kind, text))} for code in known)
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
            name=_only(names),
            relationship=_only(kinds),
            how_often="often" if often else None,
            how_long=long,
            when=", ".join(_longest(times)) or None,
        )

    def _found(self, code: str, kind: str, text: str) -> Iterable["regex.Match[str]"]:
        """What the phrases match; of two that overlap the one that begins first, and of those the longest."""
        found = [match for phrase in self.variety(code).phrases[kind] for match in phrase.find(text)]
        end = 0
        for match in sorted(found, key=lambda match: (match.start(), -match.end())):
            if match.start() >= end:
                end = match.end()
                yield match

    def _ages(self, code: str, text: str) -> Iterable[int]:
        numbers = self.variety(code).numbers
        # A phrase without `{n}`, or a choice of which one has none, matches without a number.
        said = filter(None, (match.groupdict().get("n") for match in self._found(code, "age", text)))
        ages = (int(number) if number.isdecimal() else numbers[number] for number in said)
        return (age for age in ages if age <= _OLDEST)

    def _names(self, code: str, text: str, story: str) -> Iterable[str]:
        for kind in ("name", "capital_name"):
            for found in filter(None, (match.groupdict().get("x") for match in self._found(code, kind, text))):
                name = _as_written(found, story)
                if found not in self.variety(code).no_names and (kind == "name" or name[0].isupper()):
                    yield name


def _longest(phrases: list[str]) -> list[str]:
    """Each once, and none that stands inside another: "every day" and not "day"."""
    each = dict.fromkeys(phrases)
    return [phrase for phrase in each if not any(phrase != other and phrase in other for other in each)]


def _first(sets: Iterable[set[_T]]) -> set[_T]:
    return next(filter(None, sets), set())


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


def _numbers(words: dict[int, list[str]], file: str) -> dict[str, int]:
    """The number that each word stands for. Raises `DataError` where a word stands for two."""
    numbers: dict[str, int] = {}
    for number, spellings in words.items():
        for word in spellings:
            if numbers.setdefault(for_matching(word).strip(), number) != number:
                raise DataError(f"{file}: numbers: {word} stands for {number} and another")
    return numbers


def _number(words: Collection[str], listed: bool, unspaced: bool) -> str:
    """A pattern for a number: figures, or a word that is looked up when the rest of the phrase is found."""
    figures = r"(?<!\d)\d{1,3}(?!\d)"
    if not listed:
        several = [regex.escape(word) for word in sorted(words, key=len, reverse=True) if " " in word]
        return rf"(?P<n>{'|'.join([figures, *several])}|\w+?)"
    if not words:
        return rf"(?P<n>{figures})"
    # Where no spaces are written, a number may be a part of another.
    listed_word = rf"(?<!{_ANY_NUMBER}){_ANY_NUMBER}(?!{_ANY_NUMBER})" if unspaced else _ANY_NUMBER
    return rf"(?P<n>{figures}|{listed_word})"


def _optional(word: str, gap: str, number: str) -> str | None:
    """ "(my|the|)" as a word that may be missing."""
    choice = _CHOICE.fullmatch(word)
    if choice is None or "" not in choice[1].split("|"):
        return None
    return f"(?:{_word(word, number)}{gap})?"


def _word(word: str, number: str) -> str:
    """A word of a phrase as a pattern."""
    any_word = r"\w+" if word == "*" else r"\w*"
    stands_for = {"{n}": number, "{x}": r"(?P<x>\w{2,20})", "*": any_word}
    return "".join(stands_for.get(p) or _choice(p, number) or regex.escape(_folded(p)) for p in _PIECES.split(word))


def _choice(piece: str, number: str) -> str | None:
    choice = _CHOICE.fullmatch(piece)
    if choice is None:
        return None
    alternatives = sorted(choice[1].split("|"), key=len, reverse=True)
    return f"(?:{'|'.join(_words(one, number) for one in alternatives)})"


def _words(phrase: str, number: str) -> str:
    """Words inside a choice; a space at its edge, as in "(about |){n}", stays."""
    words = " ".join(_word(word, number) for word in phrase.split())
    return f"{' ' * phrase.startswith(' ')}{words}{' ' * phrase.endswith(' ')}" if words else ""


def _literals(word: str) -> list[str]:
    """Strings of which every match of this word of a phrase holds one; none where there are no such."""
    pieces = _PIECES.split(word)
    plain = [_folded(piece) for piece in pieces if not _NO_LITERAL.fullmatch(piece)]
    if longest := max(plain, key=len, default=""):
        return [longest]
    choice = next(filter(None, map(_CHOICE.fullmatch, pieces)), None)
    if choice is None:
        return []
    each = [[text for inner in one.split() for text in _literals(inner)] for one in choice[1].split("|")]
    return [max(texts, key=len) for texts in each] if all(each) else []


def _folded(piece: str) -> str:
    return piece if piece in (",", ".") else " ".join(for_matching(piece).split())
