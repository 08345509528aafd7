"""Our language codes and Google's."""

import pytest
from googletrans.constants import LANGUAGES  # type: ignore[import-untyped]

from bot.languages.registry import Registry
from bot.settings import ROOT
from bot.translation.codes import AUTO, source_code, target_code


@pytest.mark.parametrize(
    ("ours", "googles"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN-gb", "en"),
        ("ur", "ur"),
        ("pa", "pa"),
        ("pa-Arab", "pa-Arab"),
        ("pnb", "pa-Arab"),
        ("prs", "fa-AF"),
        ("ckb", "ckb"),
        ("ku", "ku"),
        ("kmr", "ku"),
        ("zh-Hans", "zh-CN"),
        ("zh-Hant", "zh-TW"),
        ("zh-TW", "zh-TW"),
        ("he", "iw"),
        ("fil", "tl"),
        ("wo", "wo"),
        ("ff", "ff"),
        ("rn", "rn"),
        ("ti", "ti"),
        ("rom", "rom"),
        ("pt-BR", "pt"),
    ],
)
def test_a_language_that_google_has(ours: str, googles: str) -> None:
    assert target_code(ours) == source_code(ours) == googles


@pytest.mark.parametrize(
    "code",
    ["syl", "phr", "mnk", "bfi", "ks", "hno", "haz", "ee", "nd", "sr-Latn", "", "auto", "xx", "a&tl=en", "en-", "-"],
)
def test_a_language_that_google_lacks(code: str) -> None:
    assert target_code(code) is None


def test_romanised_text_can_be_read_but_not_written() -> None:
    assert source_code("ur-Latn") == AUTO
    assert target_code("ur-Latn") is None
    assert source_code("syl-Latn") is None


def test_without_a_language_google_finds_it_out() -> None:
    assert source_code(None) == AUTO


def test_every_language_of_ours_has_an_answer() -> None:
    for language in Registry.load(ROOT / "translations" / "languages.yml"):
        code = target_code(language.code)
        assert code is None or code.split("-")[0] in {key.split("-")[0] for key in LANGUAGES} | {"wo", "ff", "rn"}
