"""`make evaluate`: what the understanding is worth on lines it has never seen, language by language.

The lines (`unseen/*.tsv`: intent, text, kind) were written apart from the training data; a test guards against overlap.
"""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot import bootstrap
from bot.languages.detection import script_of
from bot.safeguarding.categories import SERIOUS
from bot.settings import Settings
from bot.usecases.services import Services
from bot.usecases.understand import Understanding, understand

_WITHOUT_SPACES = ("Hani", "Kana", "Thai")
UNSEEN = Path(__file__).parent / "unseen"


@dataclass(frozen=True)
class Line:
    """One unseen line and what was made of it."""

    variety: str
    intent: str
    kind: str
    words: int
    heard: Understanding
    served: str


@dataclass(frozen=True)
class Figure:
    """A share of lines: which count, and which of them are right."""

    name: str
    among: Callable[[Line], bool]
    right: Callable[[Line], bool]


def _urgency(line: Line, *levels: str) -> bool:
    return line.heard.urgency.level in levels


def _is_worry(line: Line) -> bool:
    return line.intent in SERIOUS and line.intent != "emergency"


FIGURES = (
    Figure("emergency", lambda x: x.intent == "emergency", lambda x: _urgency(x, "emergency")),
    Figure("or check", lambda x: x.intent == "emergency", lambda x: _urgency(x, "emergency", "check")),
    Figure("false: worries", _is_worry, lambda x: _urgency(x, "emergency")),
    Figure("false: other", lambda x: x.intent not in SERIOUS, lambda x: _urgency(x, "emergency")),
    Figure("check: other", lambda x: x.intent not in SERIOUS, lambda x: _urgency(x, "check")),
    Figure(
        "disclosure",
        lambda x: x.intent == "child_disclosure",
        lambda x: x.heard.path == "child_disclosure" or _urgency(x, "emergency", "check"),
    ),
    Figure("worry kept", _is_worry, lambda x: x.heard.path in SERIOUS or _urgency(x, "emergency", "check")),
    Figure("intent", lambda x: True, lambda x: x.heard.intent == x.intent),
    # Hindi typed in Latin letters is Roman Hindi, and no mistake.
    Figure("language", lambda x: x.words >= 4, lambda x: x.served in (x.variety, f"{x.variety}-Latn")),
)


def read(services: Services) -> list[Line]:
    """Every unseen line, understood by the path of a live message."""
    lines = []
    for path in sorted(UNSEEN.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                heard = understand(services, row["text"])
                words = _words(row["text"])
                found = heard.detection.language or ""
                lines.append(Line(path.stem, row["intent"], row["kind"], words, heard, found))
    return lines


def _words(text: str) -> int:
    """Words, or half the letters where a language writes none apart."""
    spaced = len(text.split())
    return spaced if script_of(text) not in _WITHOUT_SPACES else max(spaced, len(text) // 2)


def table(lines: list[Line]) -> Table:
    """A row a variety and one for all; shares in percent."""
    made = Table("variety", "lines", *(figure.name for figure in FIGURES), title="Unseen lines, percent")
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.variety].append(line)
    for name, group in [*groups.items(), ("all", lines)]:
        made.add_row(name, str(len(group)), *(_share(figure, group) for figure in FIGURES))
    return made


def _share(figure: Figure, lines: list[Line]) -> str:
    among = [line for line in lines if figure.among(line)]
    right = sum(figure.right(line) for line in among)
    return f"{100 * right / len(among):.0f}" if among else "-"


def confusion(lines: list[Line], most: int = 15) -> Table:
    """The commonest mistakes: what it was, what it was taken for, how often."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        if line.heard.intent != line.intent:
            counts[line.intent, line.heard.intent] += 1
    made = Table("was", "taken for", "times", title="Commonest mistakes")
    for (was, taken), times in sorted(counts.items(), key=lambda item: -item[1])[:most]:
        made.add_row(was, taken, str(times))
    return made


def main() -> None:
    """Print the figures."""
    services = bootstrap.build_offline(Settings.load())
    lines = read(services)
    console = Console(width=150)
    console.print(table(lines))
    console.print(confusion(lines))


if __name__ == "__main__":
    main()
