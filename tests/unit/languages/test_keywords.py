import pytest

from bot.languages.keywords import Keywords, number_in
from bot.languages.registry import Registry
from bot.settings import ROOT

KEYWORDS = Keywords.load(ROOT / "data" / "lexicon" / "keywords")
REGISTRY = Registry.load(ROOT / "translations" / "languages.yml")
LANGUAGES = [language.code for language in REGISTRY if language.status != "off"]


@pytest.mark.parametrize("text", ["2", " 2. ", "(2)", "#2", "۲", "(٢)", "২", "੨", "2️⃣", "２"])
def test_a_digit_in_any_script_is_a_choice(text: str) -> None:
    assert number_in(text, 3) == 2


@pytest.mark.parametrize("text", ["999", "12 years", "22", "two", "", "0", "4"])
def test_other_messages_are_no_choice(text: str) -> None:
    assert number_in(text, 3) is None


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_every_keyword(code: str) -> None:
    meanings = set(KEYWORDS.by_variety[code].values())
    assert {"stop", "start", "help", "yes", "no", "skip", "menu", "cancel", "english"} <= meanings
    assert code == "en" or "self" in meanings
    assert {"1", "2", "3"} <= meanings


def test_english_stop_words_leave_cancel_to_the_form() -> None:
    assert KEYWORDS.meaning("STOP", ("en",)) == "stop"
    assert KEYWORDS.meaning("Unsubscribe!", ("en",)) == "stop"
    assert KEYWORDS.meaning("cancel", ("en",)) == "cancel"
    assert KEYWORDS.meaning("please make him stop", ("en",)) is None


def test_a_language_is_asked_for_by_its_name() -> None:
    assert KEYWORDS.language_named("speak urdu please") == "ur"
    assert KEYWORDS.language_named("اردو") == "ur"
    assert KEYWORDS.language_named("polski") == "pl"
    assert KEYWORDS.language_named("ENGLISH") == "en"


@pytest.mark.parametrize("word", ["yo", "ha", "so", "it", "fr", "ig", "uk", "om"])
def test_what_people_say_anyway_names_no_language(word: str) -> None:
    assert KEYWORDS.language_named(word) is None
