"""Messages typed on a keyboard of another language."""

import pytest

from bot import bootstrap
from bot.languages.detection import LanguageDetector
from bot.languages.keyboards import with_other_keys
from bot.languages.registry import Registry
from bot.settings import ROOT, Settings


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return bootstrap.language_detector(Registry.load(ROOT / "translations" / "languages.yml"), Settings.load().var)


def test_sorani_is_also_learned_without_its_own_letters_and_short_vowels() -> None:
    assert list(with_other_keys("ckb", "Arab", ["ژنەکە لە ماڵە"])) == ["ژنەکە لە ماڵە", "ژنهكه له ماله", "ژنكه له ماله"]


def test_a_line_that_comes_out_the_same_is_learned_once() -> None:
    assert list(with_other_keys("fa", "Arab", ["سلام", "کمک"])) == ["سلام", "کمک", "كمك"]


@pytest.mark.parametrize(("code", "script"), [("ar", "Arab"), ("ru", "Cyrl"), ("ckb", "Latn"), ("am", "Ethi")])
def test_who_has_the_keys_is_learned_as_written(code: str, script: str) -> None:
    assert list(with_other_keys(code, script, ["یک і"])) == ["یک і"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("تكايه زوو وره ميردكم خريكه دمكوژي", "ckb"),
        ("دراوسيكم منالكاني لي ددات", "ckb"),
        ("همسايه مون هر شب بچشو ميزنه و هيشكي كاري نميكنه", "fa"),
        ("پڑوسي كا بچه سارا دن بھوكا رهتا هي", "ur"),
        ("сусид бье дитину кожного вечора, вона плаче", "uk"),
        ("جارنا يضرب ابنه كل ليلة ولا أحد يتكلم", "ar"),
        ("сосед бьёт ребёнка каждый вечер, она плачет", "ru"),
    ],
)
def test_another_keyboard_does_not_make_another_language(detector: LanguageDetector, text: str, code: str) -> None:
    assert detector.detect(text).language == code
