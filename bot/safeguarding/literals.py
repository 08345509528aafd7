"""Which rules are worth trying on a text: those of whose letters some stand in it.

Thousands of patterns cannot each be searched in every message. Every pattern here needs certain letters in a row
("knife", or "gun"); one pass over the text (Aho-Corasick) says which of them are there, and only those patterns are
searched. A pattern whose letters cannot be told is always searched, so nothing is missed; tests compare with a full
search.
"""

from collections.abc import Iterable, Sequence
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from re import error as ReError
from typing import Any

from ahocorasick_rs import AhoCorasick

# Two letters in a row stand in almost every message; one Chinese letter is a word.
_SHORTEST = 3
_MOST = 500
_ALWAYS = ""
_FIRST_IDEOGRAPH = "\u2e80"


class Literals:
    """An index over patterns, which are known by their place."""

    def __init__(self, index: dict[str, list[int]]) -> None:
        """`index` is made by `index_of`."""
        self.index = index
        self._always = frozenset(index.get(_ALWAYS, ()))
        strings = [string for string in index if string != _ALWAYS]
        self._places = [index[string] for string in strings]
        self._automaton = AhoCorasick(strings) if strings else None

    def candidates(self, text: str) -> list[int]:
        """Places of the patterns that may match somewhere in the text, in order."""
        found = set(self._always)
        if self._automaton is not None:
            for string, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
                found.update(self._places[string])
        return sorted(found)


def index_of(patterns: Sequence[str]) -> dict[str, list[int]]:
    """Each string with the places of the patterns that need it; those always tried stand under the empty string."""
    index: dict[str, list[int]] = {_ALWAYS: []}
    for place, pattern in enumerate(patterns):
        for string in needed_by(pattern) or [_ALWAYS]:
            index.setdefault(string, []).append(place)
    return index


def needed_by(pattern: str) -> frozenset[str] | None:
    """Strings of which every match of the pattern holds at least one; None when there is no such set."""
    try:
        parts = parser.parse(pattern)
        # Shorter strings stand in more texts, but in fewer than all; one letter tells a script at least.
        sets = (_needed(parts, shortest) for shortest in range(_SHORTEST, 0, -1))
        return next((found for found in sets if found and len(found) <= _MOST), None)
    except (ReError, RecursionError, OverflowError):
        return None


def _needed(parts: Iterable[Any], shortest: int) -> frozenset[str] | None:
    """The best set that a sequence of parts gives: the one whose shortest string is longest."""
    found: list[frozenset[str]] = []
    runs = {""}
    for kind, value in [*parts, (None, None)]:
        exact = _exact_of(kind, value)
        longer = {run + more for run in runs for more in exact} if exact is not None else set()
        if longer and len(longer) <= _MOST:
            runs = longer
            continue
        if min(map(_weight, runs)) >= shortest:
            found.append(frozenset(runs))
        runs = {""}
        if inner := _inside(kind, value, shortest):
            found.append(inner)
    return max(found, key=lambda strings: (min(map(_weight, strings)), -len(strings)), default=None)


def _weight(text: str) -> int:
    """How telling a string is, in letters of an alphabet."""
    return sum(_SHORTEST if char >= _FIRST_IDEOGRAPH else 1 for char in text)


def _inside(kind: Any, value: Any, shortest: int) -> frozenset[str] | None:
    """What a part that has no exact strings of its own still needs."""
    if kind is kinds.SUBPATTERN:
        return _needed(value[3], shortest)
    if kind is kinds.ATOMIC_GROUP:
        return _needed(value, shortest)
    if kind is kinds.ASSERT:
        # What is looked for ahead or behind stands in the text too.
        return _needed(value[1], shortest)
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        return _needed(value[2], shortest) if value[0] > 0 else None
    if kind is kinds.BRANCH:
        branches = [_needed(branch, shortest) for branch in value[1]]
        if all(branches):
            return frozenset().union(*(branch for branch in branches if branch))
    return None


def _exact(parts: Iterable[Any]) -> set[str] | None:
    """Every string that the parts can match, when they are few."""
    runs = {""}
    for kind, value in parts:
        exact = _exact_of(kind, value)
        if exact is None or len(runs) * len(exact) > _MOST:
            return None
        runs = {run + more for run in runs for more in exact}
    return runs


def _exact_of(kind: Any, value: Any) -> set[str] | None:
    if kind is kinds.LITERAL:
        return {chr(value)}
    if kind is kinds.AT:
        return {""}
    if kind is kinds.SUBPATTERN:
        return _exact(value[3])
    if kind is kinds.IN and all(k is kinds.LITERAL for k, _ in value):
        return {chr(v) for _, v in value}
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and value[:2] == (0, 1):
        inner = _exact(value[2])
        return inner and inner | {""}
    if kind is kinds.BRANCH:
        branches = [_exact(branch) for branch in value[1]]
        if all(branch is not None for branch in branches):
            return set().union(*(branch for branch in branches if branch))
    return None
