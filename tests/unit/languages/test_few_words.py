"""Messages of one to three words, weighed by the words themselves."""

import numpy as np
import pytest

from bot import bootstrap
from bot.languages.detection import SURE, LanguageDetector
from bot.languages.few_words import FewWords, few
from bot.languages.registry import Registry
from bot.settings import ROOT, Settings

LINES = {
    "es/Latn": ["hola", "hola vecina que tal", "mi vecina grita"],
    "pl/Latn": ["witam", "ok", "sasiadka krzyczy na dziecko"],
    "en/Latn": ["hello", "ok", "my neighbour shouts"],
}
ENGLISH = 2


@pytest.fixture(scope="module")
def few_words() -> FewWords:
    return FewWords.fit(LINES)


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return bootstrap.language_detector(Registry.load(ROOT / "translations" / "languages.yml"), Settings.load().var)


def test_a_whole_message_that_one_language_has_decides(few_words: FewWords) -> None:
    weights = few_words.weigh(["hola"], ENGLISH)
    assert weights.argmax() == 0
    assert weights[0] - max(weights[1:]) > 3


def test_what_english_says_too_is_english_first(few_words: FewWords) -> None:
    assert few_words.weigh(["ok"], ENGLISH).argmax() == ENGLISH


def test_a_known_word_weighs_in_a_message_that_is_new(few_words: FewWords) -> None:
    weights = few_words.weigh(["hola", "amiga"], ENGLISH)
    assert weights[0] == 0
    assert max(weights[1:]) < 0


def test_unknown_words_weigh_nothing(few_words: FewWords) -> None:
    assert not np.any(few_words.weigh(["tere"], ENGLISH))


@pytest.mark.parametrize(("words", "are_few"), [([], False), (["hola"], True), (["a"] * 4, False), (["a" * 31], False)])
def test_how_many_are_few(words: list[str], are_few: bool) -> None:
    assert few(words) == are_few


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola!", "es"),
        ("buna", "ro"),
        ("Witam", "pl"),
        ("asc", "so"),
        ("silav", "kmr"),
        ("vanakkam", "ta"),
        ("sannu", "ha"),
        ("hello", "en"),
        ("hi", "en"),
        ("help", "en"),
        ("привет", "ru"),
    ],
)
def test_a_greeting_tells_the_language(detector: LanguageDetector, text: str, language: str) -> None:
    found = detector.detect(text)
    assert found.language == language
    assert found.confidence >= SURE or language == "en"
