"""Each rule of the signal lexicon with the lines that stand beside it, and what must hold for all."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import DataError
from bot.safeguarding.signals import Signal, Signals, names_emergency_number
from bot.settings import ROOT

FOLDER = ROOT / "data" / "lexicon" / "signals"
SIGNALS = Signals.load(FOLDER)
RULES: list[tuple[str, dict[str, Any]]] = [
    (path.stem, rule)
    for path in sorted(FOLDER.glob("*.yml"))
    for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["signals"]
]
VARIETIES = {"en", "ur", "pa", "bn", "pl", "ar", "ur-Latn", "pa-Latn", "bn-Latn", "ar-Latn"}


@pytest.mark.parametrize("variety", sorted(VARIETIES))
def test_every_variety_has_every_signal(variety: str) -> None:
    assert {rule["means"] for of, rule in RULES if of == variety} == {str(signal) for signal in Signal}


@pytest.mark.parametrize(("variety", "rule"), RULES, ids=[f"{v}.{r['id']}" for v, r in RULES])
def test_a_rule_hears_what_it_should_and_nothing_else(variety: str, rule: dict[str, Any]) -> None:
    assert rule["says"], "a rule without a line that gives it is untested"
    assert rule["quiet"], "a rule without a line that must not give it is untested"
    for text in rule["says"]:
        assert rule["means"] in SIGNALS.heard(text), text
    for text in rule["quiet"]:
        assert rule["means"] not in SIGNALS.heard(text), text


@pytest.mark.parametrize(
    "text",
    [
        "my daughter is not answering her phone",
        "he never answers me",
        "the school rang, she is not there",
        "my son is deaf and they hit him",
        "they are taking her to pakistan tomorrow",
        "i cant speak english",
        "is this number free",
        "nobody answers the door at number 7",
    ],
)
def test_a_worry_or_a_question_is_no_signal(text: str) -> None:
    assert SIGNALS.heard(text) == frozenset()


def test_a_signal_is_heard_across_sentences() -> None:
    assert Signal.NUMBER_FAILED in SIGNALS.heard("I rang the number. Twice! Nobody answered.")


@pytest.mark.parametrize("text", ["nobody at 999", "ring ۹۹۹?", "112 is engaged"])
def test_the_emergency_number_is_seen_in_any_digits(text: str) -> None:
    assert names_emergency_number(text)


def test_a_longer_number_is_not_the_emergency_number() -> None:
    assert not names_emergency_number("07999 123112")


def test_a_bad_rule_is_named(tmp_path: Path) -> None:
    rule = {"id": "broken", "means": "nonsense", "pattern": "x"}
    (tmp_path / "xx.yml").write_text(yaml.safe_dump({"variety": "xx", "signals": [rule]}))
    with pytest.raises(DataError, match=r"xx\.yml: broken"):
        Signals.load(tmp_path)


def test_a_very_long_message_is_read_in_bounded_time() -> None:
    assert Signal.CANNOT_RING in SIGNALS.heard("i am deaf. " + "blah number nobody blah. " * 800)
