"""The words by meaning: well formed in every language, and found the way people write them."""

import pytest
import yaml

from bot.dialogue.vocabulary import Vocabulary, meanings
from bot.languages.registry import Registry
from bot.settings import ROOT

FOLDER = ROOT / "data" / "lexicon" / "vocabulary"
MEMBERS = {path.stem: meanings(path, [])[0] for path in FOLDER.glob("*.yml")}
CONCEPTS = yaml.safe_load((ROOT / "data" / "lexicon" / "concepts.yml").read_text(encoding="utf-8"))
CODES = [lang.code for lang in Registry.load(ROOT / "translations" / "languages.yml") if lang.status != "off"]
# A language may have no word for a few of them.
MOST_MISSING = 12


@pytest.mark.parametrize("code", CODES)
def test_a_language_has_words_for_nearly_every_meaning(code: str) -> None:
    data = yaml.safe_load((FOLDER / f"{code}.yml").read_text(encoding="utf-8"))
    assert set(data) <= set(CONCEPTS)
    assert len(set(CONCEPTS) - set(data)) <= MOST_MISSING
    assert all(members and all(isinstance(member, str) for member in members) for members in data.values())


@pytest.mark.parametrize(
    ("code", "text", "meanings"),
    [
        ("en", "He's hitting her with a BELT!!", {"hit", "beat", "with>beat"}),
        ("ur", "وہ بچے کو چھری دکھا رہا ہے", {"child", "weapon"}),
        ("sw", "anampiga mtoto", {"hit", "child"}),
        ("zh-Hans", "他拿着刀", {"weapon"}),
        ("pl", "dziecko nie oddycha", {"child", "breath"}),
    ],
)
def test_words_are_found_whatever_stands_around_them(code: str, text: str, meanings: set[str]) -> None:
    assert meanings <= set(Vocabulary(MEMBERS[code]).features(text))


def test_a_stem_is_not_found_inside_another_word() -> None:
    words = Vocabulary({" hit": {" hit": ["hit"]}, " car ": {" car ": ["car"]}, "piga": {"piga": ["hit"]}})
    assert words.features("a white scarf and a carpet") == []
    assert words.features("he hits the car") == ["car", "hit", "hit>car"]
    assert words.features("anampiga") == ["hit"]
    assert words.features("") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("có dao", {"have", "weapon"}),
        ("Có dao", {"have", "weapon"}),
        ("cô ấy", {"woman"}),
        ("co dao", {"have", "woman", "weapon"}),
        ("cỏ", set()),
    ],
)
def test_words_that_differ_by_an_accent_are_told_apart_where_one_is_typed(text: str, found: set[str]) -> None:
    words = Vocabulary({" co ": {" có ": ["have"], " cô ": ["woman"]}, " dao": {" dao": ["weapon"]}})
    assert {feature for feature in words.features(text) if ">" not in feature} == found


def test_english_is_asked_about_the_words_that_a_language_does_not_have() -> None:
    english = Vocabulary({" knife ": {" knife ": ["weapon"]}, " die": {" die": ["dead"]}})
    german = Vocabulary({" die ": {" die ": ["this_that"]}, " hat ": {" hat ": ["have"]}}, english)
    assert german.features("die hat knife") == [
        *("have", "have>weapon", "this_that", "this_that>have", "this_that>weapon", "weapon")
    ]
    assert german.features("died") == ["dead"]
