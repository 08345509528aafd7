"""The link that works once, the password, the authenticator; and the accounts that begin so."""

import pyotp
import pytest
from starlette.testclient import TestClient

from bot.errors import NotAllowed, NotFound
from bot.usecases import sign_in, staff_accounts
from bot.usecases.services import Services
from tests.conftest import StillClock
from tests.functional.staff_console import PASSWORD, browser, make_person, post, signed_in


def choose(client: TestClient, token: str, password: str = PASSWORD, again: str = "") -> "tuple[int, str]":
    path = f"/staff/first/{token}"
    return post(client, path, path, password=password, again=again or password)


def secret_on(page: str) -> str:
    start = page.index('class="staff-key">') + len('class="staff-key">')
    return page[start : page.index("<", start)].replace(" ", "")


def test_the_first_account_is_an_administrator_who_can_do_everything(console: Services) -> None:
    token = staff_accounts.first_sign_in(console)
    assert token is not None
    client = browser(console)
    page = choose(client, token)[1]
    assert "Set up your authenticator" in page
    picture = client.get("/staff/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert b"style=" not in picture.content
    code = pyotp.TOTP(secret_on(page)).at(console.clock())
    page = post(client, "/staff/enrol", "/staff/enrol", code=code)[1]
    assert "Waiting for somebody" in page
    assert "Accounts" in page
    assert client.get("/staff/qr.svg", follow_redirects=False).status_code == 303, "the secret is shown no more"


def test_each_start_makes_a_new_link_until_somebody_has_a_password(console: Services) -> None:
    first, second = staff_accounts.first_sign_in(console), staff_accounts.first_sign_in(console)
    assert first is not None
    assert second is not None
    assert sign_in.invited(console, first) is None
    assert sign_in.choose_password(console, second, PASSWORD) is not None
    assert staff_accounts.first_sign_in(console) is None


def test_a_link_works_once(console: Services) -> None:
    token = staff_accounts.add(console, "amina", "Amina", "reviewer")
    choose(browser(console), token)
    assert browser(console).get(f"/staff/first/{token}").status_code == 404
    assert sign_in.choose_password(console, token, "another long password") is None


def test_a_link_runs_out_after_a_day(console: Services, clock: StillClock) -> None:
    token = staff_accounts.add(console, "amina", "Amina", "reviewer")
    clock.forward(hours=23, minutes=59)
    assert browser(console).get(f"/staff/first/{token}").status_code == 200
    clock.forward(minutes=2)
    assert browser(console).get(f"/staff/first/{token}").status_code == 404
    assert sign_in.choose_password(console, token, PASSWORD) is None


def test_a_password_without_an_authenticator_opens_nothing_once_the_day_is_over(
    console: Services, clock: StillClock
) -> None:
    token = staff_accounts.add(console, "amina", "Amina", "reviewer")
    choose(browser(console), token)
    assert staff_accounts.everyone(console)[0].state == "enrolling"
    again = sign_in.with_password(console, "amina", PASSWORD)
    assert again is not None
    assert sign_in.who(console, again).step == "enrol"  # type: ignore[union-attr]
    clock.forward(hours=24)
    assert sign_in.with_password(console, "amina", PASSWORD) is None


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "", "at least 12"),
        ("Birmingham2026!", "", "first passwords somebody would try"),
        ("amina-amina-amina", "", "first passwords somebody would try"),
        (PASSWORD, "purple kettle marching", "not the same"),
        ("x" * 500, "", "up to 200"),
    ],
)
def test_a_bad_password_is_explained_and_the_link_stays_good(
    console: Services, password: str, again: str, says: str
) -> None:
    token = staff_accounts.add(console, "amina", "Amina", "reviewer")
    client = browser(console)
    status, page = choose(client, token, password, again)
    assert status == 400
    assert says in page
    assert password not in page
    assert "Set up your authenticator" in choose(client, token)[1]


def test_a_wrong_code_does_not_finish_the_setting_up(console: Services) -> None:
    token = staff_accounts.add(console, "amina", "Amina", "reviewer")
    client = browser(console)
    choose(client, token)
    status, page = post(client, "/staff/enrol", "/staff/enrol", code="000000")
    assert status == 400
    assert "not the code" in page
    assert "Set up your authenticator" in client.get("/staff/").text


def test_only_the_hash_of_a_link_is_kept(console: Services) -> None:
    token = staff_accounts.add(console, "amina", "Amina", "reviewer")
    with console.store.reading() as uow:
        member = uow.staff.named("amina")
    assert member is not None
    assert member.first_token_hash == staff_accounts.hash_of(token) != token


@pytest.mark.parametrize(
    ("username", "name", "role", "wrong"),
    [
        ("", "A", "reviewer", "username"),
        ("Sue Khan", "A", "reviewer", "username"),
        ("sue/khan", "A", "reviewer", "username"),
        ("sue", " ", "reviewer", "name"),
        ("sue", "Sue", "boss", "role"),
        ("AMINA", "Amina", "reviewer", "taken"),
    ],
)
def test_accounts_that_cannot_be(console: Services, username: str, name: str, role: str, wrong: str) -> None:
    staff_accounts.add(console, "amina", "Amina", "reviewer")
    assert staff_accounts.fault(console, username, name, role) == wrong
    with pytest.raises(NotAllowed):
        staff_accounts.add(console, username, name, role)


def test_the_last_who_manages_accounts_cannot_be_disabled(console: Services) -> None:
    make_person(console, "amina", "administrator")
    with pytest.raises(NotAllowed):
        staff_accounts.disable(console, "amina")
    make_person(console, "bella", "administrator")
    staff_accounts.disable(console, "amina")
    with pytest.raises(NotFound):
        staff_accounts.reset(console, "nobody")


def test_an_administrator_adds_resets_and_disables_on_the_page(console: Services) -> None:
    client = signed_in(console, make_person(console, "amina", "administrator"))
    page = "/staff/accounts"
    _, shown = post(client, page, page, username="sue.khan", name="Sue Khan", role="reviewer")
    token = secret_on(shown).rsplit("/", 1)[-1]
    assert sign_in.invited(console, token) == "sue.khan"
    assert token not in client.get(page).text, "the link is shown once"
    post(client, f"{page}/sue.khan/reset", page)
    assert sign_in.invited(console, token) is None
    shown = post(client, f"{page}/sue.khan/disable", page)[1]
    assert "disabled" in shown
    assert "last account" in post(client, f"{page}/amina/disable", page)[1]
    assert "already" in post(client, page, page, username="amina", name="A", role="reviewer")[1]
