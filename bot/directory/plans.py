"""The order in which kinds of help are named, by what the worry is, who writes and how urgent it is."""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.directory.agencies import Category, Writer

AT_MOST = 4
IN_EMERGENCY = 3

Step = Literal["emergency", "for_children", "children", "adults", "police", "helplines"]

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
    "physical": ("adults", "children", "police"),
    "neglect": ("adults", "children"),
    "emotional": ("adults", "children"),
}
_TWO_HELPLINES = frozenset({"domestic_abuse", "harmful_practice", "self_harm", "exploitation", "parent"})


@dataclass(frozen=True, slots=True)
class Plan:
    category: str
    writer: str
    steps: tuple[Step, ...]
    helplines: int
    emergency_why: str = "emergency"

    def national(self) -> tuple[Step, ...]:
        """The same where no borough is known: what is surely answered first, the council finder last."""
        first = tuple(step for step in self.steps if step in ("emergency", "for_children"))
        if "emergency" in first and self.emergency_why == "emergency":
            return (*first, "children")
        last: tuple[Step, ...] = ("children",) if "children" in self.steps else ()
        return (*first, "police", "helplines", *last)


def plan_for(category: str, writer: str, urgency: str) -> Plan:
    """Words that are not known fall back to the widest help: unsure, a neighbour, an ordinary concern."""
    category = category.removeprefix("concern_") or "unsure"
    category = category if category in get_args(Category) else "unsure"
    writer = writer if writer in get_args(Writer) else "neighbour"
    if category in ("child", "parent"):
        writer = category
    steps = _steps(category, writer)
    helplines = 2 if category in _TWO_HELPLINES and writer != "child" else 1
    if urgency == "emergency" or category == "emergency":
        kept = tuple(step for step in steps if step not in ("police", "helplines"))
        return Plan(category, writer, ("emergency", *kept), helplines)
    if urgency == "check":
        return Plan(category, writer, ("emergency", *steps), helplines, "if_in_danger")
    if urgency == "urgent" and "police" not in steps:
        steps = (*steps, "police")
    return Plan(category, writer, steps, helplines)


def _steps(category: str, writer: str) -> tuple[Step, ...]:
    steps = _BY_CATEGORY.get(category, _DESK_FIRST)
    if writer == "adult":
        steps = _ADULT_WRITES.get(category, steps)
    if writer == "child":
        steps = ("for_children", *steps)
    return steps
