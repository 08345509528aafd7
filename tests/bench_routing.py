"""Measure: from a place in somebody's words to whom they ring, beside looking a word up in a table of the same size."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import yaml

from bot.directory.choose import Directory
from bot.directory.places import Places
from bot.settings import Settings

_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
_ROW = "{:<28} {:8.4f} ms, p95 {:.4f} ms"


def lines() -> list[str]:
    """One line for routing and one for the floor, over every outcode and name."""
    folder = Settings.load().directory
    directory, places = Directory.load(folder), Places.load(folder)
    table = yaml.safe_load((folder / "places.yml").read_text(encoding="utf-8"))
    texts = [*table["outcodes"], *table["outside_outcodes"], *table["names"]]

    def route(text: str) -> object:
        return directory.contacts(places.resolve(text), _AT, "domestic_abuse", "neighbour", "concern")

    known = dict.fromkeys(texts, True)
    return [_measured("routing, place to numbers", route, texts), _measured("a look-up in a table", known.get, texts)]


def _measured(name: str, work: Callable[[str], object], texts: list[str]) -> str:
    spans = []
    for text in texts[:20]:
        work(text)
    for text in texts[20:]:
        start = time.perf_counter()
        work(text)
        spans.append((time.perf_counter() - start) * 1000)
    return _ROW.format(name, statistics.median(spans), sorted(spans)[int(len(spans) * 0.95)])


if __name__ == "__main__":
    print("\n".join(lines()))
