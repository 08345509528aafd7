"""Find names that are already known, as whole words, in any case, spelling of letters or script.

Finding too much does little harm: what is found is put back untranslated.
"""

import unicodedata
from collections.abc import Iterator, Sequence

import regex

from bot.languages.normalise import fold
from bot.translation.outlines import Outline

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d]+")
# Written without spaces, or with endings joined on: here a name is looked for inside words.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
# Longer words are no names, and would cost time.
_LONGEST = 40


def name_spans(text: str, known: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a word of a known name stands. A name of several words counts by those of three letters or more."""
    wanted = _words(known)
    exact = {fold(word) for word in wanted}
    outlines = {Outline.of(word) for word in wanted if not _UNSPACED.search(word)}
    spans = [
        match.span() for match in _WORD.finditer(text) if fold(match[0]) in exact or _sounds_like(match[0], outlines)
    ]
    for word in wanted:
        if _UNSPACED.search(word):
            spans += [match.span() for match in regex.finditer(regex.escape(word), text)]
    yield from _side_by_side(text, sorted(spans))


def _words(known: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in known:
        words = [match[0] for match in _WORD.finditer(unicodedata.normalize("NFC", name))]
        found += [word for word in words if len(words) == 1 or len(word) > 2 or _UNSPACED.search(word)]
        # "O'Neil" is also written ONeil.
        found += ["".join(words)] if 1 < len(words) < 4 else []
    return [word for word in found if any(c.isalpha() for c in word)]


def _sounds_like(word: str, outlines: set[Outline]) -> bool:
    if not outlines or len(word) > _LONGEST:
        return False
    outline = Outline.of(word)
    return any(outline.agrees(name) for name in outlines)


def _side_by_side(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """First name and surname as one."""
    held: tuple[int, int] | None = None
    for start, end in spans:
        if held and (start <= held[1] or text[held[1] : start] == " "):
            held = (held[0], max(end, held[1]))
            continue
        if held:
            yield held
        held = (start, end)
    if held:
        yield held
