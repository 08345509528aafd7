"""Placeholders for what must not leave: `[[1]]`, `[[2]]` …, found again after a translation has mangled them."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import regex

from bot.errors import TranslationFailed

# More are hardly ever all kept, and a text that is mostly placeholders is not worth translating.
MOST = 99

# Spaces put in, digits of another script, other brackets, one of two brackets lost, brackets turned round in
# right-to-left text: all harmless, because no other bracket is sent.
_OPEN, _CLOSE = r"[\[\uff3b\u27e6\u3010\u3014\u301a]", r"[\]\uff3d\u27e7\u3011\u3015\u301b]"
_SPACE = r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c]*+"
_INSIDE = rf"{_SPACE}(?P<number>\d{{1,4}}){_SPACE}"
MANGLED = regex.compile(
    rf"{_OPEN}(?:{_SPACE}{_OPEN})?+{_INSIDE}{_CLOSE}(?:{_SPACE}{_CLOSE})?+"
    rf"|{_CLOSE}(?:{_SPACE}{_CLOSE})?+{_INSIDE}{_OPEN}(?:{_SPACE}{_OPEN})?+"
)
_BRACKETS = regex.compile(rf"(?:{_OPEN}|{_CLOSE})++")


@dataclass(frozen=True)
class Redacted:
    """Text that may leave, and what to put back into its translation, in the order of the placeholders."""

    original: str = field(repr=False)
    text: str = field(repr=False)
    values: tuple[str, ...] = field(repr=False)

    def restore(self, translated: str) -> str:
        """Put everything back. Raises `TranslationFailed` unless every placeholder is there exactly once."""
        if translated == self.text:
            return self.original
        if marks(translated) != marks(self.text):
            raise TranslationFailed("placeholders")
        out, position = "", 0
        for match in MANGLED.finditer(translated):
            out = _joined(out, translated[position : match.start()])
            out = _joined(out, self.values[int(match["number"]) - 1])
            position = match.end()
        return _joined(out, translated[position:])


def redacted(text: str, spans: Iterable[tuple[int, int]]) -> Redacted:
    """The text with a placeholder for each span; spans that meet are one. Raises `TranslationFailed`."""
    # Brackets of the text itself are replaced too, so that nothing else can look like a placeholder.
    own = [match.span() for pattern in (MANGLED, _BRACKETS) for match in pattern.finditer(text)]
    merged = _merged([*spans, *own])
    if len(merged) > MOST:
        raise TranslationFailed("placeholders")
    out, position = [], 0
    for number, (start, end) in enumerate(merged, start=1):
        out += [text[position:start], f"[[{number}]]"]
        position = end
    values = tuple(text[start:end] for start, end in merged)
    return Redacted(text, "".join([*out, text[position:]]), values)


def marks(text: str) -> Counter[int]:
    """How often each placeholder stands in the text."""
    return Counter(int(match["number"]) for match in MANGLED.finditer(text))


def canonical(text: str) -> str:
    """The text with its mangled placeholders as they were sent."""
    return str(MANGLED.sub(lambda match: f"[[{int(match['number'])}]]", text))


def without(text: str) -> str:
    """The words around the placeholders, with a bar for each."""
    return str(MANGLED.sub(" | ", text))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def _joined(left: str, right: str) -> str:
    # A space that the translator swallowed must not make one number of two.
    digits = bool(left and right) and all(unicodedata.category(c) == "Nd" for c in (left[-1], right[0]))
    return f"{left} {right}" if digits else left + right
