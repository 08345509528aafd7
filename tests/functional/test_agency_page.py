"""The page behind an agency's link: neutral until a code from the same mailbox is typed, then form and answer."""

import io
from collections.abc import Iterator

import pypdf
import pytest
from starlette.testclient import TestClient

from bot.usecases import refer
from bot.usecases.services import Services
from tests.functional.staff_console import STORY, app_over, form_token
from tests.standins.referral_world import ReferralWorld, referral_world


@pytest.fixture
def world(console: Services) -> Iterator[ReferralWorld]:
    with referral_world(console) as made:
        yield made


@pytest.fixture
def browser(world: ReferralWorld) -> TestClient:
    return new_browser(world)


def new_browser(world: ReferralWorld) -> TestClient:
    return TestClient(app_over(world.services), base_url="https://bot.example")


def link_of(world: ReferralWorld, number: int = 0) -> str:
    return f"/referral/{world.token(number)}"


def send(browser: TestClient, page: str, to: str = "", **fields: str) -> tuple[int, str]:
    """Send the form that stands on a page, as somebody there would."""
    token = form_token(browser.get(page).text)
    answer = browser.post(to or page, data={"form_token": token, **fields})
    return answer.status_code, answer.text


def opened(browser: TestClient, world: ReferralWorld) -> str:
    """The link of a referral that this browser has opened with a code."""
    world.sent()
    link = link_of(world)
    send(browser, link)
    world.post_all()
    status, page = send(browser, f"{link}/code", code=world.code())
    assert status == 200
    assert STORY in page
    return link


def test_the_way_of_a_referral_from_the_mail_to_the_answer(browser: TestClient, world: ReferralWorld) -> None:
    referral_id = world.sent()
    link = link_of(world)
    front = browser.get(link).text
    assert world.case.reference[:4] in front
    status, page = send(browser, link)
    assert status == 200
    assert "If this link may get a code" in page
    world.post_all()
    assert len(world.server.letters) == 2
    assert {letter["To"] for letter in world.server.letters} == {"mash@agency.example"}
    status, page = send(browser, f"{link}/code", code=world.code())
    assert status == 200
    assert STORY in page
    assert "He is always hungry." in page
    assert "+447700900123" not in page
    status, page = send(browser, f"{link}/form", status="accepted", reason="We visit today.")
    assert status == 200
    assert "Thank you. We have your answer." in page
    assert "We visit today." in page
    assert world.row(referral_id).status == "accepted"
    assert ("agency:csc_birmingham", "referral_accepted") in world.audited(referral_id)
    status, page = send(browser, f"{link}/form", status="done")
    assert "answered for good" in page
    assert world.row(referral_id).status == "done"


@pytest.mark.parametrize("path", ["", "/code", "/form", "/form.pdf"])
def test_before_the_code_no_page_says_a_word_of_the_concern(
    browser: TestClient, world: ReferralWorld, path: str
) -> None:
    world.sent()
    page = browser.get(link_of(world) + path).text
    for word in (STORY, "hungry", "Neglect", "Sparkhill", "Birmingham", "neighbour", "Amina", "csc_", "child is"):
        assert word not in page


def test_looking_changes_nothing_however_often(browser: TestClient, world: ReferralWorld) -> None:
    referral_id = world.sent()
    link = link_of(world)

    def state() -> object:
        row = world.row(referral_id)
        seen = (row.status, row.code_hash, row.codes_sent, row.code_tries, row.session_hash, row.link_until)
        return seen, len(world.mails()), world.audited(referral_id)

    before = state()
    for path in ("", "/code", "/form", "/form.pdf", "/leave", "/nothing"):
        for method in ("GET", "HEAD"):
            browser.request(method, link + path)
    assert state() == before


def test_every_page_is_kept_by_nobody(browser: TestClient, world: ReferralWorld) -> None:
    link = opened(browser, world)
    for path in ("", "/code", "/form", "/form.pdf"):
        headers = browser.get(link + path).headers
        assert headers["cache-control"] == "no-store", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["x-robots-tag"] == "noindex", path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "'unsafe-inline'" not in headers["content-security-policy"], path


def test_the_session_stays_under_its_link_and_ends(browser: TestClient, world: ReferralWorld) -> None:
    world.sent()
    link = link_of(world)
    send(browser, link)
    world.post_all()
    token = form_token(browser.get(f"{link}/code").text)
    data = {"form_token": token, "code": world.code()}
    answer = browser.post(f"{link}/code", data=data, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__secure-referral=")
    for part in ("httponly", "samesite=strict", "secure", f"path={link.lower()}", "max-age=1800"):
        assert part in cookie
    world.clock.forward(minutes=31)
    answer = browser.get(f"{link}/form")
    assert answer.status_code == 403
    assert STORY not in answer.text
    assert "enter a code" in answer.text


def test_an_answer_that_comes_too_late_is_given_back(browser: TestClient, world: ReferralWorld) -> None:
    link = opened(browser, world)
    token = form_token(browser.get(f"{link}/form").text)
    world.clock.forward(minutes=31)
    data = {"form_token": token, "status": "declined", "reason": "He lives in Sandwell now."}
    answer = browser.post(f"{link}/form", data=data)
    assert answer.status_code == 403
    assert "He lives in Sandwell now." in answer.text
    assert STORY not in answer.text


def test_a_wrong_code_opens_nothing_and_five_kill_it(browser: TestClient, world: ReferralWorld) -> None:
    world.sent()
    link = link_of(world)
    send(browser, link)
    world.post_all()
    right = world.code()
    wrong = "000 000" if right != "000 000" else "111 111"
    for given in ("", wrong, "x" * 500, "１２３ ４５６", wrong):
        status, page = send(browser, f"{link}/code", code=given)
        assert status == 403
        assert "That did not work" in page
        assert STORY not in page
    assert send(browser, f"{link}/code", code=right)[0] == 403


def test_a_code_opens_only_its_own_referral(browser: TestClient, world: ReferralWorld) -> None:
    link = opened(browser, world)
    world.sent()
    other = link_of(world, 2)
    assert other != link
    assert browser.get(f"{other}/form").status_code == 403
    assert browser.get(f"{link}/form").status_code == 200
    assert new_browser(world).get(f"{link}/form").status_code == 403


def test_declining_needs_a_reason_and_the_rest_stays_typed(browser: TestClient, world: ReferralWorld) -> None:
    link = opened(browser, world)
    status, page = send(browser, f"{link}/form", status="declined", reason=" ")
    assert status == 400
    assert "Say why it is declined" in page
    assert 'value="declined" checked' in page
    status, page = send(browser, f"{link}/form", reason="We have nobody.")
    assert status == 400
    assert "We have nobody." in page
    status, page = send(browser, f"{link}/form", status="withdrawn", reason="x")
    assert status == 400, "only staff withdraw"


def test_a_wish_for_the_paper_gives_a_pdf(browser: TestClient, world: ReferralWorld) -> None:
    link = opened(browser, world)
    answer = browser.get(f"{link}/form.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert STORY in " ".join(" ".join(page.extract_text() for page in pages).split())


def test_closing_the_referral_closes_it_in_this_browser(browser: TestClient, world: ReferralWorld) -> None:
    link = opened(browser, world)
    copied = dict(browser.cookies)
    status, page = send(browser, f"{link}/form", f"{link}/leave")
    assert status == 200
    assert "Send me a code" in page
    assert browser.get(f"{link}/form").status_code == 403
    thief = new_browser(world)
    cookies = "; ".join(f"{name}={value}" for name, value in copied.items())
    assert "__Secure-referral=" in cookies
    assert thief.get(f"{link}/form", headers={"Cookie": cookies}).status_code == 403, "it is over on the server too"


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "a" * 5000, "%27%20or%201", "A" * 43 + "%0d%0aSet-Cookie:x=y"])
@pytest.mark.parametrize("path", ["", "/code", "/form", "/form.pdf"])
def test_an_unknown_link_gets_one_neutral_page(
    browser: TestClient, world: ReferralWorld, token: str, path: str
) -> None:
    answer = browser.get(f"/referral/{token}{path}")
    assert answer.status_code == 404
    assert "does not open anything" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_link_that_has_run_out_or_was_withdrawn_looks_like_an_unknown_one(
    browser: TestClient, world: ReferralWorld
) -> None:
    link = opened(browser, world)
    unknown = browser.get("/referral/x").text
    refer.record(world.services, world.staff, world.mails()[0].referral_id, "withdrawn", "By mistake.")
    assert browser.get(f"{link}/form").text == unknown
    world.sent()
    later = link_of(world, 2)
    assert browser.get(later).status_code == 200
    world.clock.forward(days=15)
    assert browser.get(later).text == unknown


@pytest.mark.parametrize("path", ["", "/code", "/form", "/leave"])
def test_a_form_that_is_not_ours_does_nothing(browser: TestClient, world: ReferralWorld, path: str) -> None:
    link = opened(browser, world)
    token = form_token(browser.get(link).text)
    stranger = form_token(new_browser(world).get(link).text)
    fields = {"status": "declined", "reason": "x", "code": "123456"}
    mails, row = len(world.mails()), world.row(world.mails()[0].referral_id)
    for given, headers in (
        ("", {}),
        (stranger, {}),
        (token, {"Sec-Fetch-Site": "cross-site"}),
        (token, {"Origin": "https://elsewhere.example"}),
    ):
        answer = browser.post(link + path, data={"form_token": given, **fields}, headers=headers)
        assert answer.status_code == 403
    assert len(world.mails()) == mails
    assert world.row(row.id).status == row.status
    assert browser.get(f"{link}/form").status_code == 200


def test_pressing_the_button_again_sends_one_mail(browser: TestClient, world: ReferralWorld) -> None:
    world.sent()
    link = link_of(world)
    for _ in range(3):
        send(browser, link)
    world.post_all()
    assert len(world.server.letters) == 2


def test_opening_the_link_again_from_the_mailbox_leaves_a_half_written_answer_alone(
    browser: TestClient, world: ReferralWorld
) -> None:
    """A mail program on another site sends no strict cookies along, and a new one would spoil the form's token."""
    world.sent()
    cookies = browser.get(link_of(world)).headers.get_list("set-cookie")
    assert [c.split("=")[0] for c in cookies] == ["__Secure-referral_form"]
    assert "samesite=lax" in cookies[0].lower()
