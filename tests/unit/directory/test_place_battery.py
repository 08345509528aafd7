"""Hundreds of answers to "where?": each gives its borough, asks back or stays unknown; none is confidently wrong."""

from pathlib import Path

import pytest

from bot.directory.gazetteer import BOROUGHS
from bot.directory.places import Place, Places, chosen
from bot.settings import ROOT

CASES = ROOT / "tests" / "evaluation" / "places" / "cases.tsv"


def rows(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(said, expected) for said, expected in (r.split("\t") for r in lines if r and not r.startswith("#"))]


def read(place: Place) -> str:
    if place.ask:
        return f"ask {' / '.join(sorted(place.ask))}"
    return place.borough or ("outside" if place.outside else "unknown")


def agrees(place: Place, expected: str) -> bool:
    if expected == "ask":
        return place.borough is None and not place.outside
    if expected.startswith("ask >= "):
        return place.borough is None and set(place.ask or ()) >= set(expected[7:].split(" / "))
    return read(place) == expected


@pytest.fixture(scope="module")
def cases() -> list[tuple[str, str]]:
    return rows(CASES)


def test_there_are_cases_for_every_verdict(cases: list[tuple[str, str]]) -> None:
    assert len(cases) > 500
    assert {expected.split(" ")[0] for _, expected in cases} == {*BOROUGHS, "ask", "outside", "unknown"}


def test_every_answer_is_read_as_a_person_would(places: Places, cases: list[tuple[str, str]]) -> None:
    wrong = [
        f"{said!r}: {read(places.resolve(said))}, not {expected}"
        for said, expected in cases
        if not agrees(places.resolve(said), expected)
    ]
    assert not wrong, "\n".join(wrong)


def test_what_is_chosen_when_asked_settles_it(places: Places, cases: list[tuple[str, str]]) -> None:
    for said, _ in cases:
        for name in places.resolve(said).ask or ():
            settled = places.resolve(chosen(said, name))
            assert settled.outside or places.display(settled.borough or "") == name, (said, name)
