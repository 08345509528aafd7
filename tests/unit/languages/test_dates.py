"""Names of days, each in its own language."""

import pytest

from bot.languages.dates import days_in_words, locale_of


@pytest.mark.parametrize(
    ("code", "days"),
    [("ur", "پیر–جمعہ"), ("en", "Monday–Friday"), ("pl", "poniedziałek–piątek"), ("ar", "الاثنين–الجمعة")],
)
def test_days_have_their_names_in_each_language_whichever_came_first(code: str, days: str) -> None:
    assert days_in_words((0, 1, 2, 3, 4), locale_of(code)) == days


@pytest.mark.parametrize("code", ["ur-Latn", "pa-Latn", "bn-Latn", "pnb", "rom"])
def test_a_language_without_names_in_its_script_gets_english_ones(code: str) -> None:
    assert days_in_words((5,), locale_of(code)) == "Saturday"
