"""The arithmetic of `make evaluate`, on lines whose figures can be counted by hand."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.evaluation.evaluate import FIGURES, FOLDER, SETS, Line, by_kind, calibration, calibration_error, groups
from tests.evaluation.report import write


def _line(intent: str, taken: str, confidence: float, level: str, variety: str = "en") -> Line:
    heard: Any = SimpleNamespace(
        parse=SimpleNamespace(intent=taken, confidence=confidence),
        intent=taken,
        path=taken,
        urgency=SimpleNamespace(level=level),
        verdict=SimpleNamespace(danger=None),
    )
    return Line(variety, 1, intent, "plain", 5, heard, variety)


LINES = [
    _line("emergency", "emergency", 0.95, "emergency"),
    _line("emergency", "concern_adult", 0.55, "check", "ur"),
    _line("emergency", "greet", 0.55, "information", "ur"),
    _line("greet", "greet", 0.95, "information"),
]


def test_shares_are_percentages_of_the_lines_that_count() -> None:
    emergency, either = FIGURES[0], FIGURES[1]
    assert emergency.of(LINES) == pytest.approx(100 / 3)
    assert either.of(LINES) == pytest.approx(200 / 3)
    assert emergency.of(LINES[3:]) is None


def test_the_weakest_variety_comes_first() -> None:
    assert list(groups(LINES)) == ["ur", "en", "tier 1", "the rest", "all"]
    assert by_kind(LINES)["plain"] == (4, 25.0, 50.0)


def test_calibration_counts_how_often_a_confidence_is_right() -> None:
    half, sure = calibration(LINES)
    assert (half.count, half.right) == (2, 0.0)
    assert (sure.count, sure.right) == (2, 1.0)
    assert calibration_error([half, sure]) == pytest.approx((2 * 0.55 + 2 * 0.05) / 4)


def test_the_report_is_one_page(tmp_path: Path) -> None:
    page = write(LINES, "unseen", tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "concern_adult" in page
    assert "http" not in page


@pytest.mark.parametrize("name", SETS)
def test_each_set_has_every_variety(name: str) -> None:
    assert {path.stem for path in (FOLDER / name).glob("*.tsv")} == {path.name for path in Path("data/nlu").iterdir()}
