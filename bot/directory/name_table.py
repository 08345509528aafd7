"""Every known name of a place in one table: how a name is looked up, and where it may be."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.directory.gazetteer import BOROUGHS, Gazetteer
from bot.languages.normalise import fold

_POSSESSIVE = re.compile("['\u2018\u2019\u02bc`\u00b4]([st])\\b")
_WORDS = {"saint": "st", "rd": "road", "upon": "on"}


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """A name as it is looked up: folded, "&" spelt out, possessives closed up, everything else parted by spaces."""
    folded = _POSSESSIVE.sub(r"\1", fold(text)).replace("&", " and ")
    words = re.sub(r"[^\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f]+|_", " ", folded).split()
    return " ".join(_WORDS.get(word, word) for word in words)


@dataclass(frozen=True, slots=True)
class Match:
    """A name found: how we write it, where it may be, and whether it is a town that others can lie in."""

    key: str
    name: str
    districts: tuple[str, ...]
    outcodes: tuple[str, ...] = ()
    holds_others: bool = False

    @property
    def is_ours(self) -> bool:
        return any(district in BOROUGHS for district in self.districts)


def table_of(gazetteer: Gazetteer) -> dict[str, Match]:
    """All names of the gazetteer by `key`; one name in several tables may lie in any of their districts."""
    towns = {key(town) for town in gazetteer.post_towns}
    table: dict[str, Match] = {}

    def add(name: str, districts: Iterable[str], outcodes: Iterable[str] = (), holds_others: bool = False) -> None:
        where = key(name)
        known = table.get(where, Match(where, name, ()))
        outcodes, districts = (*known.outcodes, *outcodes), (*known.districts, *districts)
        holds_others = known.holds_others or holds_others
        table[where] = Match(where, known.name, unique(districts), unique(outcodes), holds_others)

    for borough, record in gazetteer.boroughs.items():
        add(record.name, (borough,), holds_others=True)
    for name, place in gazetteer.names.items():
        add(name, place.districts, place.outcodes, key(name) in towns)
    for district, others in (*gazetteer.elsewhere.items(), *gazetteer.abroad.items()):
        for name in (district, *others):
            add(name, (district,), (), key(name) in towns)
    for name in gazetteer.common_names:
        add(name, BOROUGHS)
    for name, where in gazetteer.aliases.items():
        # What the tables call ambiguous, no alias settles. A long road runs through areas.
        holds_others = len(where) > 2 or name.endswith(" road") or key(name) in towns
        add(name.title(), where, holds_others=holds_others)
    for where_key, match in list(table.items()):
        if where_key.startswith("st ") and where_key.endswith("s"):
            table.setdefault(where_key[:-1], match)  # "St James's" is also written "St James".
    return _shared_when_run_together(table)


def _shared_when_run_together(table: Mapping[str, Match]) -> dict[str, Match]:
    """Names that differ only in their spaces lie wherever either does: who writes Merryhill may mean Merry Hill."""
    alike: dict[str, tuple[str, ...]] = {}
    for where, match in table.items():
        together = where.replace(" ", "")
        alike[together] = unique((*alike.get(together, ()), *match.districts))
    return {where: replace(match, districts=alike[where.replace(" ", "")]) for where, match in table.items()}


def unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
