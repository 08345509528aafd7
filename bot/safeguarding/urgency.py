"""How urgent something is, by rules that staff can read (`data/urgency.yml`), each with its reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.errors import DataError

_ASKED = {"danger", "detector", "intent", "emergency_at_least", "share_at_least", "bare"}
URGENCIES = ("emergency", "check", "urgent", "concern", "note", "information")


@dataclass(frozen=True)
class Signs:
    """What is known when urgency is decided.

    Of the model: the `intent`, the probability of `emergency`, 0 to 1, and its share as `UrgencyRules.share` makes it.
    `bare`: the message is so short that it may be no more than a name.
    """

    intent: str = ""
    emergency: float = 0.0
    share: float = 0.0
    bare: bool = False
    detector: str | None = None
    danger: str | None = None


@dataclass(frozen=True)
class Urgency:
    """A level of `URGENCIES` and the ids of all rules that fit, the deciding one first."""

    level: str
    reasons: tuple[str, ...]


class UrgencyRules:
    """The rules in their order."""

    def __init__(self, rules: list[dict[str, Any]], due_hours: dict[str, float], counts: Mapping[str, float]) -> None:
        self._rules, self._due_hours, self._counts = rules, due_hours, counts

    @classmethod
    def load(cls, path: Path) -> "UrgencyRules":
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for rule in data["levels"]:
            if rule["urgency"] not in URGENCIES:
                raise DataError(f"{path.name}: rule {rule['id']}: unknown urgency {rule['urgency']}")
            if unknown := set(rule) - _ASKED - {"id", "urgency"}:
                raise DataError(f"{path.name}: rule {rule['id']}: unknown key {sorted(unknown)[0]}")
        if missing := set(URGENCIES) - set(data["due_hours"]):
            raise DataError(f"{path.name}: due_hours: {sorted(missing)[0]} is missing")
        counts = data.get("counts", {})
        if bad := [intent for intent, count in counts.items() if not 0 < count <= 1]:
            raise DataError(f"{path.name}: counts: {bad[0]} must be above 0 and at most 1")
        return cls(data["levels"], data["due_hours"], counts)

    def share(self, probability: Callable[[str], float]) -> float:
        """How much of what the model thinks is `emergency`, 0 to 1, when some readings count less against it."""
        less = sum((1 - count) * probability(intent) for intent, count in self._counts.items())
        return probability("emergency") / (1 - less)

    def decide(self, signs: Signs) -> Urgency:
        """The level of the first rule that fits; `information` when none does."""
        fitting = [rule for rule in self._rules if _fits(rule, signs)]
        if not fitting:
            return Urgency("information", ())
        return Urgency(fitting[0]["urgency"], tuple(dict.fromkeys(rule["id"] for rule in fitting)))

    def due_in(self, level: str) -> timedelta:
        """How long staff have to acknowledge a concern of this level."""
        return timedelta(hours=self._due_hours[level])


def more_urgent(first: str, second: str) -> str:
    """The graver of two levels."""
    return min(first, second, key=URGENCIES.index)


def _fits(rule: dict[str, Any], signs: Signs) -> bool:
    tests = (
        "danger" not in rule or rule["danger"] == signs.danger,
        "detector" not in rule or rule["detector"] == signs.detector,
        "intent" not in rule or signs.intent in rule["intent"],
        "emergency_at_least" not in rule or signs.emergency >= rule["emergency_at_least"],
        "bare" not in rule or rule["bare"] == signs.bare,
        "share_at_least" not in rule or signs.share >= rule["share_at_least"],
    )
    return all(tests)
