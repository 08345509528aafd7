"""What is picked up from a story, and what is left to the question."""

import re
from pathlib import Path

import pytest
import yaml

from bot.errors import DataError
from bot.languages.registry import Registry
from bot.safeguarding.told import StoryWords, Told
from bot.settings import ROOT

LEXICON = ROOT / "data" / "lexicon"
WORDS = StoryWords.load(LEXICON / "story")
CODES = [lang.code for lang in Registry.load(ROOT / "translations" / "languages.yml") if lang.status != "off"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "my neighbours girl about 7 years old, her name is Amina, he hits her every night",
            Told(7, "Amina", "neighbour", "often", None, "every night"),
        ),
        (
            "lad in my class is 7yo. Bruises since Christmas",
            Told(7, None, "professional", None, "months", "since Christmas"),
        ),
        ("i drove 2 girls aged 13 and 14 last nite", Told(13, None, None, None, None, "last nite")),
        ("two girls about 13 getting in a car with men", Told(13)),
        ("he comes home about 7", Told()),
        ("she is called stupid", Told()),
        ("she is seven years old", Told(7)),
        ("a five-year-old", Told(5)),
        ("someone aged 300", Told()),
        ("she is twenty five years old", Told(25)),
        ("my neighbour told my sister", Told()),
    ],
)
def test_english(text: str, told: Told) -> None:
    assert WORDS.read(text, ["en"]) == told


def test_two_ages_are_none() -> None:
    assert WORDS.read("one is 4 years old, the other 9 years old", ["en"]).age is None


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_its_phrases(code: str) -> None:
    data = yaml.safe_load((LEXICON / "story" / f"{code}.yml").read_text(encoding="utf-8"))
    assert data["variety"] == code
    missing = {"age", "name", "neighbour", "family", "friend", "professional", "often", "months", "when"} - set(data)
    assert missing == set()
    # The few without a number or a name take words away from the others.
    for part, place in (("age", "{n}"), ("name", "{x}"), ("capital_name", "{x}")):
        phrases = data.get(part, [])
        assert sum(place in phrase for phrase in phrases) >= 0.8 * len(phrases)
    # "One" is an article in many languages, and no age that anybody is told by.
    assert set(range(2, 21)) <= set(data["numbers"])
    for nine in ("9", data["numbers"][9][0]):
        assert any(WORDS.read(_plain(phrase).replace("{n}", nine), [code]).age == 9 for phrase in data["age"])
    assert any(WORDS.read(_plain(phrase), [code]).relationship == "neighbour" for phrase in data["neighbour"])


def _plain(phrase: str) -> str:
    """A phrase as somebody may write it: the first of each choice, no endings."""
    return re.sub(r"\(([^()|]*)[^()]*\)", r"\1", phrase).replace("*", "")


def _words(tmp_path: Path, **parts: object) -> StoryWords:
    (tmp_path / "xx.yml").write_text(yaml.safe_dump({"variety": "xx", **parts}, allow_unicode=True), encoding="utf-8")
    return StoryWords.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("he is five", 5),
        ("he is 5. please help", 5),
        ("he is twenty", 20),
        ("he is twenty five", None),
        ("he is five twenty", None),
        ("a fiveyear old", 5),
        ("she was just five, I think", 5),
        ("she was five, I think", 5),
        ("she was only five, I think", None),
    ],
)
def test_numbers_in_words(tmp_path: Path, text: str, age: int | None) -> None:
    phrases = ["he is {n} .", "{n}year old", "she was (just|) {n} ,"]
    assert _words(tmp_path, age=phrases, numbers={5: ["five"], 20: ["twenty"]}).read(text, ["xx"]).age == age


@pytest.mark.parametrize(
    ("text", "age"), [("\u4e03\u6b72", 7), ("\u5341\u4e03\u6b72", 17), ("\u4e8c\u5341\u4e03\u6b72", None)]
)
def test_numbers_where_no_spaces_are(tmp_path: Path, text: str, age: int | None) -> None:
    numbers = {7: ["\u4e03"], 10: ["\u5341"], 17: ["\u5341\u4e03"], 2: ["\u4e8c"]}
    assert _words(tmp_path, age=["{n}\u6b72"], numbers=numbers).read(text, ["xx"]).age == age


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a boy called Adam", "Adam"),
        ("a boy called adam", None),
        ("the name is adam", "adam"),
        ("the name is Secret", None),
        ("a boy called Adam, the name is Idris", None),
    ],
)
def test_a_name_by_its_capital_or_its_phrase(tmp_path: Path, text: str, name: str | None) -> None:
    words = _words(tmp_path, name=["name is {x}"], capital_name=["called {x}"], not_names=["secret"])
    assert words.read(text, ["xx"]).name == name


def test_a_number_word_means_one_number(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"xx\.yml: numbers: Six stands for 7 and another"):
        _words(tmp_path, numbers={6: ["six"], 7: ["Six"]}).variety("xx")


def test_a_phrase_without_number_or_name_takes_words_from_the_others(tmp_path: Path) -> None:
    words = _words(
        tmp_path, age=["{n} years old", "i am * years old"], name=["name is {x}", "my own name is *"], not_names=["own"]
    )
    assert words.read("i am 34 years old and my own name is Anna", ["xx"]) == Told()
    assert words.read("i am 34 years old , her name is Amina , 7 years old", ["xx"]) == Told(7, "Amina")


def test_a_choice_without_its_number_or_name_is_none(tmp_path: Path) -> None:
    words = _words(tmp_path, age=["she is (about {n}|small)"], name=["we call her (little {x}|names)"])
    assert words.read("she is small and we call her names", ["xx"]) == Told()
    assert words.read("she is about 7 and we call her little Amina", ["xx"]) == Told(7, "Amina")
