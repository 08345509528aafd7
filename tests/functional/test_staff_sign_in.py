"""Signing in: two factors, no hints, no guessing, and sessions that end."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.usecases import sign_in, staff_accounts
from bot.usecases.services import Services
from tests.conftest import StillClock
from tests.functional.staff_console import (
    PASSWORD,
    Person,
    browser,
    form_token,
    make_person,
    post,
    signed_in,
    signed_in_by_hand,
)


@pytest.fixture
def amina(console: Services) -> Person:
    return make_person(console, "amina", "reviewer")


def actions(console: Services) -> list[str]:
    """The audit log's actions, the oldest first."""
    with console.store.reading() as uow:
        return [entry.action for entry in reversed(uow.staff.records(500))]


def test_password_then_code_opens_the_queue(console: Services, amina: Person) -> None:
    client = browser(console)
    status, page = post(client, "/staff/sign-in", "/staff/sign-in", username=" Amina ", password=PASSWORD)
    assert status == 200
    assert "Enter your code" in page
    assert "Enter your code" in client.get("/staff/").text, "the password alone opens nothing"
    status, page = post(client, "/staff/sign-in/code", "/staff/sign-in/code", code=amina.code(console))
    assert "Waiting for somebody" in page
    assert actions(console)[-1] == "signed_in"


@pytest.mark.parametrize(
    ("username", "password"), [("amina", "not the password"), ("nobody", PASSWORD), ("", ""), ("amina", "")]
)
def test_every_refusal_reads_the_same(console: Services, amina: Person, username: str, password: str) -> None:
    wrong = post(browser(console), "/staff/sign-in", "/staff/sign-in", username="x", password="y")
    given = post(browser(console), "/staff/sign-in", "/staff/sign-in", username=username, password=password)
    assert given[0] == wrong[0] == 403
    assert _plain(given[1]) == _plain(wrong[1])
    assert actions(console)[-1] == "sign_in_failed"


def _plain(page: str) -> str:
    """The page without its token and without the username that was typed."""
    return re.sub(r' value="[^"]*"', "", page)


def test_what_was_typed_as_a_username_is_not_in_the_audit_log(console: Services) -> None:
    # People type their password into the wrong box.
    sign_in.with_password(console, "my secret password", "x")
    with console.store.reading() as uow:
        entry = uow.staff.records(1)[0]
    assert entry.object_id == "unknown"
    assert "secret" not in f"{entry.actor}{entry.detail}"


def test_a_code_works_once(console: Services, amina: Person, clock: StillClock) -> None:
    code = amina.code(console)
    for expected in (True, False):
        token = sign_in.with_password(console, "amina", PASSWORD)
        assert token is not None
        assert (sign_in.with_code(console, token, code) is not None) is expected


def test_a_code_used_twice_at_once_opens_one_session(console: Services, amina: Person) -> None:
    code, tokens = amina.code(console), [sign_in.with_password(console, "amina", PASSWORD) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda token: sign_in.with_code(console, token or "", code), tokens))
    assert sum(token is not None for token in opened) == 1


def test_guesses_at_once_are_all_counted(console: Services, amina: Person) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: sign_in.with_password(console, "amina", f"wrong wrong {n}"), range(5)))
    assert staff_accounts.everyone(console)[0].state == "locked"


@pytest.mark.parametrize(("seconds", "works"), [(0, True), (30, True), (-30, True), (75, False), (-75, False)])
def test_a_clock_may_be_one_step_wrong(
    console: Services, amina: Person, clock: StillClock, seconds: int, works: bool
) -> None:
    clock.forward(seconds=10)
    code = amina.code(console)
    clock.forward(seconds=seconds)
    token = sign_in.with_password(console, "amina", PASSWORD)
    assert token is not None
    assert (sign_in.with_code(console, token, code) is not None) is works


def test_five_failures_shut_the_account_for_a_quarter_of_an_hour_and_then_longer(
    console: Services, amina: Person, clock: StillClock
) -> None:
    for _ in range(5):
        sign_in.with_password(console, "amina", "wrong wrong wrong")
    assert sign_in.with_password(console, "amina", PASSWORD) is None
    assert staff_accounts.everyone(console)[0].state == "locked"
    clock.forward(minutes=14)
    assert sign_in.with_password(console, "amina", PASSWORD) is None
    clock.forward(minutes=1, seconds=1)
    assert sign_in.with_password(console, "amina", "wrong wrong wrong") is None
    clock.forward(minutes=16)
    assert sign_in.with_password(console, "amina", PASSWORD) is None, "the second lock is longer"
    clock.forward(minutes=15)
    assert sign_in.with_password(console, "amina", PASSWORD) is not None
    assert "account_locked" in actions(console)


def test_guesses_at_a_shut_account_do_not_keep_its_owner_out_longer(
    console: Services, amina: Person, clock: StillClock
) -> None:
    for _ in range(7):
        sign_in.with_password(console, "amina", "wrong wrong wrong")
    clock.forward(minutes=15, seconds=1)
    assert sign_in.with_password(console, "amina", PASSWORD) is not None


def test_wrong_codes_count_too_and_are_forgotten_after_both_factors_were_right(
    console: Services, amina: Person, clock: StillClock
) -> None:
    token = sign_in.with_password(console, "amina", PASSWORD)
    assert token is not None
    for _ in range(4):
        assert sign_in.with_code(console, token, "000000") is None
    # The right password alone must not wipe the count, or codes could be guessed for ever.
    token = sign_in.with_password(console, "amina", PASSWORD)
    assert token is not None
    assert sign_in.with_code(console, token, "000000") is None
    assert sign_in.with_code(console, token, amina.code(console)) is None
    clock.forward(minutes=16)
    signed_in_by_hand(console, amina)
    with console.store.reading() as uow:
        member = uow.staff.named("amina")
    assert member is not None
    assert (member.failures, member.locked_until) == (0, None)


def test_locks_double_up_to_four_hours() -> None:
    minutes = [lock / timedelta(minutes=1) if (lock := sign_in.lock_after(n)) else 0 for n in range(4, 13)]
    assert minutes == [0, 15, 30, 60, 120, 240, 240, 240, 240]


def test_a_session_ends_when_it_is_not_used(console: Services, amina: Person, clock: StillClock) -> None:
    client = signed_in(console, amina)
    for _ in range(3):
        clock.forward(minutes=29)
        assert "Waiting for somebody" in client.get("/staff/").text
    clock.forward(minutes=31)
    assert "Sign in" in client.get("/staff/").text


def test_the_queue_that_looks_again_by_itself_keeps_no_session_alive(
    console: Services, amina: Person, clock: StillClock
) -> None:
    client = signed_in(console, amina)
    for _ in range(4):
        clock.forward(minutes=8)
        answer = client.get("/staff/?by_clock", follow_redirects=False)
    assert answer.status_code == 303


def test_a_session_ends_after_ten_hours_of_work(console: Services, amina: Person, clock: StillClock) -> None:
    client = signed_in(console, amina)
    for _ in range(10 * 60 // 20 - 1):
        clock.forward(minutes=20)
        assert "Waiting for somebody" in client.get("/staff/").text
    clock.forward(minutes=20)
    assert "Sign in" in client.get("/staff/").text


def test_signing_out_ends_the_session_itself(console: Services, amina: Person) -> None:
    token = signed_in_by_hand(console, amina)
    client = browser(console)
    client.cookies.set("staff", token)
    post(client, "/staff/sign-out")
    thief = browser(console)
    thief.cookies.set("staff", token)
    assert "Sign in" in thief.get("/staff/").text
    assert actions(console)[-1] == "signed_out"


def test_the_session_is_a_new_one_after_each_step(console: Services, amina: Person) -> None:
    first = sign_in.with_password(console, "amina", PASSWORD)
    assert first is not None
    full = sign_in.with_code(console, first, amina.code(console))
    assert full not in (None, first)
    assert sign_in.who(console, first) is None


def test_no_token_stands_in_the_database(console: Services, amina: Person) -> None:
    token = signed_in_by_hand(console, amina)
    with console.store.reading() as uow:
        session = uow.staff.session(staff_accounts.hash_of(token))
    assert session is not None
    assert token not in (session.token_hash, session.csrf, session.id)


@pytest.mark.parametrize("end", [staff_accounts.disable, staff_accounts.reset])
def test_disabling_and_resetting_end_every_session(
    console: Services, amina: Person, end: Callable[[Services, str], object]
) -> None:
    clients = [signed_in(console, amina), signed_in(console, amina)]
    end(console, "amina")
    for client in clients:
        assert "Sign in" in client.get("/staff/").text
    assert sign_in.with_password(console, "amina", PASSWORD) is None


def test_the_cookie_is_strict_and_hidden_from_scripts(console: Services, amina: Person) -> None:
    client = browser(console)
    page = client.get("/staff/sign-in")
    fields = {"form_token": form_token(page.text), "username": "amina", "password": PASSWORD}
    answer = client.post("/staff/sign-in", data=fields, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("staff=")
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "expires" not in cookie.lower(), "it ends with the browser"
