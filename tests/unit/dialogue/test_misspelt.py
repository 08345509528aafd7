"""Misspelt words are taken for the known ones that they are like, and others are left alone."""

import pytest

from bot.dialogue.misspelt import Homophones, Misspelt
from bot.dialogue.vocabulary import Vocabulary

WORDS = ["strangling", "knife", "baby", "kitchen", "bahan", "darwaza", "locked", "bathroom", "the", "چاقو", "ماڵەکەمان"]


@pytest.fixture(scope="module")
def misspelt() -> Misspelt:
    return Misspelt(WORDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("stranglin", ["strangling"]),
        ("strengleng", ["strangling"]),
        ("kithcen", ["kitchen"]),
        ("bathrom", ["bathroom"]),
        ("drwaja", ["darwaza"]),
        ("darvaza", ["darwaza"]),
        ("مالکمان", ["ماڵەکەمان"]),
    ],
)
def test_what_sounds_or_looks_alike_is_meant(misspelt: Misspelt, typed: str, meant: list[str]) -> None:
    assert misspelt.meant(typed) == meant


def test_two_words_run_together_are_parted(misspelt: Misspelt) -> None:
    assert misspelt.meant("babythe") == ["baby", "the"]
    assert misspelt.meant("lockedbaby") == ["locked", "baby"]


@pytest.mark.parametrize(
    "typed", ["b", "xqzptk", "kite", "bb", "", ",", "12knife", "knif3", "nine", "🔪", "marvellous"]
)
def test_what_is_like_nothing_known_stays_unknown(misspelt: Misspelt, typed: str) -> None:
    assert misspelt.meant(typed) == []


def test_of_several_the_two_nearest_are_given() -> None:
    assert Misspelt(["bashir", "bishar", "bashar"]).meant("bshar") == ["bashar", "bishar"]


def test_only_what_no_vocabulary_has_is_mended() -> None:
    english = Vocabulary({" bleeding ": {" bleeding ": ["blood"]}})
    words = Vocabulary(
        {" dziecko ": {" dziecko ": ["child"]}, " krwawi": {" krwawi": ["blood"]}, " nie ": {" nie ": ["not"]}}, english
    )
    assert words.features("dziecko krwawi") == ["blood", "child", "child>blood"]
    assert words.features("dzeicko krfawi bleeding") == ["blood"]
    assert words.features("dzeicko krfawi", mend=True) == ["blood", "child", "child>blood"]
    assert words.features("dzecko bleeding", mend=True) == ["blood", "child", "child>blood"]
    assert words.features("dzieckonie bleeding", mend=True) == ["blood", "child", "child>blood", "not", "not>blood"]


def test_chinese_signs_that_sound_like_a_known_word_are_taken_for_it() -> None:
    words = Vocabulary(
        {word: {word: [concept]} for word, concept in [("菜刀", "weapon"), ("喝醉", "drunk"), ("他", "he")]}
    )
    assert words.features("他采到喝最了") == ["he"]
    assert words.features("他采到喝最了", mend=True) == [
        "drunk",
        "he",
        "he>drunk",
        "he>weapon",
        "weapon",
        "weapon>drunk",
    ]


def test_what_a_known_word_covers_whole_is_not_looked_at_again() -> None:
    homophones = Homophones(["只是", "知识"])
    assert list(homophones.meant("知识", [(0, 2)])) == []
    assert list(homophones.meant("指使", [])) == [(0, 2, ["只是", "知识"])]


def test_a_longer_word_is_meant_before_a_shorter_one() -> None:
    assert list(Homophones(["喝醉", "喝醉酒"]).meant("喝最久", [])) == [(0, 3, ["喝醉酒"])]


def test_one_sign_alone_is_not_taken_for_another() -> None:
    assert list(Homophones(["刀", "菜刀"]).meant("到", [])) == []


def test_japanese_which_reads_the_signs_otherwise_is_left_alone() -> None:
    assert list(Homophones(["菜刀"]).meant("采到", [])) == [(0, 2, ["菜刀"])]
    assert list(Homophones(["菜刀", "ナイフ"]).meant("采到", [])) == []
