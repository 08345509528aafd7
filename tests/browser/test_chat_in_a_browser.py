"""The chat as a resident meets it: with and without scripts, on a small phone, in a hurry to leave."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.languages.registry import Registry
from bot.settings import ROOT

Visit = Callable[..., Page]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OFFERED = [lang.code for lang in Registry.load(ROOT / "translations" / "languages.yml").offered()]
WORRY = "The boy next door is always hungry and nobody looks after him."
# The same worry: what it is written in decides what it is answered in.
WORRIES = {
    "en": WORRY,
    "ur": "پڑوس کا لڑکا ہمیشہ بھوکا رہتا ہے اور کوئی اس کا خیال نہیں رکھتا۔",
    "ar": "ابن الجيران جائع دائمًا ولا أحد يعتني به.",
    "ckb": "کوڕی دراوسێکەمان هەمیشە برسییە و کەس ئاگای لێی نییە.",
}


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.locator("#send").click()


def bot_lines(page: Page) -> int:
    return page.locator(".chat-log .chat-message--bot").count()


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": RULES}).response
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
    # What axe could not decide is not a pass.
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["incomplete"]] == []


@pytest.mark.parametrize("language", OFFERED)
def test_pages_are_accessible_and_fit_the_smallest_phone_in_every_language(visit: Visit, language: str) -> None:
    page = visit(f"/{language}/", width=320)
    for path in ("", f"/chat?language={language}"):
        if path:
            page.goto(page.url.split(f"/{language}/")[0] + path)
        assert page.evaluate("document.documentElement.lang") == language
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["en", "ur", "ar", "am", "bn", "zh-Hans"])
def test_a_chat_is_accessible_and_fits(visit: Visit, language: str, width: int) -> None:
    page = visit(f"/chat?language={language}", width=width)
    say(page, WORRY)
    page.locator(".chat-message--bot").first.wait_for()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# Pixels between the edge of a bubble, where its language begins to be read, and the beginning of each line in it.
GAPS = """bubble => {
  const box = bubble.getBoundingClientRect(), style = getComputedStyle(bubble), rtl = style.direction === "rtl";
  const inset = parseFloat(style.paddingInlineStart) + parseFloat(style.borderInlineStartWidth);
  const range = document.createRange(), lines = [];
  range.selectNodeContents(bubble);
  const parts = [...range.getClientRects()].filter(part => part.width);
  for (const part of parts.sort((a, b) => a.top + a.bottom - b.top - b.bottom)) {
    const middle = (part.top + part.bottom) / 2, gap = (rtl ? box.right - part.right : part.left - box.left) - inset;
    const line = lines.at(-1);
    if (line && middle - line.middle < parseFloat(style.lineHeight) / 2) line.gap = Math.min(line.gap, gap);
    else lines.push({middle, gap});
  }
  return lines.map(line => line.gap);
}"""


@pytest.mark.parametrize("language", ["en", "ur", "ar", "ckb"])
@pytest.mark.parametrize("page_language", ["en", "ur"])
def test_every_line_begins_at_the_edge_where_its_language_is_read_from(
    visit: Visit, page_language: str, language: str
) -> None:
    page = visit(f"/chat?language={page_language}", width=390)
    say(page, WORRIES[language])
    page.locator(".chat-message--bot").first.wait_for()
    bubbles = page.locator(".chat-message__text")
    gaps = [gap for bubble in bubbles.all() for gap in bubble.evaluate(GAPS)]
    assert len(gaps) > 3
    assert max(gaps) < 3


@pytest.mark.parametrize("scripts", [True, False])
def test_a_language_is_found_by_any_name_with_and_without_scripts(visit: Visit, scripts: bool) -> None:
    page = visit("/languages", width=320, scripts=scripts)
    assert page.locator(".site-languages a").count() >= 60
    page.get_by_role("searchbox").fill("kurd")
    page.get_by_role("search").get_by_role("button").click()
    expect(page.locator(".site-languages a")).to_have_text(["کوردی (سۆرانی)", "Kurdî (Kurmancî)"])
    if scripts:
        assert_accessible(page)
    page.get_by_role("searchbox").fill("klingon")
    page.get_by_role("search").get_by_role("button").click()
    expect(page.locator("p[role=status]")).to_contain_text("999")


def test_reading_aloud_uses_the_devices_own_voice_or_says_that_there_is_none(visit: Visit) -> None:
    page = visit("/ur/")
    page.locator("#listen").click()
    words = page.locator("#listen").get_attribute("data-none") or ""
    started = page.locator("#listen").get_attribute("aria-pressed") == "true"
    assert started or words == page.locator("#listen-status").inner_text()


def test_a_draft_says_so_and_english_is_one_tap_away(visit: Visit) -> None:
    page = visit("/pl/")
    page.locator(".site-draft a").click()
    page.wait_for_url("**/en/")
    assert page.locator(".site-draft").count() == 0


def test_the_chat_answers_and_keeps_the_keyboard_in_the_box(visit: Visit) -> None:
    page = visit("/chat")
    page.keyboard.press("Tab")
    page.get_by_role("textbox").focus()
    page.keyboard.type(WORRY)
    page.keyboard.press("Enter")
    page.locator(".chat-message--bot").first.wait_for()
    assert page.locator(".chat-message--resident").inner_text().endswith(WORRY)
    expect(page.get_by_role("textbox")).to_be_focused()
    expect(page.get_by_role("textbox")).to_have_value("")
    log = page.get_by_role("log")
    expect(log).to_contain_text("Computer")
    assert log.get_by_role("link", name="999").first.get_attribute("href") == "tel:999"


def test_a_choice_is_a_button(visit: Visit) -> None:
    page = visit("/chat")
    say(page, WORRY)
    answer = page.locator("#answers button").first
    answer.wait_for()
    before = bot_lines(page)
    answer.click()
    page.locator(".chat-log .chat-message--bot").nth(before).wait_for()
    expect(page.get_by_role("textbox")).to_be_focused()


def test_everything_works_without_scripts(visit: Visit, live_server: str, exit_url: str) -> None:
    page = visit("/", scripts=False)
    page.locator(".site-start").click()
    assert page.url == f"{live_server}/chat"
    say(page, WORRY)
    assert page.url == f"{live_server}/chat#latest"
    assert bot_lines(page) >= 1
    before = bot_lines(page)
    page.locator("#answers button").first.click()
    assert bot_lines(page) > before
    page.locator("#exit button").click()
    assert page.url == exit_url
    assert page.context.cookies() == []


def test_an_empty_message_gets_a_clear_word_without_scripts(visit: Visit) -> None:
    page = visit("/chat", scripts=False)
    say(page, "   ")
    assert page.locator(".govuk-error-summary").inner_text().strip().startswith("There is a problem")
    assert page.get_by_role("textbox").get_attribute("aria-invalid") == "true"


def test_words_stay_in_the_box_when_the_network_fails(visit: Visit) -> None:
    page = visit("/chat")
    # Aborting would be logged by the browser as an error, as it should be; a failing fetch is what the page sees.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')) }")
    say(page, WORRY)
    expect(page.locator("#box-problem")).to_contain_text("999")
    expect(page.get_by_role("textbox")).to_have_value(WORRY)


def test_a_chat_that_ended_gives_the_words_back(visit: Visit) -> None:
    page = visit("/chat")
    page.context.clear_cookies()
    page.get_by_role("textbox").fill(WORRY)
    page.locator("#send").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    expect(page.get_by_role("textbox")).to_have_value(WORRY)
    page.locator("#send").click()
    page.locator(".chat-message--bot").first.wait_for()


@pytest.mark.parametrize("how", ["button", "shift"])
def test_leaving_fast_leaves_no_way_back(visit: Visit, live_server: str, exit_url: str, how: str) -> None:
    page = visit("/", before="about:blank")
    page.locator(".site-start").click()
    page.wait_for_url("**/chat")
    say(page, WORRY)
    page.locator(".chat-message--bot").first.wait_for()
    # about:blank and one page of ours, however many were read.
    assert page.evaluate("history.length") == 2
    if how == "button":
        page.get_by_role("button", name="Exit this page").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(exit_url)
    page.wait_for_timeout(300)
    assert page.context.cookies() == []
    page.go_back()
    assert page.url == "about:blank"
    page.goto(f"{live_server}/chat")
    assert bot_lines(page) == 0


def test_nothing_is_asked_of_any_other_site(visit: Visit, live_server: str) -> None:
    page = visit("/chat")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    say(page, WORRY)
    page.locator(".chat-message--bot").first.wait_for()
    assert asked
    assert [url for url in asked if not url.startswith(live_server)] == []


def test_the_browser_keeps_one_cookie_and_nothing_else(visit: Visit) -> None:
    page = visit("/chat")
    say(page, WORRY)
    page.locator(".chat-message--bot").first.wait_for()
    cookies = page.context.cookies()
    assert [(c["name"], c["httpOnly"], c["expires"]) for c in cookies] == [("chat", True, -1)]
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_tall_letters_are_not_cut_off(visit: Visit) -> None:
    page = visit("/ur/", language="ur")
    link = page.locator(".site-languages a[hreflang=en]").first
    assert link.inner_text() == "English"
    page.goto(page.url.replace("/ur/", "/en/"))
    name = page.locator("a[lang=ur]").first
    height, size = name.evaluate("e => [e.getBoundingClientRect().height, parseFloat(getComputedStyle(e).fontSize)]")
    assert height >= 2 * size


def test_the_title_and_address_say_nothing(visit: Visit) -> None:
    page = visit("/chat?language=en")
    assert page.title() == "Information"
    assert page.url.endswith("/chat")
