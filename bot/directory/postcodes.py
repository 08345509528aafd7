"""Find postcodes, sectors and outcodes in what somebody wrote."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.directory.gazetteer import UNALLOCATED, Gazetteer
from bot.languages.normalise import fold

SETTLED = 0.98
"""The share of live postcodes from which one district counts as the district of an outcode or sector."""

# Inward letters never include C I K M O V. A zero is often typed as the letter O.
_INWARD = r"(?P<digit>[0-9o])\s*(?P<unit>[abd-hjlnp-uw-z]\s?[abd-hjlnp-uw-z])"
_FULL = re.compile(rf"\b(?P<area>[a-z]{{1,2}})\s?(?P<number>\d\s?\d?[a-z]?)[\s-]*{_INWARD}\b")
_PARTIAL = re.compile(r"\b(?P<area>[a-z]{1,2})(?P<gap>\s?)(?P<number>\d{1,2})(?P<rest>[\s-]?\d[a-z]?|[a-z]?)\b")
_TIDY = re.compile(r"[a-z]{1,2}\d[\da-z]?\s?\d[a-z]{2}")
_ENDS_HERE = re.compile(r"\s*($|[,.;:)/])")


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode or a part of one. `districts` is what it leaves open, the likeliest first; None: not known."""

    text: str
    outcode: str
    kind: Literal["full", "sector", "outcode"]
    districts: tuple[str, ...] | None
    span: tuple[int, int]


def verdict(counts: Mapping[str, int]) -> tuple[str, ...]:
    """One district if it has nearly all postcodes; else every district with any, the likeliest first.

    Nothing if only one is named and too many postcodes are in none.
    """
    known = sorted((d for d in counts if d != UNALLOCATED), key=lambda d: -counts[d])
    if known and counts[known[0]] >= SETTLED * sum(counts.values()):
        return (known[0],)
    return tuple(known) if len(known) > 1 else ()


class Postcodes:
    def __init__(self, gazetteer: Gazetteer) -> None:
        self._elsewhere = gazetteer.postcode_areas_elsewhere
        self._motorways = gazetteer.motorways
        self.outcodes: dict[str, tuple[str, ...]] = dict(gazetteer.outside_outcodes)
        self.outcodes |= {outcode: verdict(counts) for outcode, counts in gazetteer.outcodes.items()}
        self.sectors: dict[str, tuple[str, ...]] = {
            sector: verdict(counts) or self.outcodes[sector.split()[0]] for sector, counts in gazetteer.sectors.items()
        }
        self._areas = {re.sub(r"\d.*", "", outcode) for outcode in self.outcodes}

    def find(self, text: str, in_story: bool = False) -> list[Postcode]:
        """Full postcodes if there are any; else sectors and outcodes. In a story doubtful tokens stay words."""
        folded = fold(text)
        matches = (m for m in _FULL.finditer(folded) if _TIDY.fullmatch(m[0]) or not in_story)
        full = [self._full(match) for match in matches]
        found = [postcode for postcode in full if postcode]
        if found:
            return found
        partial = (self._partial(match, folded, text, in_story) for match in _PARTIAL.finditer(folded))
        return [postcode for postcode in partial if postcode]

    def _full(self, match: re.Match[str]) -> Postcode | None:
        outcode = (match["area"] + match["number"].replace(" ", "")).upper()
        digit = match["digit"].replace("o", "0")
        text = f"{outcode} {digit}{match['unit'].replace(' ', '').upper()}"
        area = match["area"].upper()
        if outcode in self.outcodes:
            districts: tuple[str, ...] | None = self._sector(outcode, digit)
        elif area in self._elsewhere and _TIDY.fullmatch(match[0]):
            # Only in its usual spelling: "so 2 4 us" has the letters of a postcode too.
            districts = (area,)
        elif area in self._areas:
            districts = None
        else:
            return None
        return Postcode(text, outcode, "full", districts, match.span())

    def _partial(self, match: re.Match[str], folded: str, text: str, in_story: bool) -> Postcode | None:
        outcode = (match["area"] + match["number"]).upper()
        if outcode not in self.outcodes:
            return self._outcode_elsewhere(match, outcode, folded)
        if match["gap"] and match.span() != (0, len(folded)):
            return None
        if in_story and len(match["number"]) == 1 and outcode not in text:
            # "b4 school" is "before school".
            return None
        rest = match["rest"].strip(" -")
        if not rest:
            return Postcode(outcode, outcode, "outcode", self.outcodes[outcode], match.span())
        if not rest[0].isdigit():
            return None
        if match["rest"][0].isspace() and not _ENDS_HERE.match(folded, match.end()):
            # "B36 8 children" is an outcode and a number of children.
            end = match.end("number")
            return Postcode(outcode, outcode, "outcode", self.outcodes[outcode], (match.start(), end))
        return Postcode(f"{outcode} {rest[0]}", outcode, "sector", self._sector(outcode, rest[0]), match.span())

    def _outcode_elsewhere(self, match: re.Match[str], outcode: str, folded: str) -> Postcode | None:
        """Another area's outcode, which counts only as the whole answer: "m8" and "w8" are also words."""
        whole = folded.strip() == match[0]
        area = match["area"].upper()
        if not whole or match["rest"] or area not in self._elsewhere or outcode in self._motorways:
            return None
        return Postcode(outcode, outcode, "outcode", (area,), match.span())

    def _sector(self, outcode: str, digit: str) -> tuple[str, ...]:
        return self.sectors.get(f"{outcode} {digit}", self.outcodes[outcode])
