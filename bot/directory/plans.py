"""The order in which kinds of help are named, by what the worry is, who writes and how urgent it is."""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.directory.agencies import Category, Writer

EMERGENCY, POLICE, FOR_CHILDREN, OTHER_COUNCILS = "police_999", "police_101", "childline", "csc_elsewhere"
"""The records that every list is built around."""

AT_MOST = 4
URGENCIES = ("emergency", "check", "urgent", "concern", "note", "information")

NATIONAL_HELPLINE = "nspcc"
"""For worries about a child wherever in the country; part of the national way, but no list depends on it."""

CHARITIES = (NATIONAL_HELPLINE, FOR_CHILDREN, "nda_helpline", "hourglass")
"""For a child, by a child, for a woman who is hit, for somebody old: where nobody has said what the worry is."""

Step = Literal["emergency", "for_children", "children", "adults", "police", "helplines", "national_helpline"]

_DESK_FIRST: tuple[Step, ...] = ("children", "helplines")
_CRIME: tuple[Step, ...] = ("children", "helplines", "police")
_BY_CATEGORY: dict[str, tuple[Step, ...]] = {
    "physical": _CRIME,
    "sexual": _CRIME,
    "exploitation": _CRIME,
    "domestic_abuse": _CRIME,
    "harmful_practice": _CRIME,
    "online": _CRIME,
    "missing": ("police", "children", "helplines"),
    "radicalisation": ("helplines", "children", "police"),
    "self_harm": ("helplines", "children"),
    "parent": ("helplines", "children"),
    "adult": ("adults", "helplines", "police"),
}
# An adult who writes about themselves; the children's desk stays for the children who may be there.
_ADULT_WRITES: dict[str, tuple[Step, ...]] = {
    "self_harm": ("helplines", "adults"),
    "domestic_abuse": ("helplines", "adults", "police"),
    "sexual": ("helplines", "adults", "police"),
    "harmful_practice": ("helplines", "adults", "police"),
    "exploitation": ("helplines", "adults", "police"),
    "physical": ("adults", "police", "children"),
    "online": ("adults", "police", "children"),
    "missing": ("police", "adults", "children"),
    "neglect": ("adults", "children"),
    "emotional": ("adults", "children"),
    "unsure": ("adults", "children"),
}
# Professionals go to the front door before any helpline; a missing child is for the police first.
_PROFESSIONAL_WRITES: dict[str, tuple[Step, ...]] = {
    "self_harm": ("children", "helplines"),
    "radicalisation": ("children", "helplines", "police"),
}
# Somebody who may be held abroad: the unit that brings people home comes before the council.
_FROM_ABROAD: dict[str, tuple[Step, ...]] = {"harmful_practice": ("helplines", "children", "police")}
_TWO_HELPLINES = frozenset({"domestic_abuse", "harmful_practice", "self_harm", "exploitation", "parent"})


@dataclass(frozen=True, slots=True)
class Plan:
    """`emergency` and `check`: danger now, and danger that is possible. `writer`: who, for what a helpline serves."""

    category: str
    writer: str
    steps: tuple[Step, ...]
    helplines: int
    emergency: bool = False
    check: bool = False
    abroad: bool = False

    def national(self) -> tuple[Step, ...]:
        """The same where no borough is known: what is surely answered first, the council finder last."""
        first = tuple(step for step in self.steps if step in ("emergency", "for_children"))
        last: tuple[Step, ...] = ("children",) if "children" in self.steps else ()
        if self.emergency:
            return (*first, *last)
        return (*first, "police", "helplines", "national_helpline", *last)


def plan_for(category: str, writer: str, urgency: str) -> Plan:
    """Words that are not known fall back to the widest help: unsure, a neighbour, an ordinary concern."""
    category = category.removeprefix("concern_") or "unsure"
    category = category if category in get_args(Category) else "unsure"
    writer = writer if writer in get_args(Writer) else "neighbour"
    if category in ("child", "parent") and writer != "abroad":
        writer = category
    steps = _steps(category, writer)
    abroad, writer = writer == "abroad", "neighbour" if writer == "abroad" else writer
    helplines = 2 if category in _TWO_HELPLINES and (writer != "child" or category == "self_harm") else 1
    if urgency == "emergency" or category == "emergency":
        kept = tuple(step for step in steps if step not in ("police", "helplines"))
        return Plan(category, writer, ("emergency", *kept), helplines, emergency=True, abroad=abroad)
    if urgency == "check":
        return Plan(category, writer, ("emergency", *steps), helplines, check=True, abroad=abroad)
    if urgency == "urgent" and "police" not in steps:
        steps = (*steps, "police")
    return Plan(category, writer, steps, helplines, abroad=abroad)


def _steps(category: str, writer: str) -> tuple[Step, ...]:
    steps = _BY_CATEGORY.get(category, _DESK_FIRST)
    by_writer = {"adult": _ADULT_WRITES, "professional": _PROFESSIONAL_WRITES, "abroad": _FROM_ABROAD}
    steps = by_writer.get(writer, {}).get(category, steps)
    return ("for_children", *steps) if writer == "child" else steps
