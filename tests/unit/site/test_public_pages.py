"""The campaign page, health, and pages for what goes wrong."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from bot.directory.agencies import Kind
from bot.settings import ROOT
from bot.site.routes import routes
from bot.store.unit_of_work import Store
from bot.usecases.services import Services
from bot.web import Door, refuse_unguarded

NewVisitor = Callable[..., Any]


def test_every_route_says_who_may_pass() -> None:
    refuse_unguarded(routes)


@pytest.mark.parametrize("path", [r.path for r in routes if isinstance(r, Door) and "GET" in (r.methods or ())])
def test_every_page_forbids_keeping_and_framing_it(visitor: NewVisitor, path: str) -> None:
    response = visitor().client.get(path.replace("{code}", "en"))
    # The directory as open data is the same for everybody, and says nothing of who asked.
    assert path == "/directory.json" or response.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("kind", ["children", "adults"])
def test_the_home_page_gives_the_numbers_of_the_directory(
    visitor: NewVisitor, site_services: Services, kind: Kind
) -> None:
    html = visitor().open("/")
    for door in site_services.directory.front_doors(kind):
        for agency in (door.day, door.out_of_hours):
            if agency and agency.phone:
                assert agency.phone.display in html
    agencies = [a for a in site_services.directory.agencies.values() if a.phone]
    published = {a.phone.display for a in agencies if a.phone and a.publish}
    for agency in agencies:
        assert agency.phone
        assert agency.phone.display in published or agency.phone.display not in html


def test_a_borough_without_an_adult_team_is_given_the_police(visitor: NewVisitor) -> None:
    row = visitor().open("/").split('id="adults"')[1].split("<bdi>Walsall</bdi>")[1].split("</tr>")[0]
    assert row.count('href="tel:101"') == 2
    assert row.count("href=") == 2


def test_whoever_cannot_speak_finds_every_way_right_below_the_warning(visitor: NewVisitor) -> None:
    html = visitor().open("/")
    ways = re.sub(r"<[^>]+>", "", html.split('id="silent"')[1].split("</details>")[0])
    for words in (
        "999 from a mobile",
        "press 55",
        "18000",
        "18001 101",
        "999bsl.co.uk",
        "registered before",
        "“register”",
    ):
        assert words in ways
    assert html.index('class="govuk-warning-text') < html.index('id="silent"') < html.index("site-start")
    assert 'href="tel:18000"' in html
    assert 'href="https://999bsl.co.uk"' in html
    assert 'href="sms:999"' not in html, "no link sends a text that brings no help"


@pytest.mark.parametrize("code", ["en", "ur", "ar", "pl", "bn-Latn"])
def test_no_page_calls_anybody_closed(visitor: NewVisitor, code: str) -> None:
    words = re.sub(r"<[^>]+>", " ", visitor().open(f"/{code}/"))
    assert not re.search(r"\b(closed|shut)\b", words, re.IGNORECASE)


def test_the_home_page_names_every_language_by_its_own_name(visitor: NewVisitor, site_services: Services) -> None:
    html = visitor().open("/")
    for language in site_services.registry.offered():
        assert f'href="/{language.code}/" lang="{language.code}"' in html
        assert language.name in html


def test_the_browser_decides_the_language_of_the_home_page(visitor: NewVisitor) -> None:
    # Until the words are translated the page stays English, but the chat it opens is in the language asked for.
    assert 'href="/chat?language=ur"' in visitor(language="ur-PK").open("/")


def test_an_unknown_language_is_not_found(visitor: NewVisitor) -> None:
    assert visitor().client.get("/tlh/").status_code == 404


@pytest.mark.parametrize(("path", "status"), [("/nothing/here", 404), ("/xx/", 404), ("/api/nothing", 404)])
def test_what_is_not_there_is_said_kindly(visitor: NewVisitor, path: str, status: int) -> None:
    response = visitor().client.get(path)
    assert response.status_code == status
    assert path.startswith("/api/") or 'href="tel:999"' in response.text


def test_a_fault_of_ours_still_gives_the_number(visitor: NewVisitor) -> None:
    # A store that is no store at all: what follows is an error nobody foresaw.
    response = visitor(store=None).client.get("/chat")
    assert response.status_code == 500
    assert "Error" not in response.text
    assert 'href="tel:999"' in response.text
    assert response.headers["cache-control"] == "no-store"


def test_health(visitor: NewVisitor, dead_store: Store) -> None:
    assert visitor().client.get("/healthz").json() == {"alive": True}
    ready = visitor().client.get("/readyz")
    assert (ready.status_code, ready.json()["degraded"]) == (200, False)
    assert visitor(store=dead_store).client.get("/readyz").status_code == 503


def test_a_body_without_end_is_refused_with_the_number(visitor: NewVisitor) -> None:
    response = visitor().client.post("/chat", data={"message": "x" * 400_000})
    assert response.status_code == 413
    assert "999" in response.text


def test_no_number_stands_in_the_words_of_the_pages() -> None:
    words = yaml.safe_load((ROOT / "translations" / "site.yml").read_text(encoding="utf-8"))
    for key, text in words.items():
        assert not re.search(r"\d{2,}", re.sub(r"\{\w+\}", "", text)), key


def test_no_sentence_stands_in_a_template() -> None:
    for path in (ROOT / "bot" / "site" / "templates").glob("*.html"):
        source = path.read_text(encoding="utf-8")
        words = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", source, flags=re.DOTALL)
        assert not re.search(r"[A-Za-z]{2,}", words), path.name


def test_only_static_files_are_compressed(visitor: NewVisitor) -> None:
    client = visitor().client
    assert client.get("/static/site.css").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/chat").headers
