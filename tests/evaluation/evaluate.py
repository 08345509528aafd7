"""`make evaluate`: what the understanding is worth on lines it has never seen, language by language.

Two sets, a file a variety (intent, text, kind), written apart from the training data; a test guards against overlap.
The details of stories have sets of their own (`details.py`); emergencies are sent as messages too (`first_answers.py`).
`development/` is what thresholds are chosen on (`make evaluate SET=development`), `unseen/` is what is published.
"""

import contextlib
import csv
import io
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot import bootstrap
from bot.languages.detection import script_of
from bot.safeguarding.categories import SERIOUS
from bot.safeguarding.detector import Danger
from bot.settings import Settings
from bot.usecases.services import Services
from bot.usecases.understand import Understanding, understand
from tests.evaluation import details
from tests.evaluation.first_answers import without_999

_WITHOUT_SPACES = ("Hani", "Kana", "Thai")
FOLDER = Path(__file__).parent
SETS = ("development", "unseen")
_BINS = 10


@dataclass(frozen=True)
class Line:
    """One unseen line and what was made of it. `tier` is the tier of its variety."""

    variety: str
    tier: int
    intent: str
    kind: str
    words: int
    heard: Understanding
    served: str

    @property
    def dangerous(self) -> bool:
        return self.intent == "emergency"

    @property
    def worry(self) -> bool:
        return self.intent in SERIOUS and not self.dangerous

    def urgency(self, *levels: str) -> bool:
        return self.heard.urgency.level in levels


@dataclass(frozen=True)
class Figure:
    """A share of lines: which count, and which of them are right."""

    name: str
    among: Callable[[Line], bool]
    right: Callable[[Line], bool]

    def of(self, lines: Iterable[Line]) -> float | None:
        """The share in percent; None when no line counts."""
        among = [line for line in lines if self.among(line)]
        return 100 * sum(map(self.right, among)) / len(among) if among else None


FIGURES = (
    Figure("emergency", lambda x: x.dangerous, lambda x: x.urgency("emergency")),
    Figure("or check", lambda x: x.dangerous, lambda x: x.urgency("emergency", "check")),
    Figure("detector alone", lambda x: x.dangerous, lambda x: x.heard.verdict.danger is Danger.EMERGENCY),
    Figure("false: worries", lambda x: x.worry, lambda x: x.urgency("emergency")),
    Figure("false: other", lambda x: x.intent not in SERIOUS, lambda x: x.urgency("emergency")),
    Figure("check: other", lambda x: x.intent not in SERIOUS, lambda x: x.urgency("check")),
    Figure(
        "disclosure",
        lambda x: x.intent == "child_disclosure",
        lambda x: x.heard.path == "child_disclosure" or x.urgency("emergency", "check"),
    ),
    Figure("worry kept", lambda x: x.worry, lambda x: x.heard.path in SERIOUS or x.urgency("emergency", "check")),
    Figure("intent", lambda x: True, lambda x: x.heard.intent == x.intent),
    # Hindi typed in Latin letters is Roman Hindi, and no mistake.
    Figure("language", lambda x: x.words >= 4, lambda x: x.served in (x.variety, f"{x.variety}-Latn")),
)


@dataclass(frozen=True)
class Bin:
    """Readings of about one confidence: how many, the mean confidence and the share that is right, both 0 to 1."""

    count: int
    confidence: float
    right: float


def read(services: Services, folder: Path) -> list[Line]:
    """Every line of a set, understood by the path of a live message."""
    lines = []
    for path in sorted(folder.glob("*.tsv")):
        tier = services.registry.get(path.stem).tier
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                heard = understand(services, row["text"])
                served = heard.detection.language or ""
                words = _words(row["text"])
                lines.append(Line(path.stem, tier, row["intent"], row["kind"], words, heard, served))
    return lines


def _words(text: str) -> int:
    """Words, or half the letters where a language writes none apart."""
    spaced = len(text.split())
    return spaced if script_of(text) not in _WITHOUT_SPACES else max(spaced, len(text) // 2)


def groups(lines: list[Line]) -> dict[str, list[Line]]:
    """By variety, the weakest in "emergency or check" first; then the tiers, then all."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.variety].append(line)
    weakest = sorted(found.items(), key=lambda item: tuple(FIGURES[n].of(item[1]) or 0.0 for n in (1, 0)))
    tiers = {
        "tier 1": [line for line in lines if line.tier == 1],
        "the rest": [line for line in lines if line.tier != 1],
    }
    return {**dict(weakest), **tiers, "all": lines}


def by_kind(lines: list[Line]) -> dict[str, tuple[int, float, float]]:
    """For each kind of line: how many, and what percentage got 999 as the whole answer, and that or the question."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.kind].append(line)
    return {
        kind: (
            len(group),
            100 * sum(x.urgency("emergency") for x in group) / len(group),
            100 * sum(x.urgency("emergency", "check") for x in group) / len(group),
        )
        for kind, group in sorted(found.items())
    }


def calibration(lines: list[Line]) -> list[Bin]:
    """The model's own readings in ten steps of confidence; empty steps are left out."""
    steps: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for line in lines:
        parse = line.heard.parse
        steps[min(int(parse.confidence * _BINS), _BINS - 1)].append((parse.confidence, parse.intent == line.intent))
    return [
        Bin(len(step), sum(c for c, _ in step) / len(step), sum(right for _, right in step) / len(step))
        for _, step in sorted(steps.items())
    ]


def calibration_error(bins: list[Bin]) -> float:
    """Expected calibration error, 0 to 1: how far confidence and being right lie apart, on the average of all lines."""
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / sum(b.count for b in bins)


def confusion(lines: list[Line]) -> Counter[tuple[str, str]]:
    """(what it was, what it was taken for) and how often; right ones included."""
    return Counter((line.intent, line.heard.intent) for line in lines)


def _table(lines: list[Line]) -> Table:
    made = Table("variety", "lines", *(figure.name for figure in FIGURES), title="Lines never seen, percent")
    for name, group in groups(lines).items():
        shares = (figure.of(group) for figure in FIGURES)
        made.add_row(name, str(len(group)), *("-" if share is None else f"{share:.1f}" for share in shares))
    return made


def _mistakes(lines: list[Line], most: int = 15) -> Table:
    made = Table("was", "taken for", "times", title="Commonest mistakes")
    wrong = [(pair, times) for pair, times in confusion(lines).most_common() if pair[0] != pair[1]]
    for (was, taken), times in wrong[:most]:
        made.add_row(was, taken, str(times))
    return made


def main() -> None:
    """Print the figures of one set and write the report beside the model."""
    from tests.evaluation.report import write

    name = sys.argv[1] if len(sys.argv) > 1 else "unseen"
    if name not in SETS:
        sys.exit(f"SET is {' or '.join(SETS)}, not {name}")
    settings = Settings.load()
    services = bootstrap.build_offline(settings)
    lines, told = read(services, FOLDER / name), details.read(services, FOLDER / "stories" / name)
    console = Console(width=170)
    console.print(_table(lines))
    console.print(_mistakes(lines))
    console.print(details.table(told))
    for kind, (count, emergency, either) in by_kind(lines).items():
        console.print(f"{kind:28} {count:5} lines, emergency {emergency:5.1f}, or check {either:5.1f}")
    console.print(write(lines, told, name, settings.var / f"evaluation-{name}.html"))
    # There goes the log of every message.
    with contextlib.redirect_stderr(io.StringIO()):
        sent, missing = without_999(services, FOLDER / name)
    console.print(f"emergencies sent as first messages: {sent}, answered without 999: {len(missing)}", *missing)


if __name__ == "__main__":
    main()
