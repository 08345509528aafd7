"""How urgent something is, by rules that staff can read (`data/urgency.yml`), each with its reason."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.errors import DataError

URGENCIES = ("emergency", "check", "urgent", "concern", "note", "information")


@dataclass(frozen=True)
class Signs:
    """What is known when urgency is decided.

    The model's probabilities, 0 to 1: `emergency` of that intent, `harmless` of all that is neither that nor a worry.
    """

    intent: str = ""
    emergency: float = 0.0
    harmless: float = 0.0
    detector: str | None = None
    danger: str | None = None


@dataclass(frozen=True)
class Urgency:
    """A level of `URGENCIES` and the ids of all rules that fit, the deciding one first."""

    level: str
    reasons: tuple[str, ...]


class UrgencyRules:
    """The rules in their order."""

    def __init__(self, rules: list[dict[str, Any]], due_hours: dict[str, float]) -> None:
        self._rules, self._due_hours = rules, due_hours

    @classmethod
    def load(cls, path: Path) -> "UrgencyRules":
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for rule in data["levels"]:
            if rule["urgency"] not in URGENCIES:
                raise DataError(f"{path.name}: rule {rule['id']}: unknown urgency {rule['urgency']}")
        if missing := set(URGENCIES) - set(data["due_hours"]):
            raise DataError(f"{path.name}: due_hours: {sorted(missing)[0]} is missing")
        return cls(data["levels"], data["due_hours"])

    def decide(self, signs: Signs) -> Urgency:
        """The level of the first rule that fits; `information` when none does."""
        fitting = [rule for rule in self._rules if _fits(rule, signs)]
        if not fitting:
            return Urgency("information", ())
        return Urgency(fitting[0]["urgency"], tuple(rule["id"] for rule in fitting))

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
        "harmless_at_most" not in rule or signs.harmless <= rule["harmless_at_most"],
    )
    return all(tests)
