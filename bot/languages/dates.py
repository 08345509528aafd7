"""Names of days and months in each language, from Babel."""

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names

from bot.languages.registry import SOURCE

BRITISH = Locale("en", "GB")


def locale_of(code: str) -> Locale:
    """Babel's names for a language; British English where it has none in that script."""
    try:
        found = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return BRITISH
    script = next((part for part in code.split("-") if len(part) == 4), None)
    # Babel takes Urdu in Latin letters for Urdu; and plain "en" is American to it.
    return BRITISH if code == SOURCE or (script and found.script != script) else found


def days_in_words(days: tuple[int, ...], locale: Locale) -> str:
    """`Monday–Friday`, `Saturday`: the first and the last of days in a row, Monday is 0."""
    # Only these are whole in every language. The others are aliases, which Babel resolves once for all languages.
    names = get_day_names("wide", "format", locale)
    return "–".join(names[day] for day in dict.fromkeys((days[0], days[-1])))
