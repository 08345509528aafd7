"""Pages from templates: one environment for the public site and the staff console.

A template never holds a sentence. It calls `t("key")`, which escapes, and which marks the words with their own
language when a translation is missing and English stands in for it.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from jinja2.loaders import ChoiceLoader
from markupsafe import Markup, escape

from bot.languages.catalogue import Catalogues, Said

_BOT = Path(__file__).parent
# Where each folder of static files is served; both doors' pages may use either.
STATIC = {"/static": _BOT / "site" / "static", "/staff/static": _BOT / "staff" / "static"}
# This sentence is short and on every page: where it is translated, the page is in that language, else in English.
_DECIDES_LANGUAGE = "site_page_title"


class Pages:
    """Renders templates in a language. One object lives as long as the process."""

    def __init__(self, catalogues: Catalogues, numbers: Mapping[str, str]) -> None:
        """`numbers` are the standing placeholders, such as `n999`: on a page each can be touched and rung."""
        self._catalogues, self._numbers = catalogues, numbers
        self._versions = {url: _version(path) for url, path in _static_files()}
        self._environment = _environment()
        self._environment.globals["asset"] = self._asset
        self._environment.globals["language_of"] = catalogues.language

    def render(self, template: str, language: str | None, **values: Any) -> str:
        """The page in this language. Every template has `t`, `plain` and `page` (its language and direction)."""
        page = self._catalogues.text(_DECIDES_LANGUAGE, language)
        words = Words(self._catalogues, self._numbers, language, page)
        return self._environment.get_template(template).render(t=words.html, plain=words.plain, page=page, **values)

    def _asset(self, url: str) -> str:
        return f"{url}?v={self._versions[url]}"


class Words:
    """The sentences of one page."""

    def __init__(self, catalogues: Catalogues, numbers: Mapping[str, str], language: str | None, page: Said) -> None:
        self._catalogues, self._language, self._page = catalogues, language, page
        self._numbers = dict(numbers)
        self._links = {name: telephone(number) for name, number in numbers.items()}

    def plain(self, key: str, **values: str) -> str:
        """For an attribute: text alone."""
        return self._catalogues.text(key, self._language, **{**self._numbers, **values}).text

    def html(self, key: str, **values: str) -> Markup:
        """For the page: escaped, in its own language if that is not the page's. A `Markup` value stays as it is."""
        values = {**self._links, **values}
        marked = {name: value for name, value in values.items() if isinstance(value, Markup)}
        # The catalogue deals in plain text, so marked-up values wait behind letters nobody can type.
        tokens = {name: chr(0xE000 + place) for place, name in enumerate(marked)}
        said = self._catalogues.text(key, self._language, **{**values, **tokens})
        text = str(escape(said.text))
        for name, token in tokens.items():
            text = text.replace(token, str(marked[name]))
        if said.language == self._page.language:
            return Markup(text)  # noqa: S704 - escaped above
        return Markup('<span lang="{}" dir="{}">{}</span>').format(said.language, said.direction, Markup(text))  # noqa: S704 - the same


def telephone(number: str, dial: str | None = None) -> Markup:
    """A number that a phone can ring when it is touched, in its own order inside right-to-left text."""
    dial = dial or re.sub(r"[^0-9+]", "", number)
    return Markup('<a class="govuk-link telephone" href="tel:{}" dir="ltr">{}</a>').format(dial, number)


def _environment() -> Environment:
    folders = [str(_BOT / door / "templates") for door in ("site", "staff")]
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    # The GOV.UK macros look at many parameters that a call leaves out, which other kinds of undefined refuse.
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folders), govuk]),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["telephone"] = telephone
    return environment


def _static_files() -> Iterator[tuple[str, Path]]:
    for prefix, folder in STATIC.items():
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield f"{prefix}/{path.relative_to(folder).as_posix()}", path


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
