"""`data/open_referral.yml`: the areas, terms and sentences of our open data."""

from collections.abc import Mapping
from functools import lru_cache
from typing import get_args

from pydantic import BaseModel, ConfigDict, model_validator

from bot.directory.agencies import Category, Kind, Writer
from bot.directory.files import checked, read_yaml
from bot.directory.gazetteer import BOROUGHS
from bot.settings import ROOT

_PATH = ROOT / "data" / "open_referral.yml"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Area(_Record):
    """`gss`: the code of the Office for National Statistics."""

    name: str
    gss: str


class Term(_Record):
    name: str
    description: str


class Taxonomy(_Record):
    """Terms by the code that our records use."""

    name: str
    description: str
    terms: Mapping[str, Term]


class Words(_Record):
    """The whole file. `areas` has the seven boroughs and "uk"; `wider_areas` has codes that contain ours."""

    areas: Mapping[str, Area]
    wider_areas: Mapping[str, tuple[str, ...]]
    taxonomies: Mapping[str, Taxonomy]
    sentences: Mapping[str, str]

    @model_validator(mode="after")
    def _knows_every_code(self) -> "Words":
        needed = {"handles": Category, "serves": Writer, "kind": Kind}
        for taxonomy, codes in needed.items():
            if missing := set(get_args(codes)) - set(self.taxonomies[taxonomy].terms):
                raise ValueError(f"taxonomies.{taxonomy}: no term for {sorted(missing)[0]}")
        if set(self.areas) != {*BOROUGHS, "uk"}:
            raise ValueError("areas must be the seven boroughs and uk")
        return self

    def say(self, key: str, **values: object) -> str:
        return self.sentences[key].format(**values)

    def boroughs_of(self, code: str) -> tuple[str, ...]:
        """What an area's code covers of ours: boroughs, ("uk",), or nothing."""
        if code in self.wider_areas["uk"]:
            return ("uk",)
        if code in self.wider_areas["county"]:
            return BOROUGHS
        return tuple(ours for ours, area in self.areas.items() if area.gss == code)


@lru_cache(maxsize=1)
def words() -> Words:
    """Raises `DataError` naming the field at fault."""
    return checked(Words, read_yaml(_PATH), _PATH)
