import pytest

from bot.safeguarding.urgency import URGENCIES, Signs, UrgencyRules, more_urgent
from bot.settings import ROOT

RULES = UrgencyRules.load(ROOT / "data" / "urgency.yml")


@pytest.mark.parametrize(
    ("signs", "level", "reason"),
    [
        (Signs(detector="emergency", intent="greet"), "emergency", "detector_emergency"),
        (Signs(intent="emergency", emergency=0.9), "emergency", "model_emergency"),
        (Signs(intent="emergency", emergency=0.45, harmless=0.1), "emergency", "model_emergency"),
        (Signs(intent="emergency", emergency=0.6, harmless=0.35), "check", "model_emergency_possible"),
        (Signs(intent="emergency", emergency=0.3), "check", "model_emergency_possible"),
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


def test_small_talk_is_information() -> None:
    assert RULES.decide(Signs(intent="greet")).level == "information"


def test_graver_levels_win_and_have_shorter_clocks() -> None:
    assert more_urgent("concern", "urgent") == "urgent"
    hours = [RULES.due_in(level) for level in URGENCIES]
    assert hours == sorted(hours)
