"""Small slips in place names: a doubled, missing or swapped letter, or one vowel for another."""

from collections.abc import Collection, Iterable

from rapidfuzz.distance import OSA, Levenshtein
from rapidfuzz.process import extract

_VOWELS = frozenset("aeiouy")
_SHORTEST = 7
_SHORTEST_BOROUGH = 5
_TWO_SLIPS_FROM = 9


class Speller:
    """Knows the names; says which of them somebody nearly wrote.

    A changed consonant is no slip: Shipley is not Shirley, and a wrong place is worse than a question.
    """

    def __init__(self, names: Iterable[str], boroughs: Collection[str]) -> None:
        self._boroughs = boroughs
        self._names = [name for name in names if name.isascii() and len(name) >= _SHORTEST_BOROUGH]

    def names_in(self, words: Iterable[str]) -> list[str]:
        """The known names nearest to these words, taken two together or one by one. Ties are all returned."""
        left = list(words)[:12]
        found: list[str] = []
        at = 0
        while at < len(left):
            for size in (2, 1):
                near = self.nearest(" ".join(left[at : at + size]))
                if near:
                    found += near
                    at += size
                    break
            else:
                at += 1
        return found

    def nearest(self, said: str) -> list[str]:
        if not said.isascii() or len(said) < _SHORTEST_BOROUGH:
            return []
        close = extract(said, self._names, scorer=OSA.distance, score_cutoff=2, limit=None)
        fitting = [(slips, name) for name, slips, _ in close if self._is_slip(said, name, int(slips))]
        best = min((slips for slips, _ in fitting), default=0)
        return [name for slips, name in fitting if slips == best]

    def _is_slip(self, said: str, name: str, slips: int) -> bool:
        shortest = _SHORTEST_BOROUGH if name in self._boroughs else _SHORTEST
        if min(len(said), len(name)) < shortest or said[0] != name[0]:
            return False
        if slips > (2 if min(len(said), len(name)) >= _TWO_SLIPS_FROM else 1):
            return False
        steps = Levenshtein.editops(said, name)
        if len(steps) > slips:
            return True  # Two letters swapped are two replacements to Levenshtein and one slip to us.
        replaced = [(said[s.src_pos], name[s.dest_pos]) for s in steps if s.tag == "replace"]
        return all(a in _VOWELS and b in _VOWELS for a, b in replaced)
