"""Whether the first answer to danger carries 999: somebody new sends each line, by the path of a live SMS."""

import csv
import re
from pathlib import Path

from bot.usecases.services import Services
from tests.person import Person

_MARKS = re.compile("[\u2066-\u2069]")


def without_999(services: Services, folder: Path) -> tuple[int, list[str]]:
    """How many emergencies a set has, and those whose first message back lacks 999. Writes to the database."""
    sent = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            sent += [row["text"] for row in rows if row["intent"] == "emergency"]
    return len(sent), [text for number, text in enumerate(sent) if "999" not in _first(services, number, text)]


def _first(services: Services, number: int, text: str) -> str:
    """The first message back, without the marks that keep numbers in order inside right-to-left text."""
    person = Person(services, f"+447700{number:06}")
    person.says(text)
    return _MARKS.sub("", person.texts[0]) if person.texts else ""
