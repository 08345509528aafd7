"""Words that no vocabulary has, taken for known words: typed in haste, by ear, or without the space between two.

In Chinese, signs that sound like those of a known word: phones offer them, and who is in haste takes the first.

Nine tenths of what the network knows comes through the words by meaning (docs/decisions/0014), so that one slip in
"strangling" hides what is said. Only what is read is mended, never what is learned from.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

import regex
from anyascii import anyascii
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.languages.latin import consonants, in_latin

# By ear: the same consonants, at least so many, and no more letters apart. Two consonants are shared by too many words.
_CONSONANTS, _APART_BY_EAR = 3, 2
# By eye: the same first letter; one slip from so many letters on, two from so many.
_ONE_SLIP, _TWO_SLIPS = 6, 8
# Two words run together: letters of both, and of each.
_BOTH, _EACH = 5, 2
_MOST = 2
_BREATH = re.compile("(?<=.)h")
_DOUBLE = re.compile(r"(.)\1+")
# Chinese words of so many signs, the longer before the shorter.
_SIGNS = (4, 3, 2)
# Nobody fills the memory by sending every sign there is.
_MOST_SIGNS = 20_000
_HAN, _KANA = regex.compile(r"\p{Han}+"), regex.compile(r"[\p{Hiragana}\p{Katakana}]")


class Misspelt:
    """Single words of one variety as `for_matching` gives them, and what others may have been meant to be."""

    def __init__(self, words: Iterable[str]) -> None:
        self._latin = {word: in_latin(word) for word in words}
        self._by_ear: dict[str, list[str]] = defaultdict(list)
        self._by_first: dict[str, dict[str, str]] = defaultdict(dict)
        for word, latin in self._latin.items():
            self._by_ear[_as_heard(latin)].append(word)
            self._by_first[latin[:1]][word] = latin

    def meant(self, word: str) -> list[str]:
        """The one or two known words that an unknown one stands for most likely; none when nothing is near."""
        if any(map(str.isdigit, word)) or not any(map(str.isalpha, word)):
            return []
        latin = in_latin(word)
        return self._heard_alike(latin) or self._nearly_typed(latin) or self._run_together(word)

    def _heard_alike(self, latin: str) -> list[str]:
        heard = _as_heard(latin)
        if len(heard) < _CONSONANTS:
            return []
        alike = sorted((OSA.distance(self._latin[word], latin), word) for word in self._by_ear.get(heard, ()))
        return [word for _, word in alike[:_MOST]] if alike and alike[0][0] <= _APART_BY_EAR else []

    def _nearly_typed(self, latin: str) -> list[str]:
        if len(latin) < _ONE_SLIP:
            return []
        slips = 1 if len(latin) < _TWO_SLIPS else 2
        near = process.extract(latin, self._by_first.get(latin[0], {}), scorer=OSA.distance, score_cutoff=slips)
        return [word for _, distance, word in near if distance == near[0][1]][:_MOST]

    def _run_together(self, word: str) -> list[str]:
        """Of all ways to cut it into two known words the one whose shorter word is longest."""
        if len(word) < _BOTH:
            return []
        cuts = [
            (min(place, len(word) - place), [word[:place], word[place:]])
            for place in range(_EACH, len(word) - _EACH + 1)
            if word[:place] in self._latin and word[place:] in self._latin
        ]
        return max(cuts)[1] if cuts else []


def _as_heard(latin: str) -> str:
    """Consonants without the breath that some write and some do not ("bahan", "behn", "baan")."""
    return _DOUBLE.sub(r"\1", _BREATH.sub("", consonants(latin)))


class Homophones:
    """Chinese words by how Mandarin says them, tones aside. Empty for Japanese, which reads the signs otherwise."""

    def __init__(self, words: Iterable[str]) -> None:
        words = list(words)
        self._by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        if not any(map(_KANA.search, words)):
            for word in words:
                if len(word) in _SIGNS and _HAN.fullmatch(word):
                    self._by_sound[_sounds(word)].append(word)

    def meant(self, text: str, known: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, list[str]]]:
        """From where to where in the text, and the words that may be meant; `known` is where words were found."""
        if not self._by_sound:
            return
        taken = bytearray(len(text))
        for start, end in known:
            taken[start:end] = b"\1" * (end - start)
        for signs, start in product(_SIGNS, range(len(text))):
            end = start + signs
            if end > len(text) or all(taken[start:end]) or not _HAN.fullmatch(text, start, end):
                continue
            if words := self._by_sound.get(_sounds(text[start:end])):
                taken[start:end] = b"\1" * signs
                yield start, end, words[:_MOST]


@lru_cache(_MOST_SIGNS)
def _sound(sign: str) -> str:
    return anyascii(sign)


def _sounds(word: str) -> tuple[str, ...]:
    return tuple(map(_sound, word))
