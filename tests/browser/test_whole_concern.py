"""A whole concern in a real browser: told in the web chat, seen and answered in the console, read in the chat."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from bot import bootstrap
from bot.app import create_app
from bot.ports import Dialogue
from bot.settings import Settings
from bot.usecases import staff_accounts
from bot.usecases.services import Services
from tests.browser.conftest import served
from tests.standins.sms_world import MovableClock

Visit = Callable[..., Page]
PASSWORD = "purple kettle marching slowly"
REFERENCE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
STORY = {
    "en": "my neighbour's little boy is always hungry and very thin, he asks my kids for food",
    "ur": "پڑوس کے بچے روز ہم سے روٹی مانگنے آتے ہیں",
}
# Words in the box, or the place of the button to press.
ANSWERS: dict[str, list[str | int]] = {
    "en": [STORY["en"], "no", "Handsworth", "about seven, number 12", 0, 0, "Maria", 0],
    "ur": [STORY["ur"], "نہیں", "Handsworth", "تقریباً سات سال کا", 0, 0, "ماریہ", 0],
}
MESSAGE = {"en": "Thank you, Maria. We are looking into it today.", "ur": "شکریہ ماریہ، ہم آج ہی دیکھ رہے ہیں۔"}


@dataclass
class Site:
    """The application that the browser visits."""

    url: str
    services: Services
    clock: MovableClock


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, dialogue: Dialogue, exit_url: str) -> Iterator[Site]:
    clock, var = MovableClock(), tmp_path_factory.mktemp("whole")
    settings = Settings.load(var=var, exit_url=exit_url, database_url="", public_url="", _env_file=None)
    services = bootstrap.build(settings, dialogue=dialogue, clock=clock)
    with served(create_app(services)) as url:
        yield Site(url, services, clock)


@pytest.fixture(scope="module")
def live_server(site: Site) -> str:
    """What `visit` opens."""
    return site.url


@pytest.fixture
def staff(site: Site, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A new member of staff at the queue: by the one-time link, a password and an authenticator, then out and in."""
    username = "amina" + str(abs(hash(request.node.name)) % 10**8)
    link = staff_accounts.add(site.services, username, "Amina Khan", "reviewer")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.goto(f"{site.url}/staff/first/{link}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.locator("main button").click()
    code = pyotp.TOTP(page.locator(".staff-key").inner_text().replace(" ", ""))
    page.locator("#code").fill(code.at(site.clock()))
    page.locator("main button").click()
    page.wait_for_url("**/staff/")
    page.get_by_role("button", name="Sign out").click()
    # A code works once.
    site.clock.forward(minutes=1)
    page.locator("#username").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    page.locator("#code").fill(code.at(site.clock()))
    page.locator("main button").click()
    page.wait_for_url("**/staff/")
    yield page
    context.close()


def answer(page: Page, words: str | int) -> None:
    """Write, or press the button at this place, and wait for what the bot says to it."""
    lines = page.locator(".chat-log .chat-message--bot")
    before = lines.count()
    if isinstance(words, int):
        page.locator("#answers button").nth(words).click()
    else:
        page.get_by_role("textbox").fill(words)
        page.locator("#send").click()
    lines.nth(before).wait_for()


def tell(page: Page, language: str) -> str:
    """The whole conversation. Returns the reference."""
    for words in ANSWERS[language]:
        answer(page, words)
    found = REFERENCE.search(page.locator("#log").inner_text())
    assert found, page.locator("#log").inner_text()
    return found.group()


def review_and_write(page: Page, reference: str, language: str) -> None:
    """Find the concern in the queue, take it, and write to the person."""
    page.goto(page.url.split("/staff/")[0] + "/staff/")
    page.locator("tbody tr", has_text=re.compile(reference.replace(" ", " ?"))).get_by_role("link").click()
    shown = page.locator("main").inner_text()
    assert STORY[language] in shown
    assert "Handsworth" in shown
    page.locator("form[action$='/acknowledge'] button").click()
    expect(page.locator(".staff-done")).to_be_visible()
    page.locator("#message").fill(MESSAGE[language])
    page.locator("form[action$='/message'] button").click()
    expect(page.locator("#latest")).to_contain_text(MESSAGE[language])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("language", ANSWERS)
def test_a_worry_told_in_the_chat_is_answered_by_a_person(
    visit: Visit, staff: Page, site: Site, language: str, scripts: bool
) -> None:
    page = visit(f"/{language}/", language=language, scripts=scripts, width=390)
    page.locator(".site-start").click()
    page.wait_for_url("**/chat*")
    reference = tell(page, language)
    last = page.locator(".chat-message--bot .chat-message__text").last
    assert last.get_attribute("lang") == language
    assert last.get_attribute("dir") == {"en": "ltr", "ur": "rtl"}[language]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if scripts else True

    review_and_write(staff, reference, language)

    if scripts:
        # The page looks by itself; whoever comes back to it sees at once.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    else:
        page.reload()
    from_staff = page.locator(".chat-message--staff")
    from_staff.wait_for()
    expect(from_staff).to_contain_text(MESSAGE[language])
    introduced = site.services.say("utter_from_team", language, message=MESSAGE[language])
    assert introduced.language == language
    assert page.locator(".chat-message__text").last.get_attribute("lang") == language


def test_danger_in_the_middle_gets_999_first_and_staff_see_it_on_top(visit: Visit, staff: Page) -> None:
    page = visit("/chat", width=390)
    answer(page, STORY["en"])
    answer(page, "he has a knife and he is hitting her right now")
    first = page.locator(".chat-message--resident").last.locator("xpath=following-sibling::*[1]")
    expect(first).to_contain_text("999")
    staff.reload()
    row = staff.locator("tbody tr").first
    expect(row).to_contain_text("Emergency")
