"""The training lines: enough for every intent in every variety, none twice, none in the unseen test set."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.languages.examples import examples
from bot.languages.registry import Language, Registry
from bot.safeguarding.categories import SERIOUS
from bot.settings import ROOT

LANGUAGES = [lang for lang in Registry.load(ROOT / "translations" / "languages.yml") if lang.status != "off"]
CODES = [language.code for language in LANGUAGES]
INTENTS = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
SETS = [ROOT / "tests" / "evaluation" / name for name in ("development", "unseen")]


def bare(line: str) -> str:
    return re.sub(r"\W+", " ", line.casefold()).strip() or line


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_every_intent_has_enough_examples(language: Language) -> None:
    counts = Counter(intent for intent, _ in examples(ROOT / "data" / "nlu" / language.code))
    least = 25 if language.code == "en" else 15 if language.tier == 1 else 8
    short = {i: counts[i] for i in INTENTS if counts[i] < least * (2 if i in SERIOUS else 1)}
    assert short == {}
    assert set(counts) == set(INTENTS)


@pytest.mark.parametrize("code", CODES)
def test_no_line_stands_twice(code: str) -> None:
    counts = Counter(bare(line) for _, line in examples(ROOT / "data" / "nlu" / code))
    assert [line for line, times in counts.items() if times > 1] == []


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_no_unseen_line_is_in_the_training_data(folder: Path) -> None:
    trained = {bare(line) for code in CODES for _, line in examples(ROOT / "data" / "nlu" / code)}
    unseen = [row for path in sorted(folder.glob("*.tsv")) for row in _texts(path)]
    assert len(unseen) > 2_900
    assert [text for text in unseen if bare(text) in trained] == []


def _texts(path: Path) -> list[str]:
    return [line.split("\t")[1] for line in path.read_text(encoding="utf-8").splitlines()[1:] if line.strip()]
