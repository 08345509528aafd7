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
# A part of a postcode with a space inside is one only where the sentence says so: "flat B 36" is none.
_SAYS_POSTCODE = re.compile(r"(^|[,.;:(]|\b(post ?code|area|in|is|at)[\s:]+)$")
# "B36 8 at home" tells how many are at home.
_WORD_LIKE_UNIT = re.compile(r"\s(at|an|as|be|by|he|us|we|up|ut|pe|na|la|de)$")
_BEFORE = "b4"
_SHORT_ANSWER = 3
# Cyrillic and Greek capitals that look like the Latin letters of our postcodes.
_LOOKALIKES = re.compile(r"\b(?:[\u0432\u03b2]|\u0441\u0432)(?=\d)")
_LATIN = str.maketrans("\u0432\u03b2\u0441", "bbc")
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
        folded = _LOOKALIKES.sub(lambda m: m[0].translate(_LATIN), fold(text))
        matches = (m for m in _FULL.finditer(folded) if _TIDY.fullmatch(m[0]) or not in_story)
        full = [self._full(match, text) for match in matches]
        found = [postcode for postcode in full if postcode]
        if found:
            return found
        partial = (self._partial(match, folded, text, in_story) for match in _PARTIAL.finditer(folded))
        return [postcode for postcode in partial if postcode]

    def _full(self, match: re.Match[str], said: str) -> Postcode | None:
        if _WORD_LIKE_UNIT.search(match[0]):
            return None
        outcode = self._outcode(match["area"] + match["number"].replace(" ", ""))
        digit = match["digit"].replace("o", "0")
        text = f"{outcode} {digit}{match['unit'].replace(' ', '').upper()}"
        area = match["area"].upper()
        if outcode in self.outcodes:
            districts: tuple[str, ...] | None = self._sector(outcode, digit)
        elif area in self._elsewhere and _TIDY.fullmatch(match[0]) and (" " in match[0] or outcode in said):
            # Only in its usual spelling: "so 2 4 us" has the letters of a postcode too, and Arabic is typed "ba66al".
            districts = (area,)
        elif area in self._areas:
            districts = None
        else:
            return None
        return Postcode(text, outcode, "full", districts, match.span())

    def _partial(self, match: re.Match[str], folded: str, text: str, in_story: bool) -> Postcode | None:
        outcode = (match["area"] + match["number"]).upper()
        if outcode not in self.outcodes:
            return self._outcode_elsewhere(match, outcode, folded) if outcode in text else None
        if match["gap"] and not self._is_spaced_postcode(match, folded, in_story):
            return None
        if in_story and len(match["number"]) == 1 and outcode not in text:
            # "b4 school" is "before school".
            return None
        if match[0] == _BEFORE and outcode not in text and len(folded.split()) > _SHORT_ANSWER:
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

    def _outcode(self, written: str) -> str:
        """In capitals; a letter O that stands for a zero is one."""
        outcode = written.upper()
        if outcode not in self.outcodes and outcode.endswith("O") and f"{outcode[:-1]}0" in self.outcodes:
            return f"{outcode[:-1]}0"
        return outcode

    @staticmethod
    def _is_spaced_postcode(match: re.Match[str], folded: str, in_story: bool) -> bool:
        if match.span() == (0, len(folded)):
            return True
        return not in_story and (len(match["area"]) > 1 or bool(_SAYS_POSTCODE.search(folded[: match.start()])))

    def _outcode_elsewhere(self, match: re.Match[str], outcode: str, folded: str) -> Postcode | None:
        """Another area's outcode, in capitals as the whole answer only: "w8" is a word, and "la2" in Arabic."""
        whole = folded.strip() == match[0]
        area = match["area"].upper()
        if not whole or match["rest"] or area not in self._elsewhere or outcode in self._motorways:
            return None
        return Postcode(outcode, outcode, "outcode", (area,), match.span())

    def _sector(self, outcode: str, digit: str) -> tuple[str, ...]:
        return self.sectors.get(f"{outcode} {digit}", self.outcodes[outcode])
