"""A referral in a real browser: made in the console, opened by its agency with a code, and answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot import bootstrap
from bot.app import create_app
from bot.settings import Settings
from bot.store import schema
from bot.store.unit_of_work import Store
from bot.usecases import letters
from tests.browser.conftest import served
from tests.conftest import MASTER, StillClock
from tests.functional.staff_console import URDU, Case, Silent, make_case, session_for
from tests.standins.referral_world import AGENCY, ReferralWorld, referral_world

Visit = Callable[..., Page]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Site:
    """The application that the browser visits, and its mail server."""

    url: str
    world: ReferralWorld


@pytest.fixture
def site(tmp_path: Path, exit_url: str) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    store = Store(url, MASTER)
    schema.upgrade(store.engine)
    settings = Settings.load(var=tmp_path, database_url=url, exit_url=exit_url, public_url="", _env_file=None)
    services = bootstrap.build(settings, store=store, dialogue=Silent(), clock=StillClock())
    with referral_world(services) as world:
        # A browser that comes over plain http would not send secure cookies back. Agencies here are on this machine.
        plain = world.services.settings.model_copy(update={"public_url": "http://127.0.0.1"})
        with served(create_app(replace(world.services, settings=plain), jobs=False)) as address:
            yield Site(address, world)


@pytest.fixture
def live_server(site: Site) -> str:
    """What `visit` opens."""
    return site.url


def assert_good(page: Page) -> None:
    """No fault that axe finds or leaves open, and nothing wider than the screen."""
    found = Axe().run(page, options={"runOnly": RULES}).response
    for kind in ("violations", "incomplete"):
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found[kind]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def as_staff(page: Page, site: Site) -> Page:
    token = session_for(site.world.services, site.world.amina)
    page.context.add_cookies([{"name": "staff", "value": token, "url": site.url}])
    return page


def refer_it(page: Page, case: Case, site: Site) -> None:
    """Fill in the console's form."""
    page.goto(f"{site.url}/staff/concerns/{case.concern_id}")
    page.get_by_text("Refer this concern").click()
    page.locator("#agency").select_option(AGENCY)
    page.locator("#route-email").check()
    page.locator("#worry").fill("He is always hungry.")
    page.locator("#consent").select_option("not_known")
    page.get_by_role("button", name="Make the referral").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_referral_goes_from_the_console_to_its_agency_and_back(visit: Visit, site: Site, scripts: bool) -> None:
    case = make_case(site.world.services, story=URDU, language="ur", urgency="urgent", address="+447700900125")
    console = as_staff(visit("/staff/sign-in", scripts=scripts), site)
    refer_it(console, case, site)
    # Grave: ringing comes first. What was typed is still there.
    expect(console.locator(".govuk-error-summary")).to_contain_text("Ring first")
    expect(console.locator("#worry")).to_have_value("He is always hungry.")
    console.locator("#rung").fill("999 at 14:20")
    console.get_by_role("button", name="Make the referral").click()
    expect(console.locator(".staff-done")).to_contain_text("The referral is made")
    site.world.post_all()

    referral_id = site.world.mails()[0].referral_id
    agency = visit(f"/referral/{letters.link_token(site.world.services, referral_id)}", scripts=scripts, width=390)
    agency.get_by_role("button", name="Send me a code").click()
    site.world.post_all()
    agency.locator("#code").fill(site.world.code())
    agency.get_by_role("button", name="Read the referral").click()
    story = agency.locator(".referral-words", has_text=URDU).first
    assert (story.get_attribute("lang"), story.get_attribute("dir")) == ("ur", "rtl")
    agency.get_by_label("We decline it").check()
    agency.get_by_role("button", name="Send the answer").click()
    expect(agency.locator(".govuk-error-summary")).to_contain_text("Say why it is declined")
    agency.get_by_label("Anything you want us to know").fill("He lives in Sandwell.")
    agency.get_by_role("button", name="Send the answer").click()
    expect(agency.locator(".staff-done")).to_contain_text("We have your answer")

    console.goto(f"{site.url}/staff/")
    console.get_by_role("link", name="Referral declined").click()
    expect(console.locator("#referrals + ul")).to_contain_text("He lives in Sandwell.")


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible_and_fits(visit: Visit, site: Site, width: int) -> None:
    world = site.world
    case = make_case(world.services, story=URDU, language="ur", urgency="urgent", address="+447700900125")
    world.server.faults.append("refuses")
    world.sent(case=case)
    referral_id = world.sent(case=case)
    console = as_staff(visit("/staff/sign-in", width=width), site)
    for path in ("/staff/", f"/staff/concerns/{case.concern_id}"):
        console.goto(site.url + path)
        console.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        assert_good(console)

    page = visit(f"/referral/{letters.link_token(world.services, referral_id)}", width=width)
    assert_good(page)
    page.get_by_role("button", name="Send me a code").click()
    assert_good(page)
    world.post_all()
    page.locator("#code").fill(world.code())
    page.get_by_role("button", name="Read the referral").click()
    assert_good(page)
    page.get_by_role("button", name="Send the answer").click()
    assert_good(page)
    world.clock.forward(minutes=31)
    page.reload()
    assert_good(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_of_a_link_that_opens_nothing_is_accessible(browser: Browser, site: Site, width: int) -> None:
    # Not `visit`: the browser notes a 404 as an error, and this one is meant.
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{site.url}/referral/unknown")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not open anything")
    assert_good(page)
    context.close()
