"""Every door of the console against everybody who may knock. The table is written out here on purpose."""

import pytest
from starlette.testclient import TestClient

from bot.safeguarding.permissions import ROLES
from bot.staff.guard import StaffDoor
from bot.staff.routes import routes
from bot.store.models import Referral
from bot.usecases.services import Services
from tests.functional.staff_console import (
    Case,
    add_outbound,
    browser,
    form_token,
    make_case,
    make_person,
    post,
    signed_in,
)

REVIEWING = {"reviewer", "supervisor", "administrator"}
LEADING = {"supervisor", "administrator"}
# Who gets in, for each door behind the sign-in.
WHO = {
    "GET /staff/": REVIEWING,
    "POST /staff/find": REVIEWING,
    "GET /staff/noted": REVIEWING,
    "GET /staff/closed": REVIEWING,
    "GET /staff/failed": REVIEWING,
    "POST /staff/failed/{id}": REVIEWING,
    "GET /staff/concerns/{id}": REVIEWING,
    "POST /staff/concerns/{id}/acknowledge": REVIEWING,
    "POST /staff/concerns/{id}/note": REVIEWING,
    "POST /staff/concerns/{id}/urgency": REVIEWING,
    "POST /staff/concerns/{id}/message": REVIEWING,
    "POST /staff/concerns/{id}/translate": REVIEWING,
    "POST /staff/concerns/{id}/number": LEADING,
    "POST /staff/concerns/{id}/close": REVIEWING,
    "POST /staff/concerns/{id}/refer": REVIEWING,
    "POST /staff/concerns/{id}/referrals/{referral}/status": REVIEWING,
    "POST /staff/concerns/{id}/referrals/{referral}/again": REVIEWING,
    "GET /staff/referrals/{id}.pdf": REVIEWING,
    "GET /staff/conversations/{id}": REVIEWING,
    "POST /staff/conversations/{id}/message": REVIEWING,
    "POST /staff/conversations/{id}/done": REVIEWING,
    "GET /staff/directory": LEADING,
    "POST /staff/directory/reports": LEADING,
    "GET /staff/audit": LEADING | {"auditor"},
    "GET /staff/accounts": {"administrator"},
    "POST /staff/accounts": {"administrator"},
    "POST /staff/accounts/{username}/reset": {"administrator"},
    "POST /staff/accounts/{username}/disable": {"administrator"},
    "POST /staff/sign-out": set(ROLES),
}
# Doors on the way in: nobody who has signed in needs them.
ON_THE_WAY = {
    "GET /staff/sign-in",
    "POST /staff/sign-in",
    "GET /staff/sign-in/code",
    "POST /staff/sign-in/code",
    "GET /staff/first/{token}",
    "POST /staff/first/{token}",
    "GET /staff/enrol",
    "POST /staff/enrol",
    "GET /staff/qr.svg",
}
FIELDS = {"told": "1", "note": "x", "level": "urgent", "urgency_reason": "x", "message": "x", "since": ""}
FIELDS |= {"number_reason": "x", "outcome": "advice", "close_reason": "x"}


def name_of(door: StaffDoor) -> str:
    method = "POST" if door.methods and "POST" in door.methods else "GET"
    return f"{method} {door.path}"


DOORS = [name_of(route) for route in routes if isinstance(route, StaffDoor)]


def test_the_table_names_every_door() -> None:
    assert sorted(DOORS) == sorted([*WHO, *ON_THE_WAY])


@pytest.fixture
def case(console: Services) -> Case:
    return make_case(console)


@pytest.fixture
def message_id(console: Services, case: Case) -> str:
    """Of a text that failed, and of a referral: one id for both serves every address."""
    sue = make_person(console, "referrer", "reviewer")
    with console.store.unit() as uow:
        conversation = uow.conversations.get(case.conversation_id)
        message = add_outbound(uow, conversation, "x", at=console.clock(), state="failed", error="30003")
        uow.session.flush()
        referral = Referral(id=message.id, concern_id=case.concern_id, agency_id="police_101", route="by_hand")
        referral.status, referral.created_at, referral.created_by = "sent", console.clock(), sue.staff_id
        uow.session.add(referral)
        referral.words = {"worry": "x"}
        uow.commit()
        return message.id


def address(door: str, case: Case, message_id: str) -> str:
    path = door.split(" ")[1].replace("{username}", "colleague").replace("{token}", "wrong")
    if "/conversations/" in path:
        return path.replace("{id}", case.conversation_id)
    path = path.replace("{referral}", message_id)
    return path.replace("{id}", message_id if "/failed/" in path or path.endswith(".pdf") else case.concern_id)


def knock(client: TestClient, door: str, path: str, fields: dict[str, str]) -> int:
    if door.startswith("GET"):
        return client.get(path, follow_redirects=False).status_code
    return client.post(path, data=fields, follow_redirects=False).status_code


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(
    console: Services, case: Case, message_id: str, role: str
) -> None:
    make_person(console, "colleague", "auditor")
    person = make_person(console, "knocker", role)
    found, expected = {}, {}
    client = signed_in(console, person)
    token = form_token(client.get("/staff/audit" if role == "auditor" else "/staff/").text)
    # Signing out comes last.
    for door, who in WHO.items():
        path = address(door, case, message_id)
        status = knock(client, door, path, {**FIELDS, "form_token": token, "reference": case.reference})
        found[door] = status not in (401, 403, 404) and not (door == "GET /staff/" and status == 303)
        expected[door] = role in who
    assert found == expected


def test_without_a_session_every_door_leads_to_the_sign_in(console: Services, case: Case, message_id: str) -> None:
    client = browser(console)
    for door in WHO:
        path = address(door, case, message_id)
        method = client.get if door.startswith("GET") else client.post
        answer = method(path, follow_redirects=False)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/staff/sign-in"), door


@pytest.mark.parametrize("given", ["", "0" * 64, "another session's"])
def test_no_form_without_the_session_s_token_changes_anything(
    console: Services, case: Case, message_id: str, given: str
) -> None:
    amina, sue = make_person(console, "amina", "administrator"), make_person(console, "sue", "reviewer")
    token = form_token(signed_in(console, sue).get("/staff/").text) if given.startswith("another") else given
    client = signed_in(console, amina)
    for door in WHO:
        if door.startswith("POST"):
            path = address(door, case, message_id)
            answer = client.post(path, data={"form_token": token, **FIELDS}, follow_redirects=False)
            assert answer.status_code == 403, door
    assert "Waiting for somebody" in client.get("/staff/").text, "the session goes on"
    with console.store.reading() as uow:
        assert [event.kind for event in uow.concerns.timeline(case.concern_id)] == ["submitted"]


def test_the_sign_in_form_is_bound_to_the_browser_that_asked_for_it(console: Services) -> None:
    token = form_token(browser(console).get("/staff/sign-in").text)
    other = browser(console)
    other.get("/staff/sign-in")
    answer = other.post("/staff/sign-in", data={"form_token": token, "username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "out of date" in answer.text


@pytest.mark.parametrize("header", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_from_another_site_is_refused_even_with_the_token(
    console: Services, case: Case, header: dict[str, str]
) -> None:
    client = signed_in(console, make_person(console, "amina", "reviewer"))
    token = form_token(client.get("/staff/").text)
    path = f"/staff/concerns/{case.concern_id}/note"
    answer = client.post(path, data={"form_token": token, "note": "x"}, headers=header)
    assert answer.status_code == 403


def test_every_page_forbids_keeping_and_embedding(console: Services, case: Case, message_id: str) -> None:
    client = signed_in(console, make_person(console, "amina", "administrator"))
    for door in [*WHO, *ON_THE_WAY]:
        if door.startswith("GET"):
            headers = client.get(address(door, case, message_id)).headers
            assert headers["cache-control"] == "no-store", door
            assert "frame-ancestors 'none'" in headers["content-security-policy"], door
            assert headers["referrer-policy"] == "no-referrer", door


def test_a_grave_concern_is_closed_or_quietened_by_a_supervisor(console: Services) -> None:
    case = make_case(console, urgency="urgent")
    reviewer = signed_in(console, make_person(console, "rita", "reviewer"))
    page = f"/staff/concerns/{case.concern_id}"
    closing = {"told": "1", "outcome": "advice", "close_reason": "Talked it through."}
    quieter = {"level": "note", "urgency_reason": "It is old."}
    assert "supervisor has to close" in post(reviewer, f"{page}/close", page, **closing)[1]
    assert "takes a supervisor" in post(reviewer, f"{page}/urgency", page, **quieter)[1]
    supervisor = signed_in(console, make_person(console, "sven", "supervisor"))
    assert "The concern is closed" in post(supervisor, f"{page}/close", page, **closing)[1]


def test_an_auditor_arrives_at_the_audit_log_and_sees_no_words(console: Services, case: Case) -> None:
    client = signed_in(console, make_person(console, "olu", "auditor"))
    page = client.get("/staff/").text
    assert "Audit log" in page
    assert "Queue" not in page
    assert "hungry" not in page
