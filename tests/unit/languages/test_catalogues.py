"""Every sentence, in every language offered."""

import re

import pytest

from bot.languages import catalogue_files
from bot.languages.catalogue import Catalogues, placeholders, source_strings
from bot.languages.registry import Registry
from bot.languages.sms_length import measure
from bot.settings import ROOT
from bot.usecases.services import STANDING_NUMBERS

REGISTRY = Registry.load(ROOT / "translations" / "languages.yml")
CATALOGUES = Catalogues(ROOT, REGISTRY)
ENGLISH = source_strings(ROOT)
OFFERED = [language.code for language in REGISTRY.offered()]
# Replies that need not carry the 999 line: parts of a turn whose first message has it, and bare phrases.
ALWAYS_FIRST = (
    "utter_greet",
    "utter_menu",
    "utter_fallback",
    "utter_ask_danger",
    "utter_emergency",
    "utter_help",
    "utter_ask_story",
)


def test_no_catalogue_has_a_fault() -> None:
    assert catalogue_files.faults(ROOT, REGISTRY) == []


def test_the_files_on_disk_are_up_to_date_with_the_english() -> None:
    pot = (ROOT / "translations" / "bot.pot").read_text(encoding="utf-8")
    assert re.findall(r'msgctxt "([^"]+)"', pot) == list(ENGLISH)


@pytest.mark.parametrize("key", [key for key in ENGLISH if key.startswith("utter_") and "/" not in key])
def test_an_english_reply_is_at_most_three_segments(key: str) -> None:
    text = ENGLISH[key].format_map(catalogue_files._Samples(REGISTRY.get("en")))
    length = measure(text)
    assert length.encoding == "gsm7"
    assert length.segments <= 3


@pytest.mark.parametrize("code", OFFERED)
@pytest.mark.parametrize("key", ALWAYS_FIRST)
def test_the_replies_that_meet_a_worry_first_carry_999(code: str, key: str) -> None:
    assert "n999" in placeholders(CATALOGUES.sentences(code)[key])


def test_no_number_to_ring_stands_in_the_english() -> None:
    for key, text in ENGLISH.items():
        bare = re.sub(r"\{\w+\}", "", text)
        assert not re.search(r"\d(?: ?\d){2,}", re.sub(r"\b2008\b|999bsl", "", bare)), key


def test_a_fuzzy_or_stale_translation_is_not_served(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "translations" / "pl" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "domain.yml").write_text(
        "responses: {utter_a: [{text: 'One {n999}'}], utter_b: [{text: Two}], utter_c: [{text: 'Three {n999}'}]}"
    )
    (tmp_path / "translations" / "site.yml").write_text("{}")
    (tmp_path / "translations" / "pl" / "LC_MESSAGES" / "bot.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgctxt "utter_a"\nmsgid "Old {n999}"\nmsgstr "Jeden {n999}"\n\n'
        '#, fuzzy\nmsgctxt "utter_b"\nmsgid "Two"\nmsgstr "Dwa"\n\n'
        'msgctxt "utter_c"\nmsgid "Three {n999}"\nmsgstr "Trzy"\n'
    )
    catalogues = Catalogues(tmp_path, REGISTRY)
    said = [
        catalogues.text(key, "pl", **dict.fromkeys(STANDING_NUMBERS, "999"))
        for key in ("utter_a", "utter_b", "utter_c")
    ]
    assert [s.language for s in said] == ["en", "en", "en"]


def test_numbers_keep_their_order_in_right_to_left_text() -> None:
    said = CATALOGUES.text("utter_goodbye", "ur", n999="999")
    assert said.language != "ur" or "\u2066999\u2069" in said.text


def test_a_line_that_was_isolated_is_not_isolated_again() -> None:
    line = CATALOGUES.text("utter_contact_line", "ur", name="Childline", phone="0800 1111")
    said = CATALOGUES.text("utter_not_sent", "ur", n999="999", contacts=line.text)
    assert "\u2066\u2066" not in said.text
    assert said.text.count("\u2066") == said.text.count("\u2069")
