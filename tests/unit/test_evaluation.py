"""The arithmetic of `make evaluate`, on lines whose figures can be counted by hand."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.safeguarding.told import RELATIONSHIPS
from bot.usecases.services import Services
from tests.evaluation import details, first_answers
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


DETAILS = [
    details.Detail("ur", "age", "7", "7"),
    details.Detail("ur", "age", "", ""),
    details.Detail("pl", "name", "oliwia", "oliwi\u0119"),
    details.Detail("pl", "name", "", "secret"),
    details.Detail("pl", "name", "hania", ""),
    details.Detail("pl", "age", "9", ""),
]


def test_what_stories_tell_and_what_was_picked_up() -> None:
    assert details.share(DETAILS) == details.Share(4, 50.0, 100 / 6)
    assert list(details.by_variety(DETAILS)) == ["pl", "ur", "all"]
    assert [str(share) for share in details.by_variety(DETAILS)["pl"]][:4] == ["33 / 25", "0 / 0", "0 / 0", "50 / 33"]


@pytest.mark.parametrize("name", SETS)
def test_every_story_is_well_formed(name: str) -> None:
    for path in (FOLDER / "stories" / name).glob("*.tsv"):
        for row in details.rows(path):
            assert set(row) == {"text", *details.DETAILS}
            assert row["relationship"] in ("", *RELATIONSHIPS)
            assert row["age"].isdecimal() or not row["age"]
            assert row["when"] or not (row["often"] or row["long"])


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
    page = write(LINES, DETAILS, "unseen", tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "concern_adult" in page
    assert "<td>33 / 25</td>" in page
    assert "http" not in page


@pytest.mark.parametrize("name", SETS)
def test_each_set_has_every_variety(name: str) -> None:
    varieties = {path.name for path in Path("data/nlu").iterdir()}
    assert {path.stem for path in (FOLDER / name).glob("*.tsv")} == varieties
    assert {path.stem for path in (FOLDER / "stories" / name).glob("*.tsv")} == varieties


def test_every_emergency_of_a_set_is_sent_by_somebody_new(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        "intent\ttext\tkind",
        "emergency\the is stabbing her\tplain",
        "emergency\tباورچی خانے میں آگ لگ گئی ہے\tplain",
    ]
    (tmp_path / "en.tsv").write_text("\n".join([*rows, "greet\thello\ttalk", ""]), encoding="utf-8")
    assert first_answers.without_999(services, tmp_path) == (2, [])
    monkeypatch.setattr(first_answers, "_first", lambda services, number, text: "ring 101" if number else "ring 999")
    assert first_answers.without_999(services, tmp_path) == (2, ["باورچی خانے میں آگ لگ گئی ہے"])
