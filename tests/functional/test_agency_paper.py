"""What the agency can hold in its hands: our number, and a PDF that ends however much was written."""

import dataclasses
import io
from collections.abc import Iterator
from datetime import timedelta

import pypdf
import pytest
from starlette.testclient import TestClient

from bot.staff import pdf
from bot.store.columns import new_id
from bot.store.models import InboundMessage
from bot.usecases.services import Services
from tests.functional.staff_console import STORY
from tests.functional.test_agency_page import new_browser, opened
from tests.standins.mail_server import text_of
from tests.standins.referral_world import ReferralWorld, referral_world


@pytest.fixture
def world(console: Services) -> Iterator[ReferralWorld]:
    with referral_world(console) as made:
        yield made


@pytest.fixture
def browser(world: ReferralWorld) -> TestClient:
    return new_browser(world)


def test_our_number_is_on_every_page_of_the_agency_where_we_have_one(world: ReferralWorld) -> None:
    settings = world.services.settings.model_copy(update={"team_phone": "0121 496 0000"})
    world.services = dataclasses.replace(world.services, settings=settings)
    browser = new_browser(world)
    link = opened(browser, world)
    for path in ("", "/code", "/form"):
        assert 'href="tel:01214960000"' in browser.get(link + path).text, path
    assert "Our number" in browser.get(f"{link}/form").text
    pages = pypdf.PdfReader(io.BytesIO(browser.get(f"{link}/form.pdf").content)).pages
    assert "0121 496 0000" in pages[0].extract_text()
    assert "Our telephone number: 0121 496 0000" in text_of(world.server.letters[0])
    assert "0121 496" not in text_of(world.server.letters[1]), "a code is read beside the link's mail"


def test_without_a_number_of_ours_none_is_made_up(browser: TestClient, world: ReferralWorld) -> None:
    link = opened(browser, world)
    for path in ("", "/code", "/form"):
        page = browser.get(link + path).text
        assert "Our telephone number" not in page
        assert "Our number" not in page
    assert "telephone" not in text_of(world.server.letters[0])


def test_a_flood_of_words_still_gives_a_pdf_that_says_what_is_missing(
    browser: TestClient, world: ReferralWorld
) -> None:
    with world.services.store.unit() as uow:
        concern = uow.concerns.get(world.case.concern_id)
        assert concern is not None
        for number in range(40):
            at = world.clock() - timedelta(minutes=number)
            row = InboundMessage(
                id=new_id(), conversation_id=concern.conversation_id, verdict={}, received_at=at, handled_at=at
            )
            uow.session.add(row)
            row.body = "word\n" * 1_000
        uow.commit()
    link = opened(browser, world)
    answer = browser.get(f"{link}/form.pdf")
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) < 30
    assert "too long to print whole" in " ".join(" ".join(page.extract_text() for page in pages).split())
    assert browser.get(f"{link}/form").text.count("word\n") > 30_000, "on the screen it is whole"


def test_while_many_wait_for_a_pdf_the_next_gets_the_page_to_print(
    browser: TestClient, world: ReferralWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = opened(browser, world)
    monkeypatch.setattr(pdf, "_MOST_WAITING", 0)
    answer = browser.get(f"{link}/form.pdf")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert STORY in answer.text
