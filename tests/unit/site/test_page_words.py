"""Words on a page: escaped, in their own language, with numbers that can be rung."""

from pathlib import Path

import pytest

from bot.errors import DataError
from bot.languages.catalogue import Catalogues
from bot.languages.registry import Registry
from bot.pages import Pages, Words
from bot.settings import ROOT

SITE = """
site_page_title: "Information"
site_danger: "Ring {n999} now"
site_quote: "It's <b>{name}</b>"
"""
URDU = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

msgctxt "site_page_title"
msgid "Information"
msgstr "معلومات"

msgctxt "site_danger"
msgid "Ring {n999} now"
msgstr "ابھی {n999} پر فون کریں"
"""
REGISTRY = Registry.load(ROOT / "translations" / "languages.yml")


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    (tmp_path / "domain.yml").write_text("responses: {}\n", encoding="utf-8")
    folder = tmp_path / "translations" / "ur" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "bot.po").write_text(URDU, encoding="utf-8")
    (tmp_path / "translations" / "site.yml").write_text(SITE, encoding="utf-8")
    return Catalogues(tmp_path, REGISTRY)


def words(catalogues: Catalogues, language: str) -> Words:
    page = catalogues.text("site_page_title", language)
    return Words(catalogues, {"n999": "999"}, language, page)


def test_a_number_inside_a_sentence_can_be_rung(catalogues: Catalogues) -> None:
    assert '<a class="govuk-link telephone" href="tel:999" dir="ltr">999</a> now' in words(catalogues, "en").html(
        "site_danger"
    )


def test_a_number_in_right_to_left_words_keeps_its_own_order(catalogues: Catalogues) -> None:
    html = words(catalogues, "ur").html("site_danger")
    assert 'dir="ltr">999</a>' in html
    assert html.startswith("ابھی")


def test_words_and_values_are_escaped(catalogues: Catalogues) -> None:
    html = words(catalogues, "en").html("site_quote", name="<script>")
    assert html == "It&#39;s &lt;b&gt;&lt;script&gt;&lt;/b&gt;"


def test_english_that_stands_in_says_that_it_is_english(catalogues: Catalogues) -> None:
    html = words(catalogues, "ur").html("site_quote", name="x")
    assert html.startswith('<span lang="en" dir="ltr">')


def test_an_attribute_gets_plain_words(catalogues: Catalogues) -> None:
    assert words(catalogues, "en").plain("site_danger") == "Ring 999 now"


def test_a_key_that_does_not_exist_is_an_error(catalogues: Catalogues) -> None:
    with pytest.raises(DataError, match="site_nothing"):
        words(catalogues, "en").html("site_nothing")


def test_static_files_carry_their_version(catalogues: Catalogues) -> None:
    pages = Pages(catalogues, {})
    source = "{{ asset('/static/site.css') }}"
    assert pages._environment.from_string(source).render().startswith("/static/site.css?v=")
