"""Cut long text into pieces that fit into a URL: at sentence ends, else at spaces, else between characters."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import regex

# Google is said to take 5,000 characters, but the text travels in the URL, where a Bengali letter takes nine, and
# throttling comes sooner with long requests.
MOST_CHARACTERS = 1_000
MOST_IN_URL = 6_000

_SENTENCES = regex.compile(r"(?<=[.!?;\u061f\u061b\u06d4\u0964\u0965\u1362\u2026]\s)|(?<=[\u3002\uff01\uff1f\n])")
_WORDS = regex.compile(r"(?<=\s)")
# A placeholder stays whole, and so does a letter with its marks.
_CHARACTERS = regex.compile(r"\[\[\d+\]\]|\X")


@dataclass(frozen=True)
class Piece:
    """`before` and `after` are the white space around it, which a translator would lose."""

    before: str
    text: str
    after: str


def pieces(text: str) -> list[Piece]:
    """The pieces in order; their parts joined are the text."""
    packed: list[str] = []
    characters = in_url = 0
    for unit in _units(text):
        cost = _cost(unit)
        if packed and characters + len(unit) <= MOST_CHARACTERS and in_url + cost <= MOST_IN_URL:
            packed[-1] += unit
            characters, in_url = characters + len(unit), in_url + cost
        else:
            packed.append(unit)
            characters, in_url = len(unit), cost
    return [_piece(part) for part in packed]


def _units(text: str) -> Iterator[str]:
    for sentence in _SENTENCES.split(text):
        if _fits(sentence):
            yield sentence
            continue
        for word in _WORDS.split(sentence):
            if _fits(word):
                yield word
            else:
                yield from _CHARACTERS.findall(word)


def _fits(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS and _cost(text) <= MOST_IN_URL


def _cost(text: str) -> int:
    return len(quote(text, safe="", errors="replace"))


def _piece(text: str) -> Piece:
    core = text.strip()
    start = text.find(core) if core else len(text)
    return Piece(text[:start], core, text[start + len(core) :])
