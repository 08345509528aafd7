"""Find the names of places in what somebody wrote: exactly, in other scripts, or with a small slip of the pen."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.directory.gazetteer import BOROUGHS, Gazetteer
from bot.directory.spelling import Speller
from bot.languages.normalise import fold

_POSSESSIVE = re.compile("['\u2018\u2019\u02bc`\u00b4]s\\b")
_BREAKS = re.compile(r"[,;:/()\n\u060c\u3001\uff0c]+")
_COUNTY = re.compile(r"\bwest mid(land)?s\b")
_LONGEST = 6
_STREET = frozenset(
    {"road", "rd", "street", "lane", "ln", "avenue", "ave", "close", "drive", "crescent", "terrace"}
    | {"court", "house", "row", "way", "villas", "flats"}
)
_BEFORE_PLACE = frozenset({"in", "near", "nr", "around"})
_FILLERS = frozenset(
    {"a", "an", "and", "around", "at", "area", "by", "child", "family", "from", "he", "her", "his", "house"}
    | {
        "i",
        "im",
        "in",
        "is",
        "it",
        "its",
        "just",
        "kid",
        "kids",
        "live",
        "lives",
        "living",
        "me",
        "my",
        "near",
    }
    | {
        "nr",
        "of",
        "off",
        "on",
        "our",
        "she",
        "somewhere",
        "the",
        "their",
        "them",
        "they",
        "think",
        "we",
        "with",
    }
    | {"you", "please", "yes", "no", "uk", "england"}
    | {
        "dans",
        "de",
        "en",
        "hai",
        "hain",
        "ich",
        "ist",
        "ke",
        "la",
        "mai",
        "main",
        "mein",
        "na",
        "pe",
        "w",
        "vich",
    }
)


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """A name as it is looked up: folded, "&" spelt out, possessives closed up, everything else parted by spaces."""
    folded = _POSSESSIVE.sub("s", fold(text)).replace("&", " and ")
    words = re.sub(r"[^\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f]+|_", " ", folded).split()
    return " ".join("st" if word == "saint" else word for word in words)


@dataclass(frozen=True, slots=True)
class Match:
    """A name found: how we write it, where it may be, and whether it is a town that others can lie in."""

    key: str
    name: str
    districts: tuple[str, ...]
    outcodes: tuple[str, ...] = ()
    holds_others: bool = False


class Names:
    """Every known name in one table, by `key`."""

    def __init__(self, gazetteer: Gazetteer, aliases: Mapping[str, str]) -> None:
        self.table: dict[str, Match] = {}
        self._aliases_in_script: dict[str, Match] = {}
        self._fill(gazetteer)
        self._add_aliases(aliases)
        self._common = {key(word) for word in gazetteer.common_names}
        self._whole_only = {key(word) for word in gazetteer.whole_answer_only}
        self._never_in_story = {key(word) for word in gazetteer.never_in_story}
        self._after_in = {key(word) for word in gazetteer.in_story_after_in}
        self._speller = Speller(self.table, {key(b) for b in BOROUGHS})

    def find(self, text: str) -> list[Match]:
        """The names in an answer to "where?", misspellings included."""
        matches: list[Match] = []
        unknown: list[str] = []
        for words in _parts(text):
            found, rest = self._exact(words)
            matches += [match for _, match in found]
            unknown += [word for word in rest if word not in _FILLERS]
        if unknown:
            matches = [m for m in matches if m.key not in self._whole_only]
        matches += self._in_script(text)
        matches += [self.table[near] for near in self._speller.names_in(unknown)]
        # "Handsworth Park" is in Handsworth, wherever else there is a park.
        return [m for m in matches if m.key not in self._common] or matches

    def find_in_story(self, text: str) -> list[Match]:
        """The names in a longer text: exact ones only, and none that is also an everyday word or a person's name."""
        kept: list[Match] = []
        for words in _parts(text):
            kept += [m for at, m in self._exact(words)[0] if self._is_place_in_story(words, at, m)]
        return kept + self._in_script(text)

    def _is_place_in_story(self, words: list[str], at: int, match: Match) -> bool:
        if match.key in self._whole_only or match.key in self._never_in_story:
            return False
        if match.key in self._after_in and not _BEFORE_PLACE.intersection(words[at - 1 : at]):
            return False
        # Somebody's sister in London does not put the child there.
        return any(district in BOROUGHS for district in match.districts)

    def _exact(self, words: list[str]) -> tuple[list[tuple[int, Match]], list[str]]:
        """Matches with their positions, the longest first at each, and the words that belong to none."""
        found: list[tuple[int, Match]] = []
        rest: list[str] = []
        at = 0
        while at < len(words):
            for size in range(min(_LONGEST, len(words) - at), 0, -1):
                match = self.table.get(" ".join(words[at : at + size]))
                if match:
                    # Coventry Road is in Birmingham.
                    if not _names_a_street(words[at + size : at + size + 2]):
                        found.append((at, match))
                    at += size
                    break
            else:
                rest.append(words[at])
                at += 1
        return found, rest

    def _in_script(self, text: str) -> list[Match]:
        """Names in non-Latin scripts, which may carry endings or stand without spaces: looked for as they are."""
        left = key(text)
        if left.isascii():
            return []
        found = []
        for written, match in self._aliases_in_script.items():
            if written in left and (len(written) > 3 or _unspaced(written) or written in left.split()):
                found.append(match)
                left = left.replace(written, " ")
        return found

    def _fill(self, gazetteer: Gazetteer) -> None:
        towns = {key(town) for town in gazetteer.post_towns}
        for borough, record in gazetteer.boroughs.items():
            self._add(record.name, (borough,), holds_others=True)
        for name, place in gazetteer.names.items():
            self._add(name, place.districts, place.outcodes, key(name) in towns)
        for district, others in gazetteer.elsewhere.items():
            for name in (district, *others):
                self._add(name, (district,), (), key(name) in towns)
        for name in gazetteer.common_names:
            self._add(name, BOROUGHS)
        for name, districts in gazetteer.aliases.items():
            # What the tables call ambiguous, no alias settles.
            wide = len(districts) > 2
            self._add(name.title(), districts, holds_others=wide or key(name) in towns)
        self._add_slips_of_saints()

    def _add(
        self, name: str, districts: Iterable[str], outcodes: Iterable[str] = (), holds_others: bool = False
    ) -> None:
        where = key(name)
        known = self.table.get(where, Match(where, name, ()))
        self.table[where] = Match(
            where,
            known.name,
            _unique((*known.districts, *districts)),
            _unique((*known.outcodes, *outcodes)),
            known.holds_others or holds_others,
        )

    def _add_slips_of_saints(self) -> None:
        """ "St James's" is also written "St James"."""
        for where, match in list(self.table.items()):
            if where.startswith("st ") and where.endswith("s"):
                self.table.setdefault(where[:-1], match)

    def _add_aliases(self, aliases: Mapping[str, str]) -> None:
        for written, english in sorted(aliases.items(), key=lambda pair: -len(pair[0])):
            match = self.table.get(key(english))
            if match is None:
                continue
            if key(written).isascii():
                self.table.setdefault(key(written), match)
            else:
                self._aliases_in_script.setdefault(key(written), match)


def _parts(text: str) -> list[list[str]]:
    """The words of each part between commas: no name runs across one. The county's name tells nothing beside others."""
    parts = [key(part) for part in _BREAKS.split(text)]
    if any(word not in _FILLERS for part in parts for word in _COUNTY.sub("", part).split()):
        parts = [_COUNTY.sub("", part) for part in parts]
    return [part.split() for part in parts if part]


def _names_a_street(after: list[str]) -> bool:
    return bool(after) and (after[0] in _STREET or after == ["st"])


def _unspaced(text: str) -> bool:
    """Whether the script writes without spaces between words: Han, kana, Thai, Lao, Burmese, Khmer."""
    return any(0x0E00 <= ord(c) <= 0x0EFF or 0x1000 <= ord(c) <= 0x17FF or 0x3040 <= ord(c) <= 0x9FFF for c in text)


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
