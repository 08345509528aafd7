"""What is picked up from a story, and what is left to the question."""

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
        ("someone aged 300", Told()),
        ("she is twenty five years old", Told()),
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
    assert all("{n}" in phrase for phrase in data["age"])
    assert all("{x}" in phrase for phrase in data["name"])
    spoken = data["age"][0].replace("*", "").replace("{n}", "9")
    assert WORDS.read(spoken, [code]).age == 9
    neighbour = data["neighbour"][0].replace("*", "")
    assert WORDS.read(neighbour, [code]).relationship == "neighbour"


def test_an_unknown_part_is_named(tmp_path: Path) -> None:
    (tmp_path / "xx.yml").write_text("variety: xx\nages: []\n")
    with pytest.raises(DataError, match=r"xx\.yml: unknown part ages"):
        StoryWords.load(tmp_path)
