"""What is picked up from a first message: place, age, name, relationship and words of time, detail by detail.

A file a variety in `stories/development/` (what the phrases of `data/lexicon/story/` were improved on) and
`stories/unseen/` (what is published): the text, then what it tells, empty where it tells none; "1" is a yes. A third of
the stories hold what only looks like a detail.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bot.directory.places import Places
from bot.usecases.services import Services
from bot.usecases.story import entities
from bot.usecases.understand import understand

FOLDER = Path(__file__).parent / "stories"
DETAILS = ("place", "age", "name", "relationship", "often", "long", "when")
_ENTITIES = {"how_often": "often", "how_long": "long"}
_YES = "1"
_A_NAME, _AN_ENDING = 3, 2


@dataclass(frozen=True)
class Detail:
    """One detail of one story: what the story tells and what was picked up; empty for nothing."""

    variety: str
    kind: str
    told: str
    heard: str

    @property
    def right(self) -> bool:
        return bool(self.told) and self._same

    @property
    def wrong(self) -> bool:
        """Picked up, and not what was told: worse than nothing, though the writer can put it right."""
        return bool(self.heard) and not self._same

    @property
    def _same(self) -> bool:
        if self.kind == "name" and self.told:
            # "Oliwię" is said of Oliwia: an ending is no other name.
            return self.heard.startswith(self.told[: max(_A_NAME, len(self.told) - _AN_ENDING)])
        return self.told == self.heard


@dataclass(frozen=True)
class Share:
    """How many details are told, the percentage of them that was found, and of all stories in which it is wrong."""

    told: int
    found: float
    wrong: float

    def __str__(self) -> str:
        return f"{self.found:.0f} / {self.wrong:.0f}"


def read(services: Services, folder: Path) -> list[Detail]:
    """Every detail of every story, understood by the path of a live message."""
    return [
        Detail(path.stem, kind, told, heard)
        for path in sorted(folder.glob("*.tsv"))
        for row in rows(path)
        for kind, told, heard in compared(services, row)
    ]


def rows(path: Path) -> list[dict[str, str]]:
    """The stories of a file, by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def compared(services: Services, row: dict[str, str]) -> Iterable[tuple[str, str, str]]:
    """Each detail of a story: its kind, what is told, what was picked up."""
    found = entities(services, understand(services, row["text"]))
    heard = {_ENTITIES.get(one["entity"], one["entity"]): one["value"] for one in found}
    heard |= {kind: _YES for kind in ("often", "when") if kind in heard}
    for kind in DETAILS:
        told, said = row[kind], heard.get(kind, "")
        if kind == "place":
            told, said = _where(services.places, told), _where(services.places, said)
        yield kind, told.casefold(), said.casefold()


def _where(places: Places, said: str) -> str:
    """A place by the boroughs it may be in: what routing makes of it."""
    place = places.resolve(said)
    return ", ".join(sorted(place.boroughs or place.ask or ())) or said


def share(details: Iterable[Detail]) -> Share:
    """What became of these details. Nothing told is nothing found."""
    among = list(details)
    told = [detail for detail in among if detail.told]
    found = 100 * sum(detail.right for detail in told) / len(told) if told else 0.0
    return Share(len(told), found, 100 * sum(detail.wrong for detail in among) / len(among) if among else 0.0)


def by_variety(details: list[Detail]) -> dict[str, list[Share]]:
    """All details, then each kind; the variety in which least is found comes first, then all of them."""
    found: dict[str, list[Detail]] = defaultdict(list)
    for detail in details:
        found[detail.variety].append(detail)
    weakest = sorted(found.items(), key=lambda item: share(item[1]).found)
    return {
        variety: [share(group), *(share(d for d in group if d.kind == kind) for kind in DETAILS)]
        for variety, group in [*weakest, ("all", details)]
    }


def table(details: list[Detail]) -> Table:
    """For the terminal."""
    made = Table("variety", "all details", *DETAILS, title="Details of stories never seen, percent found / wrong")
    for variety, shares in by_variety(details).items():
        made.add_row(variety, *map(str, shares))
    return made
