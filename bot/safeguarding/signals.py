"""What a message may say beside its worry: a number did not work, the writer cannot ring, the writer is abroad.

Rules are data (`data/lexicon/signals/<variety>.yml`), each with lines that give the signal and lines that must not. All
varieties are searched at once, without a model, so that "I am deaf" is heard inside any other message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import regex
import yaml

from bot.errors import DataError
from bot.languages import normalise
from bot.safeguarding.detector import LONGEST_READ, compile_pattern
from bot.safeguarding.literals import Literals, index_of

_EMERGENCY_NUMBER = regex.compile(r"\b(999|112)\b")


class Signal(StrEnum):
    NUMBER_FAILED = "number_failed"
    CANNOT_RING = "cannot_ring"
    ABROAD = "abroad"


@dataclass(frozen=True)
class _Rule:
    id: str
    signal: Signal
    pattern: "regex.Pattern[str]"
    unless: "regex.Pattern[str] | None"

    def gives(self, text: str) -> bool:
        return bool(self.pattern.search(text)) and not (self.unless and self.unless.search(text))


class Signals:
    """All rules of all varieties, compiled once."""

    def __init__(self, rules: Iterable[_Rule]) -> None:
        self._rules = tuple(rules)
        self._literals = Literals(index_of([rule.pattern.pattern for rule in self._rules]))

    @classmethod
    def load(cls, folder: Path) -> "Signals":
        """Read every `*.yml` in the folder. Raises `DataError` naming the file and rule at fault."""
        return cls(rule for path in sorted(folder.glob("*.yml")) for rule in _rules(path))

    def heard(self, text: str) -> frozenset[Signal]:
        """The signals in one message, read as a whole: "I rang the number. Nobody answered." is one."""
        matching = normalise.for_matching(text[:LONGEST_READ])
        worth_trying = [self._rules[i] for i in self._literals.candidates(matching)]
        return frozenset(rule.signal for rule in worth_trying if rule.gives(matching))

    def beside(self, text: str) -> str:
        """What is left of the message without the words about a number or about ringing: there may be a worry in it."""
        left = normalise.for_matching(text[:LONGEST_READ])
        for rule in self._rules:
            if rule.signal is not Signal.ABROAD and rule.gives(left):
                left = rule.pattern.sub(" ", left)
        return " ".join(left.split())


def names_emergency_number(text: str) -> bool:
    """Whether the words hold 999 or 112, in the digits of any script."""
    return _EMERGENCY_NUMBER.search(normalise.for_matching(text[:LONGEST_READ])) is not None


def _rules(path: Path) -> Iterable[_Rule]:
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    variety, words = data["variety"], data.get("words", {})
    for entry in data["signals"]:
        name = entry["id"]
        if entry["means"] not in tuple(Signal):
            raise DataError(f"{path.name}: {name}: unknown signal {entry['means']}")
        unless = compile_pattern(path, name, entry["unless"], words).compiled if "unless" in entry else None
        pattern = compile_pattern(path, name, entry["pattern"], words).compiled
        yield _Rule(f"{variety}.{name}", Signal(entry["means"]), pattern, unless)
