"""Spot danger in a person's own words, before anything else reads them and without any trained model.

Rules are data (`data/lexicon/emergency/<variety>.yml`), one file a language variety, each rule with its own test
lines. All varieties are searched at once: a frightened person mixes languages, and no guess at the language may
stand between a message and 999.
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

# Stands for the matched words when a cancel looks at the sentence around them.
MATCH_MARK = "§"
# A message is read in whole, but a single text of many pages would hold up everyone else.
LONGEST_READ = 20_000


class Danger(StrEnum):
    """How sure the detector is. `CHECK` asks one question; `EMERGENCY` answers with 999 at once."""

    CHECK = "check"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Verdict:
    """What the detector made of one message: `rules` are ids such as `en.weapon`."""

    danger: Danger | None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Cancel:
    id: str
    pattern: "regex.Pattern[str]"
    yields_to_present: bool

    def takes_back(self, sentence: str, around: str) -> bool:
        """A pattern with the mark looks at what stands around the match, one without at the whole sentence."""
        return self.pattern.search(around if MATCH_MARK in self.pattern.pattern else sentence) is not None


@dataclass(frozen=True)
class _Rule:
    id: str
    danger: Danger
    pattern: "regex.Pattern[str]"
    cancels: tuple[_Cancel, ...]
    present: "regex.Pattern[str] | None"

    def matches(self, sentence: str) -> bool:
        if not self.pattern.search(sentence):
            return False
        return any(not self._cancelled(sentence, m) for m in self.pattern.finditer(sentence, overlapped=True))

    def _cancelled(self, sentence: str, match: "regex.Match[str]") -> bool:
        around = f"{sentence[: match.start()]} {MATCH_MARK} {sentence[match.end() :]}"
        around = f" {' '.join(around.split())} "
        now = self.present is not None and self.present.search(sentence) is not None
        return any(c.takes_back(sentence, around) and not (c.yields_to_present and now) for c in self.cancels)


class EmergencyDetector:
    """All rules of all varieties, compiled once."""

    def __init__(self, rules: Iterable[_Rule]) -> None:
        self._rules = tuple(rules)

    @classmethod
    def load(cls, folder: Path) -> "EmergencyDetector":
        """Read every `*.yml` in the folder. Raises `DataError` naming the file and rule at fault."""
        return cls(rule for path in sorted(folder.glob("*.yml")) for rule in _rules(path))

    def examine(self, text: str) -> Verdict:
        """Judge one message. Numbers that are themselves a call for help (999, 112, 101 alone) count."""
        matching = normalise.for_matching(text[:LONGEST_READ])
        if matching.strip(" .") in {"999", "112", "101"}:
            return Verdict(Danger.EMERGENCY, ("number.alone",))
        sentences = [f" {s.strip()} " for s in matching.split(" . ") if s.strip()]
        hits = [rule for rule in self._rules if any(rule.matches(s) for s in sentences)]
        if not hits:
            return Verdict(None)
        emergency = any(rule.danger is Danger.EMERGENCY for rule in hits)
        return Verdict(Danger.EMERGENCY if emergency else Danger.CHECK, tuple(rule.id for rule in hits))


def _rules(path: Path) -> Iterable[_Rule]:
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    variety, words = data["variety"], data.get("words", {})
    present = compile_pattern(path, "present", data["present"], words) if data.get("present") else None
    cancels = {
        c["id"]: _Cancel(c["id"], compile_pattern(path, c["id"], c["pattern"], words), bool(c.get("unless_present")))
        for c in data.get("cancels", [])
    }
    for entry in data["dangers"]:
        keeps = set(entry.get("keeps", []))
        if unknown := keeps - set(cancels):
            raise DataError(f"{path.name}: rule {entry['id']}: keeps unknown cancel {sorted(unknown)[0]}")
        yield _Rule(
            id=f"{variety}.{entry['id']}",
            danger=Danger(entry["level"]),
            pattern=compile_pattern(path, entry["id"], entry["pattern"], words),
            cancels=tuple(c for name, c in cancels.items() if name not in keeps),
            present=present,
        )


def compile_pattern(path: Path, name: str, pattern: str, words: dict[str, str]) -> "regex.Pattern[str]":
    """Compile one pattern; `<name>` in it stands for the alternatives that the file's `words` give this name."""
    for short, alternatives in words.items():
        pattern = pattern.replace(f"<{short}>", f"(?:{alternatives})")
    # Folding lower-cases, which would turn \S into \s; patterns use only lower-case escapes.
    if regex.search(r"\\[A-Z]", pattern):
        raise DataError(f"{path.name}: {name}: use lower-case escapes only")
    try:
        return regex.compile(normalise.fold(" ".join(pattern.split())))
    except regex.error as error:
        raise DataError(f"{path.name}: {name}: {error}") from error
