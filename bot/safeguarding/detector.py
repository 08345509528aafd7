"""Spot danger in a person's own words, before anything else reads them and without any trained model.

Rules are data (`data/lexicon/emergency/<variety>.yml`), one file a language variety, each rule with its own test
lines. All varieties are searched at once: a frightened person mixes languages, and no guess at the language may
stand between a message and 999.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import regex
import yaml

from bot.errors import DataError
from bot.languages import normalise
from bot.safeguarding.literals import Literals, index_of

_Span = tuple[int, int]
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
class Pattern:
    """A pattern of a lexicon, compiled when it is first needed: there are thousands, and a message needs a few."""

    source: str
    where: str

    @cached_property
    def compiled(self) -> "regex.Pattern[str]":
        """Raises `DataError` naming the file and rule."""
        try:
            return regex.compile(self.source)
        except regex.error as error:
            raise DataError(f"{self.where}: {error}") from error


@dataclass(frozen=True)
class _Cancel:
    id: str
    pattern: Pattern
    unless: Pattern | None

    def takes_back(self, sentence: str, around: str) -> bool:
        """A pattern with the mark looks at what stands around the match, one without at the whole sentence."""
        if not self.pattern.compiled.search(around if MATCH_MARK in self.pattern.source else sentence):
            return False
        return self.unless is None or not self.unless.compiled.search(sentence)


@dataclass(frozen=True)
class _Rule:
    id: str
    danger: Danger
    pattern: Pattern
    cancels: tuple[_Cancel, ...]

    def spans(self, sentence: str) -> tuple[list[_Span], list[_Span]]:
        """Where the rule stands in the sentence, and where it would but is taken back."""
        stands: list[_Span] = []
        taken_back: list[_Span] = []
        if self.pattern.compiled.search(sentence):
            for match in self.pattern.compiled.finditer(sentence, overlapped=True):
                (taken_back if self._cancelled(sentence, match) else stands).append(match.span())
        return stands, taken_back

    @property
    def variety(self) -> str:
        return self.id.split(".")[0]

    def _cancelled(self, sentence: str, match: "regex.Match[str]") -> bool:
        around = f"{sentence[: match.start()]} {MATCH_MARK} {sentence[match.end() :]}"
        around = f" {' '.join(around.split())} "
        return any(cancel.takes_back(sentence, around) for cancel in self.cancels)


class EmergencyDetector:
    """All rules of all varieties, with an index that says which of them a text may need."""

    def __init__(self, rules: Iterable[_Rule], laughter: Pattern, index: dict[str, list[int]] | None = None) -> None:
        self._rules, self._laughter = tuple(rules), laughter
        self._literals = Literals(index or index_of([rule.pattern.source for rule in self._rules]))

    @classmethod
    def load(cls, folder: Path, index: dict[str, list[int]] | None = None) -> "EmergencyDetector":
        """Read every `*.yml` in the folder. Raises `DataError` naming the file and rule at fault.

        With an `index` made from the same files, patterns are taken to be sound and are compiled when needed.
        """
        files = {path: _read(path) for path in sorted(folder.glob("*.yml"))}
        rules = [rule for path, data in files.items() for rule in _rules(path, data, _cancels(path, data))]
        if index is None:
            patterns = {p for rule in rules for p in (rule.pattern, *(cancel.pattern for cancel in rule.cancels))}
            assert all(pattern.compiled for pattern in patterns)
        return cls(rules, _laughter(folder.parent / "laughter.yml"), index)

    @property
    def index(self) -> dict[str, list[int]]:
        """What `load` takes back."""
        return self._literals.index

    def examine(self, text: str) -> Verdict:
        """Judge one message. Numbers that are themselves a call for help (999, 112, 101 alone) count."""
        matching = normalise.for_matching(text[:LONGEST_READ])
        if matching.strip(" .") in {"999", "112", "101"}:
            return Verdict(Danger.EMERGENCY, ("number.alone",))
        sentences = [f" {s.strip()} " for s in matching.split(" . ") if s.strip()]
        danger: dict[str, Danger] = {}
        for sentence in sentences:
            for rule, level in self._standing(sentence):
                danger[rule.id] = Danger.EMERGENCY if danger.get(rule.id) is Danger.EMERGENCY else level
        if not danger:
            return Verdict(None)
        # Who laughs may mean it all the same: they are asked.
        sure = Danger.EMERGENCY in danger.values() and not self._laughter.compiled.search(matching)
        return Verdict(Danger.EMERGENCY if sure else Danger.CHECK, tuple(danger))

    def _standing(self, sentence: str) -> Iterable[tuple[_Rule, Danger]]:
        """The rules that stand in one sentence. Words that another variety takes back leave a doubt: they only ask."""
        tried = [
            (rule, *rule.spans(sentence)) for rule in map(self._rules.__getitem__, self._literals.candidates(sentence))
        ]
        taken_back = [(rule.variety, span) for rule, _, gone in tried for span in gone]
        for rule, stands, _ in tried:
            if stands:
                sure = any(not _doubted(rule.variety, span, taken_back) for span in stands)
                yield rule, rule.danger if sure else Danger.CHECK


def _doubted(variety: str, span: _Span, taken_back: list[tuple[str, _Span]]) -> bool:
    return any(other != variety and span[0] < end and start < span[1] for other, (start, end) in taken_back)


def _laughter(path: Path) -> Pattern:
    data = _read(path)
    return compile_pattern(path, "laughter", data["pattern"], {})


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return data


def _cancels(path: Path, data: dict[str, Any]) -> tuple[_Cancel, ...]:
    words = data.get("words", {})
    present = compile_pattern(path, "present", data["present"], words) if data.get("present") else None
    return tuple(
        _Cancel(
            entry["id"],
            compile_pattern(path, entry["id"], entry["pattern"], words),
            present if entry.get("unless_present") else None,
        )
        for entry in data.get("cancels", [])
    )


def _rules(path: Path, data: dict[str, Any], cancels: tuple[_Cancel, ...]) -> Iterable[_Rule]:
    variety, words = data["variety"], data.get("words", {})
    known = {cancel.id for cancel in cancels}
    for entry in data["dangers"]:
        keeps = set(entry.get("keeps", []))
        if unknown := keeps - known:
            raise DataError(f"{path.name}: rule {entry['id']}: keeps unknown cancel {sorted(unknown)[0]}")
        yield _Rule(
            id=f"{variety}.{entry['id']}",
            danger=Danger(entry["level"]),
            pattern=compile_pattern(path, entry["id"], entry["pattern"], words),
            cancels=tuple(cancel for cancel in cancels if cancel.id not in keeps),
        )


def compile_pattern(path: Path, name: str, pattern: str, words: dict[str, str]) -> Pattern:
    """One pattern; `<name>` in it stands for the alternatives that the file's `words` give this name."""
    for short, alternatives in words.items():
        pattern = pattern.replace(f"<{short}>", f"(?:{alternatives})")
    # Folding lower-cases, which would turn \S into \s; patterns use only lower-case escapes.
    if regex.search(r"\\[A-Z]", pattern):
        raise DataError(f"{path.name}: {name}: use lower-case escapes only")
    return Pattern(normalise.fold(" ".join(pattern.split())), f"{path.name}: {name}")
