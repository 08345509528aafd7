"""Slips in place names: a letter missed, doubled, swapped or changed, a word run together, a name written by ear."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, Indel, Levenshtein
from rapidfuzz.process import extract

_SHORTEST = 6
_SHORTEST_BOROUGH = 5
# From this many letters on one consonant may stand for another, or two may be missing.
_LONG = 9
_MIDDLING = 7
_SLIPS_MIDDLING = 2
_WITHIN = 4
_DOUBTS_AT_MOST = 3
_MOST_BOROUGHS = 3

_BY_EAR = (
    ("tch", "c"),
    ("sch", "sk"),
    ("ch", "c"),
    ("sh", "S"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("q", "k"),
    ("z", "s"),
    ("v", "w"),
    ("h", ""),
)


@lru_cache(maxsize=8192)
def sound(text: str) -> str:
    """Latin letters as they sound to an ear that cares for consonants only: "Hendsuorth" is near "Handsworth"."""
    heard = re.sub(r"c(?=[eiy])", "s", text.replace(" ", ""))
    heard = re.sub(r"c(?!h)", "k", heard.replace("ck", "k"))
    for written, as_heard in _BY_EAR:
        heard = heard.replace(written, as_heard)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouy]+", "a", heard))


@dataclass(frozen=True, slots=True)
class _Slip:
    """A known name beside what was said: consonants apart by ear, and letters apart on paper."""

    name: str
    heard: int
    written: int


class Speller:
    """Knows the names and the districts of each; says which somebody nearly wrote.

    If names in several districts are about as near, all are returned, so that we ask. A wrong place is worse than a
    question: with too many to ask about, nothing is.
    """

    def __init__(self, districts: Mapping[str, Collection[str]], boroughs: Collection[str], wary_of: Collection[str]):
        """`wary_of`: names that are also everyday words or people, where only the slightest slip is believed."""
        self._districts = districts
        self._boroughs = boroughs
        self._wary_of = wary_of
        self._sounds = {n: sound(n) for n in districts if n.isascii() and len(n) >= _SHORTEST_BOROUGH}

    def nearest(self, said: str, to_doubt: bool = False) -> list[str]:
        """The known names nearest to these words; `to_doubt`: also those not near enough to be believed."""
        letters = said.replace(" ", "")
        if not letters.isascii() or len(letters) < _SHORTEST_BOROUGH or any(c.isdigit() for c in letters):
            return []
        close = extract(
            sound(said), self._sounds, scorer=Indel.distance, processor=None, score_cutoff=_WITHIN, limit=None
        )
        slips = [self._slip(letters, name, int(apart)) for _, apart, name in close]
        if to_doubt:
            likely = [s for s in slips if s.written <= _DOUBTS_AT_MOST]
        else:
            likely = [s for s in slips if _starts_alike(said, s.name) and self._is_likely(said, s)]
        if not likely:
            return []
        best = min(likely, key=lambda s: (s.heard + s.written, s.written))
        rivals = [s.name for s in slips if s.name != best.name and self._is_rival(s, best)]
        names = [best.name, *(name for name in rivals if not self._same_place(name, best.name))]
        return names if len({d for n in names for d in self._districts[n]}) <= _MOST_BOROUGHS else []

    def _is_rival(self, slip: _Slip, best: _Slip) -> bool:
        # "Birminghamda" is no shorter way to write "Birmingham NEC".
        longer = slip.name.startswith(f"{best.name} ")
        nearly = 0 if best.written == 0 or longer or self._is_far(slip.name) else 1
        as_heard = slip.heard <= best.heard + 1 and slip.written <= best.written + nearly
        return as_heard or 0 < slip.written <= best.written

    def _is_far(self, name: str) -> bool:
        return not any(district in self._boroughs for district in self._districts[name])

    def _same_place(self, one: str, other: str) -> bool:
        return set(self._districts[one]) == set(self._districts[other])

    @staticmethod
    def _slip(letters: str, name: str, heard: int) -> _Slip:
        plain = name.replace(" ", "")
        written = OSA.distance(letters, plain)
        if written < Levenshtein.distance(letters, plain):
            heard = min(heard, written)  # Two letters swapped are one slip.
        return _Slip(name, heard, written)

    def _is_likely(self, said: str, slip: _Slip) -> bool:
        size = min(len(said), len(slip.name))
        if slip.written == 0:
            return True  # Only the spaces differ.
        if said.count(" ") != slip.name.count(" "):
            if size <= _MIDDLING or slip.written > 1 or slip.heard or slip.name in self._wary_of:
                return False
        elif not word_by_word(said, slip.name):
            return False
        if slip.name in self._boroughs:
            return slip.written <= (1 if size < _MIDDLING else 2) and slip.heard <= (2 if size >= _LONG else 1)
        if size < _SHORTEST:
            return False
        if slip.name in self._wary_of:
            return slip.written == 1 and slip.heard == 0
        if size >= _LONG:
            return slip.heard <= 2 and slip.written <= 3
        if size >= _MIDDLING:
            return slip.written + slip.heard <= _SLIPS_MIDDLING
        return slip.written == 1 and slip.heard == 0


def word_by_word(said: str, name: str, in_a_word: int = 1) -> bool:
    """Whether each word is near its counterpart: "Dudley Prt" is Dudley Port, "Birmingham da" is no longer name."""
    one, other = said.split(), name.split()
    return len(one) == len(other) and all(
        OSA.distance(a, b) <= _slips_in(b, in_a_word) or sound(a) == sound(b) for a, b in zip(one, other, strict=True)
    )


def _slips_in(word: str, middling: int) -> int:
    if len(word) < _SHORTEST_BOROUGH:
        return 1
    return middling + (len(word) >= _MIDDLING) + (len(word) >= _LONG)


def _starts_alike(said: str, name: str) -> bool:
    """First letters are rarely wrong, but an H may be dropped and a sound be written in two ways."""
    if said[0] == name[0]:
        return True
    return said[0] != "h" and sound(said)[0] == sound(name)[0]
