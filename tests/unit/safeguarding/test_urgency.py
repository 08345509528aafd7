from pathlib import Path

import pytest

from bot.errors import DataError
from bot.safeguarding.urgency import URGENCIES, Signs, UrgencyRules, more_urgent
from bot.settings import ROOT

RULES = UrgencyRules.load(ROOT / "data" / "urgency.yml")


@pytest.mark.parametrize(
    ("signs", "level", "reason"),
    [
        (Signs(detector="emergency", intent="greet"), "emergency", "detector_emergency"),
        (Signs(intent="emergency", emergency=0.9, share=0.9), "emergency", "model_emergency"),
        (Signs(intent="out_of_scope", emergency=0.4, share=0.5), "emergency", "model_emergency"),
        (Signs(intent="emergency", emergency=0.6, share=0.6, bare=True), "check", "model_emergency_possible"),
        (Signs(intent="emergency", emergency=0.9, share=0.9, bare=True), "emergency", "model_emergency"),
        (Signs(intent="emergency", emergency=0.3, share=0.3), "check", "model_emergency_possible"),
        (Signs(intent="concern_neglect", danger="yes"), "emergency", "danger_answered_yes"),
        (Signs(intent="concern_neglect", danger="unsure"), "check", "danger_not_sure"),
        (Signs(intent="ask_law", detector="check"), "check", "detector_check"),
        (Signs(intent="concern_sexual"), "urgent", "sexual_abuse"),
        (Signs(intent="child_disclosure"), "urgent", "child_writes"),
        (Signs(intent="concern_neglect", danger="no"), "concern", "worry"),
        (Signs(intent="concern_unsure"), "note", "unsure"),
    ],
)
def test_urgency_follows_the_first_rule_that_fits_and_gives_its_reason(signs: Signs, level: str, reason: str) -> None:
    found = RULES.decide(signs)
    assert found.level == level
    assert found.reasons[0] == reason


def test_talk_weighs_half_against_an_emergency_and_a_worry_whole() -> None:
    talk = {"emergency": 0.4, "out_of_scope": 0.6}
    worry = {"emergency": 0.4, "concern_physical": 0.6}
    assert RULES.share(lambda intent: talk.get(intent, 0.0)) == pytest.approx(0.4 / 0.7)
    assert RULES.share(lambda intent: worry.get(intent, 0.0)) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("good", "bad", "named"),
    [
        ("{out_of_scope: 0.5}", "{out_of_scope: 0}", "counts: out_of_scope"),
        ("{out_of_scope: 0.5}", "{out_of_scope: 1.5}", "counts: out_of_scope"),
        ("share_at_least: 0.45", "harmless_at_most: 0.3", "model_emergency: unknown key harmless_at_most"),
        ("urgency: urgent", "urgency: soon", "child_writes: unknown urgency soon"),
    ],
)
def test_a_rule_that_means_nothing_is_named(tmp_path: Path, good: str, bad: str, named: str) -> None:
    rules = (ROOT / "data" / "urgency.yml").read_text(encoding="utf-8")
    (tmp_path / "urgency.yml").write_text(rules.replace(good, bad), encoding="utf-8")
    with pytest.raises(DataError, match=named):
        UrgencyRules.load(tmp_path / "urgency.yml")


def test_small_talk_is_information() -> None:
    assert RULES.decide(Signs(intent="greet")).level == "information"


def test_graver_levels_win_and_have_shorter_clocks() -> None:
    assert more_urgent("concern", "urgent") == "urgent"
    hours = [RULES.due_in(level) for level in URGENCIES]
    assert hours == sorted(hours)
