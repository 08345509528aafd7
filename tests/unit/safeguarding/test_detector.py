"""Each rule of the emergency lexicon with the lines that stand beside it, and what must hold for all."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import DataError
from bot.safeguarding.detector import Danger, EmergencyDetector
from bot.settings import ROOT

FOLDER = ROOT / "data" / "lexicon" / "emergency"
DETECTOR = EmergencyDetector.load(FOLDER)
RULES: list[tuple[str, dict[str, Any]]] = [
    (path.stem, rule)
    for path in sorted(FOLDER.glob("*.yml"))
    for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["dangers"]
]
VARIETIES = {"en", "ur", "pa", "bn", "pl", "ar", "ur-Latn", "pa-Latn", "bn-Latn", "ar-Latn"}
RANK = {None: 0, Danger.CHECK: 1, Danger.EMERGENCY: 2}


def test_every_variety_has_a_lexicon() -> None:
    assert {path.stem for path in FOLDER.glob("*.yml")} >= VARIETIES


@pytest.mark.parametrize(("variety", "rule"), RULES, ids=[f"{v}.{r['id']}" for v, r in RULES])
def test_a_rule_raises_what_it_should_and_nothing_else(variety: str, rule: dict[str, Any]) -> None:
    assert rule["raises"], "a rule without a line that it raises is untested"
    for text in rule["raises"]:
        assert RANK[DETECTOR.examine(text).danger] >= RANK[Danger(rule["level"])], text
    for text in rule["quiet"]:
        assert DETECTOR.examine(text).danger is None, (text, DETECTOR.examine(text).rules)


@pytest.mark.parametrize(
    "text",
    [
        "the meal was killing me",
        "she is a skilled teacher",
        "he used to hit her years ago",
        "there was no fire",
        "fire alarm test at school on monday",
        "he killed it on stage last night",
        "I am dying to see you",
        "what should I do if someone has a knife?",
        "in the film he stabs her",
        "my phone died",
    ],
)
def test_idioms_denials_the_past_and_fiction_stay_quiet(text: str) -> None:
    assert DETECTOR.examine(text).danger is None


@pytest.mark.parametrize("text", ["999", "112", "101", " 999! ", "٩٩٩", "۹۹۹", "৯৯৯", "9️⃣9️⃣9️⃣"])
def test_an_emergency_number_alone_is_a_call_for_help(text: str) -> None:
    assert DETECTOR.examine(text).danger is Danger.EMERGENCY


def test_danger_now_is_seen_after_a_sentence_about_the_past() -> None:
    assert DETECTOR.examine("he used to hit me. now he has a knife").danger is Danger.EMERGENCY


def test_a_bad_rule_is_named(tmp_path: Path) -> None:
    rule = {"id": "broken", "level": "emergency", "pattern": "(", "raises": [], "quiet": []}
    (tmp_path / "xx.yml").write_text(yaml.safe_dump({"variety": "xx", "dangers": [rule]}))
    with pytest.raises(DataError, match=r"xx\.yml: broken"):
        EmergencyDetector.load(tmp_path)


def test_a_very_long_message_is_read_in_bounded_time_and_danger_in_it_is_found() -> None:
    assert DETECTOR.examine("blah blah. " * 1500 + "he has got a knife to her throat").danger is Danger.EMERGENCY
