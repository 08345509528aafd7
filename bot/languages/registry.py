"""The languages registry: `translations/languages.yml` read once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from bot.errors import DataError, NotFound

SOURCE = "en"
Status = Literal["source", "draft", "approved", "off"]
# Groups in the chooser, in the order in which they are shown; each has its heading in `translations/site.yml`.
REGIONS = ("here", "south_asia", "middle_east", "africa", "europe", "east_asia")


@dataclass(frozen=True)
class Language:
    """One variety. `fallback` names the catalogues to try, in order, when this one lacks a sentence.

    `plural` is the CLDR locale whose plural rule holds, where CLDR does not know the language itself. `tags` are other
    BCP 47 tags that browsers and detectors have for it. `digit_letters` are digits that its writers use as letters
    (3 for ayn in Arabizi). `reviewer` and `date` (ISO 8601) are of the speaker who
    approved the whole catalogue.
    """

    code: str
    english: str
    name: str
    script: str
    direction: Literal["ltr", "rtl"]
    sms: Literal["gsm7", "ucs2"]
    tier: int
    status: Status
    region: str
    fallback: tuple[str, ...]
    plural: str = ""
    tags: tuple[str, ...] = ()
    digit_letters: str = ""
    reviewer: str = ""
    date: str = ""

    @property
    def has_catalogue(self) -> bool:
        return self.status != "off"

    @property
    def plural_locale(self) -> str:
        return self.plural or self.code.split("-")[0]


class Registry:
    """All languages by code, in the order of the file."""

    def __init__(self, languages: dict[str, Language]) -> None:
        self._languages = languages
        self._by_tag = {tag.casefold(): lang.code for lang in languages.values() for tag in (*lang.tags, lang.code)}

    @classmethod
    def load(cls, path: Path) -> "Registry":
        """Read the file. Raises `DataError` naming the language at fault."""
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))["languages"]
        languages = {}
        for code, fields in raw.items():
            try:
                languages[code] = _language(code, fields)
            except (TypeError, KeyError) as error:
                raise DataError(f"{path.name}: {code}: {error}") from error
        for language in languages.values():
            if unknown := set(language.fallback) - set(languages):
                raise DataError(f"{path.name}: {language.code}: unknown fallback {sorted(unknown)[0]}")
            if language.region not in REGIONS:
                raise DataError(f"{path.name}: {language.code}: unknown region {language.region}")
            if language.status not in get_args(Status):
                raise DataError(f"{path.name}: {language.code}: unknown status {language.status}")
        return cls(languages)

    def __iter__(self) -> Iterator[Language]:
        return iter(self._languages.values())

    def __contains__(self, code: str) -> bool:
        return code in self._languages

    def get(self, code: str) -> Language:
        """The language with this code. Raises `NotFound`."""
        try:
            return self._languages[code]
        except KeyError:
            raise NotFound(f"no language {code}") from None

    def by_tag(self, tag: str) -> str | None:
        """The code for a BCP 47 tag, or for the longest beginning of it that we know: `zh-TW` is `zh-Hant`."""
        parts = tag.casefold().replace("_", "-").split("-")
        tries = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
        return next((self._by_tag[wanted] for wanted in tries if wanted in self._by_tag), None)

    def offered(self) -> list[Language]:
        """Languages that people can choose: those with a catalogue."""
        return [language for language in self if language.has_catalogue]

    def by_region(self) -> list[tuple[str, list[Language]]]:
        """The languages to choose from, in the groups of the chooser."""
        groups = [(region, [lang for lang in self.offered() if lang.region == region]) for region in REGIONS]
        return [(region, found) for region, found in groups if found]

    def served(self, code: str | None) -> Language:
        """The language whose catalogue answers someone who writes in `code`: itself, its fallback, or English."""
        if code in self._languages:
            for candidate in (code, *self._languages[code].fallback):
                if self._languages[candidate].has_catalogue:
                    return self._languages[candidate]
        return self._languages[SOURCE]


def _language(code: str, fields: dict[str, Any]) -> Language:
    lists = {name: tuple(fields.get(name, ())) for name in ("fallback", "tags")}
    return Language(code=code, **{**fields, **lists})
