"""From what somebody wrote about where a child is, to the borough that answers for it, or to a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.directory.gazetteer import BOROUGHS, Gazetteer, load_aliases, load_gazetteer
from bot.directory.name_table import Match
from bot.directory.names import Names, parted
from bot.directory.postcodes import Postcode, Postcodes
from bot.languages.normalise import fold

_CHOSEN = re.compile(r"(?P<asked>.+) \((?P<choice>[^()]+)\)\s*", re.DOTALL)

_LONGEST_ANSWER = 300
_LONGEST_STORY = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """What was said, and where that is.

    Exactly one borough: settled. `ask`: names to choose between, and `boroughs` holds those of ours among them if there
    are two or more. `outside`: surely not in the county. None of these: not recognised.
    """

    said: str
    name: str
    boroughs: tuple[str, ...] = ()
    ask: tuple[str, ...] | None = None
    outside: bool = False

    @property
    def borough(self) -> str | None:
        """The one borough, once it is settled."""
        return self.boroughs[0] if len(self.boroughs) == 1 and not self.ask else None


def chosen(said: str, choice: str) -> str:
    """A place and what its writer picked when we asked which: "B36 (Solihull)"."""
    return f"{said} ({choice})"


class Places:
    def __init__(self, gazetteer: Gazetteer, aliases: dict[str, str]) -> None:
        self._gazetteer = gazetteer
        self._names = Names(gazetteer, aliases)
        self._postcodes = Postcodes(gazetteer)

    @classmethod
    def load(cls, folder: Path) -> "Places":
        """From `data/directory`. Raises `DataError` naming what is wrong."""
        return cls(load_gazetteer(folder), load_aliases(folder))

    @property
    def attribution(self) -> str:
        """What the licences of the place tables ask us to show."""
        return self._gazetteer.meta.attribution

    def display(self, district: str) -> str:
        """A borough's or district's name as people write it."""
        record = self._gazetteer.boroughs.get(district)
        return record.name if record else district

    def resolve(self, text: str) -> Place:
        """Where this answer to "where?" is. What stands in brackets may be what was chosen when we asked back."""
        if match := _CHOSEN.fullmatch(text):
            place = self._chosen(self.resolve(match["asked"]), match["choice"], text)
            if place:
                return place
        if len(text) > _LONGEST_ANSWER:
            return self.find_in(text) or Place(text, "")
        words = parted(text)
        postcodes = self._postcodes.find(words)
        matches = self._names.find(_without(words, postcodes))
        return self._place(text, postcodes, matches)

    def _chosen(self, place: Place, choice: str, said: str) -> Place | None:
        choice = next((name for name in place.ask or () if fold(name) == fold(choice.strip())), "")
        if not choice:
            return None
        ours = tuple(b for b in BOROUGHS if self.display(b) == choice)
        return Place(said, f"{place.name}, {choice}", ours, outside=not ours)

    def find_in(self, story: str) -> Place | None:
        """A place mentioned in a longer text, or None. Cautious: what may be a person or a thing is left alone."""
        text = parted(story[:_LONGEST_STORY])
        postcodes = self._postcodes.find(text, in_story=True)
        matches = self._names.find_in_story(_without(text, postcodes))
        place = self._place(story, postcodes, matches)
        return place if place.boroughs or place.ask or place.outside else None

    def _place(self, said: str, postcodes: list[Postcode], matches: list[Match]) -> Place:
        matches = list(dict.fromkeys(matches))
        name = ", ".join(dict.fromkeys([*(m.name for m in matches), *(p.text for p in postcodes)]))
        districts = self._districts(postcodes, matches)
        ours = tuple(d for d in districts if d in BOROUGHS)
        if not districts:
            return Place(said, name)
        if not ours:
            return Place(said, name, outside=True)
        if len(districts) == 1:
            return Place(said, name, ours)
        return Place(said, name, ours if len(ours) > 1 else (), tuple(self.display(d) for d in districts))

    def _districts(self, postcodes: list[Postcode], matches: list[Match]) -> tuple[str, ...]:
        """Where it may be, everything considered; the likeliest first."""
        known = [p for p in postcodes if p.districts]
        if not known:
            return self._by_names(matches)
        by_postcode = _union(p.districts or () for p in known)
        # A town beside one of its own postcodes says nothing new; see `post_towns` in the data.
        telling = [m for m in matches if not all(self._is_address_town(m, p.outcode) for p in known)]
        by_name = self._by_names(telling)
        if not by_name:
            return by_postcode
        both = tuple(d for d in by_postcode if d in by_name)
        return both or _union([by_postcode, by_name])

    def _by_names(self, matches: list[Match]) -> tuple[str, ...]:
        """Areas named side by side may all be meant; a town beside them says which of that name."""
        areas = [m for m in matches if not m.holds_others]
        towns = [m for m in matches if m.holds_others]
        if not areas and len(towns) > 1:
            # "Willenhall, Walsall": the ambiguous one is the area and the other says which.
            areas = [m for m in towns if len(m.districts) > 1] or [m for m in towns if m.key not in BOROUGHS]
            towns = [m for m in towns if m not in areas]
        if not areas:
            return _union(m.districts for m in towns)
        districts = _union(m.districts for m in areas)
        for town in sorted(towns, key=lambda m: len(m.districts)):
            districts = self._narrowed(districts, areas, town)
        return districts

    def _narrowed(self, districts: tuple[str, ...], areas: list[Match], town: Match) -> tuple[str, ...]:
        if any(area.key in self._gazetteer.spoken_of_as_in.get(town.key, ()) for area in areas):
            return districts
        outcodes = {o for area in areas for o in area.outcodes}
        in_town = outcodes & set(self._gazetteer.post_towns.get(town.key, ()))
        nearby = _union(self._postcodes.outcodes.get(o, ()) for o in sorted(in_town))
        both = tuple(d for d in districts if d in nearby) if in_town else ()
        both = both or tuple(d for d in districts if d in town.districts)
        if both:
            return both
        letters = self._gazetteer.postcode_area_cities.get(town.key)
        loosely = letters and any(_letters(o) == letters for o in outcodes)
        # "Smethwick, Birmingham" is how people speak; "Sparkhill, Coventry" is a contradiction, so ask.
        possible = _union(area.districts for area in areas)
        spoken = loosely and len(districts) == 1 and not set(town.districts) & set(possible)
        return districts if spoken else _union([districts, town.districts])

    def _is_address_town(self, match: Match, outcode: str) -> bool:
        if not match.holds_others:
            return False
        letters = self._gazetteer.postcode_area_cities.get(match.key)
        return outcode in self._gazetteer.post_towns.get(match.key, ()) or _letters(outcode) == letters


def _without(text: str, postcodes: list[Postcode]) -> str:
    """The text with its postcodes taken out, so that their letters are not read as words."""
    if not postcodes:
        return text
    # Spans count in folded text, which may be longer or shorter than the original; the name finder folds again.
    folded = fold(text)
    for postcode in sorted(postcodes, key=lambda p: -p.span[0]):
        folded = f"{folded[: postcode.span[0]]} , {folded[postcode.span[1] :]}"
    return folded


def _letters(outcode: str) -> str:
    return outcode.rstrip("0123456789")


def _union(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(d for group in groups for d in group))
