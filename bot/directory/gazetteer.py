"""`places.yml` and the aliases beside it, checked as they are read."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.directory.files import checked, read_yaml

BOROUGHS = ("birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall", "wolverhampton")
"""The seven, by the key used in every file; any other district's name begins with a capital."""

UNALLOCATED = "unallocated"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Borough(_Record):
    name: str
    council: str
    gss: str
    police_area: str


class Name(_Record):
    """A neighbourhood, ward or MSOA: the districts it may lie in and the outcodes of its bus stops."""

    districts: tuple[str, ...] = Field(alias="in", min_length=1)
    outcodes: tuple[str, ...] = ()
    sources: tuple[str, ...] = Field(alias="from", min_length=1)


class Meta(_Record):
    checked_on: date
    sources: tuple[str, ...]
    attribution: str


class Gazetteer(_Record):
    """The whole file. Counts are live postcodes by district."""

    meta: Meta
    boroughs: Mapping[str, Borough]
    outcodes: Mapping[str, Mapping[str, int]]
    sectors: Mapping[str, Mapping[str, int]]
    outside_outcodes: Mapping[str, tuple[str, ...]]
    postcode_areas_elsewhere: frozenset[str]
    motorways: frozenset[str]
    names: Mapping[str, Name]
    aliases: Mapping[str, tuple[str, ...]]
    post_towns: Mapping[str, tuple[str, ...]]
    postcode_area_cities: Mapping[str, str]
    spoken_of_as_in: Mapping[str, tuple[str, ...]]
    elsewhere: Mapping[str, tuple[str, ...]]
    abroad: Mapping[str, tuple[str, ...]]
    common_names: tuple[str, ...]
    whole_answer_only: tuple[str, ...]
    never_in_story: tuple[str, ...]
    in_story_after_in: tuple[str, ...]
    names_of_people: tuple[str, ...]
    place_words_before: frozenset[str]
    place_words_after: frozenset[str]
    decoys: tuple[str, ...]
    fillers: frozenset[str]
    street_words: frozenset[str]
    street_words_before: frozenset[str]
    school_words: frozenset[str]
    denying_before: frozenset[str]
    denying_after: frozenset[str]
    fillers_in_scripts: frozenset[str]
    streets_in_scripts: frozenset[str]
    denying_before_in_scripts: frozenset[str]
    denying_after_in_scripts: frozenset[str]

    @model_validator(mode="after")
    def _boroughs_are_ours(self) -> "Gazetteer":
        if tuple(self.boroughs) != BOROUGHS:
            raise ValueError(f"boroughs must be {', '.join(BOROUGHS)}")
        for where, districts in self._lower_case_districts():
            if districts - set(BOROUGHS) - {UNALLOCATED}:
                raise ValueError(f"{where}: no such borough: {', '.join(sorted(districts - set(BOROUGHS)))}")
        return self

    def _lower_case_districts(self) -> list[tuple[str, set[str]]]:
        tables: list[tuple[str, Sequence[str]]] = [(k, tuple(v)) for k, v in self.outcodes.items()]
        tables += [(k, tuple(v)) for k, v in self.sectors.items()]
        tables += [(k, v.districts) for k, v in self.names.items()]
        tables += list(self.aliases.items())
        return [(where, {d for d in districts if d[:1].islower()}) for where, districts in tables]


class AliasFile(BaseModel):
    """One language's names for places: what people write, and the English name it stands for."""

    aliases: Mapping[str, str]


def load_gazetteer(folder: Path) -> Gazetteer:
    path = folder / "places.yml"
    return checked(Gazetteer, read_yaml(path), path)


def load_aliases(folder: Path) -> dict[str, str]:
    """Every language's aliases in one mapping; the first file in the alphabet wins where two agree to differ."""
    found: dict[str, str] = {}
    for path in sorted((folder / "aliases").glob("*.yml")):
        for said, english in checked(AliasFile, read_yaml(path), path).aliases.items():
            found.setdefault(said, english)
    return found
