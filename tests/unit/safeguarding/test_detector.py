"""Each rule of the emergency lexicon with the lines that stand beside it, and what must hold for all."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import DataError
from bot.languages import normalise
from bot.languages.registry import Registry
from bot.safeguarding.detector import Danger, EmergencyDetector
from bot.safeguarding.literals import Literals, index_of, needed_by
from bot.settings import ROOT

FOLDER = ROOT / "data" / "lexicon" / "emergency"
DETECTOR = EmergencyDetector.load(FOLDER)
RULES: list[tuple[str, dict[str, Any]]] = [
    (path.stem, rule)
    for path in sorted(FOLDER.glob("*.yml"))
    for rule in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["dangers"]
]
VARIETIES = {lang.code for lang in Registry.load(ROOT / "translations" / "languages.yml") if lang.status != "off"}
RANK = {None: 0, Danger.CHECK: 1, Danger.EMERGENCY: 2}


def test_every_variety_has_a_lexicon() -> None:
    assert {path.stem for path in FOLDER.glob("*.yml")} >= VARIETIES


@pytest.mark.parametrize(("variety", "rule"), RULES, ids=[f"{v}.{r['id']}" for v, r in RULES])
def test_a_rule_raises_what_it_should_and_nothing_else(variety: str, rule: dict[str, Any]) -> None:
    assert rule["raises"], "a rule without a line that it raises is untested"
    for text in rule["raises"]:
        assert RANK[DETECTOR.examine(text).danger] >= RANK[Danger(rule["level"])], text
    for text in rule["quiet"]:
        verdict = DETECTOR.examine(text)
        # A related language may read the words in its own way; then there is a doubt, and a question, but no alarm.
        assert verdict.danger is not Danger.EMERGENCY, (text, verdict.rules)
        assert not [rule_id for rule_id in verdict.rules if rule_id.split(".")[0] == variety], (text, verdict.rules)


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


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"\b(?:knife|gun\w*)( \w+){0,3}", {"knife", "gun"}),
        (r"\b(?:kn|f)ife\b", {"knife", "fife"}),
        (r"kill(?:ing|ed)? (?:me|us)", {"kill me", "killing me", "killed me", "kill us", "killing us", "killed us"}),
        (r"\b\w+ (?:a|b)\b", {" a", " b"}),
        (r"^(?!.*\bfilm\b)(?=.*\b(?:knife|gun)\b)", {"knife", "gun"}),
        (r"\b\w+\b", None),
        (r"(?:fire)? in the house", {"fire in the house", " in the house"}),
        (r"打(?:我|他)", {"打我", "打他"}),
    ],
)
def test_a_pattern_tells_which_letters_it_needs(pattern: str, needed: set[str] | None) -> None:
    assert needed_by(pattern) == (None if needed is None else frozenset(needed))


def test_the_index_misses_no_pattern_that_would_match() -> None:
    patterns = [rule.pattern for rule in DETECTOR._rules]
    index = Literals(index_of([pattern.source for pattern in patterns]))
    texts = [text for _, rule in RULES[::25] for text in (*rule["raises"], *rule["quiet"])]
    for text in texts:
        matching = normalise.for_matching(text)
        searched = {place for place, pattern in enumerate(patterns) if pattern.compiled.search(matching)}
        assert searched <= set(index.candidates(matching)), text


def test_words_that_another_variety_takes_back_only_ask(tmp_path: Path) -> None:
    rule = "{id: hit, level: emergency, pattern: hits her, raises: [], quiet: []}"
    lexicon = f"variety: {{code}}\ncancels: {{cancels}}\ndangers: [{rule.replace('{', '{{').replace('}', '}}')}]"
    (tmp_path / "laughter.yml").write_text("pattern: haha")
    rules = tmp_path / "emergency"
    rules.mkdir()
    (rules / "aa.yml").write_text(lexicon.format(code="aa", cancels="[]"))
    (rules / "bb.yml").write_text(lexicon.format(code="bb", cancels="[{id: film, pattern: film}]"))
    detector = EmergencyDetector.load(rules)
    assert detector.examine("he hits her").danger is Danger.EMERGENCY
    assert detector.examine("in the film he hits her").danger is Danger.CHECK


LAUGHTER = yaml.safe_load((FOLDER.parent / "laughter.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", LAUGHTER["laughs"])
def test_who_laughs_is_asked(text: str) -> None:
    assert DETECTOR.examine(f"{text}. he has a knife to my throat").danger is Danger.CHECK


@pytest.mark.parametrize("text", LAUGHTER["serious"])
def test_who_does_not_laugh_is_taken_at_their_word(text: str) -> None:
    assert DETECTOR.examine(f"{text}. he has a knife to my throat").danger is Danger.EMERGENCY
