"""The languages registry: `translations/languages.yml` read once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from bot.errors import DataError, NotFound

SOURCE = "en"
Status = Literal["source", "draft", "approved", "input"]


@dataclass(frozen=True)
class Language:
    """One variety. `fallback` names the catalogues to try, in order, when this one lacks a sentence."""

    code: str
    english: str
    name: str
    script: str
    direction: Literal["ltr", "rtl"]
    sms: Literal["gsm7", "ucs2"]
    tier: int
    status: Status
    fallback: tuple[str, ...]

    @property
    def has_catalogue(self) -> bool:
        return self.status != "input"


class Registry:
    """All languages by code, in the order of the file."""

    def __init__(self, languages: dict[str, Language]) -> None:
        self._languages = languages

    @classmethod
    def load(cls, path: Path) -> "Registry":
        """Read the file. Raises `DataError` naming the language at fault."""
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))["languages"]
        languages = {}
        for code, fields in raw.items():
            try:
                languages[code] = Language(code=code, **{**fields, "fallback": tuple(fields["fallback"])})
            except (TypeError, KeyError) as error:
                raise DataError(f"{path.name}: {code}: {error}") from error
        for language in languages.values():
            if unknown := set(language.fallback) - set(languages):
                raise DataError(f"{path.name}: {language.code}: unknown fallback {sorted(unknown)[0]}")
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

    def offered(self) -> list[Language]:
        """Languages that people can choose: those with a catalogue."""
        return [language for language in self if language.has_catalogue]

    def served(self, code: str | None) -> Language:
        """The language whose catalogue answers someone who writes in `code`: itself, its fallback, or English."""
        if code in self._languages:
            for candidate in (code, *self._languages[code].fallback):
                if self._languages[candidate].has_catalogue:
                    return self._languages[candidate]
        return self._languages[SOURCE]
