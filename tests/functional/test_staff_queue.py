"""The queue: by urgency and age, late ones marked, nothing hidden, and no words."""

import re

import pytest
from starlette.testclient import TestClient

from bot.usecases import case_file, queue, review
from bot.usecases.services import Services
from tests.conftest import StillClock
from tests.functional.staff_console import (
    STORY,
    Person,
    add_inbound,
    add_outbound,
    as_staff,
    call_person,
    make_case,
    make_person,
    post,
    resident_adds,
    signed_in,
)


@pytest.fixture
def amina(console: Services) -> Person:
    return make_person(console, "amina", "reviewer")


@pytest.fixture
def client(console: Services, amina: Person) -> TestClient:
    return signed_in(console, amina)


def test_the_gravest_comes_first_and_then_the_oldest(console: Services, client: TestClient, clock: StillClock) -> None:
    made = []
    for number, urgency in enumerate(("concern", "note", "emergency", "concern", "urgent", "check")):
        made.append(make_case(console, urgency=urgency, address=f"+44770090000{number}").concern_id)
        clock.forward(minutes=1)
    order = [made[n] for n in (2, 5, 4, 0, 3, 1)]
    assert [row.id for row in queue.board(console).waiting] == order
    page = client.get("/staff/").text
    assert re.findall(r'href="/staff/concerns/([^"]+)"', page) == order


def test_late_ones_are_marked_and_counted(console: Services, client: TestClient, clock: StillClock) -> None:
    make_case(console, urgency="emergency")
    make_case(console, urgency="concern", address="+447700900124")
    clock.forward(minutes=14)
    assert queue.board(console).late == 0
    clock.forward(minutes=2)
    assert queue.board(console).late == 1
    page = client.get("/staff/").text
    assert page.count("Late by") == 1
    assert "<title>Queue (1 late)" in page


def test_nothing_that_a_resident_wrote_is_in_a_list(console: Services, client: TestClient) -> None:
    for status in ("submitted", "unfinished", "noted", "closed"):
        make_case(console, status=status, address=f"{status}")
    for path in ("", "noted", "closed", "failed"):
        page = client.get(f"/staff/{path}").text
        assert STORY not in page
        assert "Sparkhill" not in page, "the place in their words"


def test_acknowledged_ones_leave_the_waiting_list_and_name_their_owner(
    console: Services, client: TestClient, amina: Person
) -> None:
    case = make_case(console)
    review.acknowledge(console, as_staff(console, amina), case.concern_id, 1)
    board = queue.board(console)
    assert (len(board.waiting), len(board.taken)) == (0, 1)
    assert board.taken[0].acknowledged_by == "Amina"


@pytest.mark.parametrize("urgency", ["concern", "urgent"])
def test_the_clock_starts_anew_with_new_words(
    console: Services, amina: Person, clock: StillClock, urgency: str
) -> None:
    case = make_case(console, urgency=urgency)
    review.acknowledge(console, as_staff(console, amina), case.concern_id, 1)
    clock.forward(days=3)
    resident_adds(console, case)
    (row,) = queue.board(console).waiting
    assert row.news
    assert not row.late
    clock.forward(hours=25)
    assert queue.board(console).late == 1


def test_an_answer_to_staff_asks_for_them_again(console: Services, amina: Person, clock: StillClock) -> None:
    case = make_case(console)
    staff = as_staff(console, amina)
    review.acknowledge(console, staff, case.concern_id, 1)
    with console.store.unit() as uow:
        conversation = uow.conversations.get(case.conversation_id)
        add_inbound(uow, conversation, "thank you", "en", console.clock())
        uow.commit()
    assert queue.board(console).waiting == (), "small talk with the computer calls nobody"
    with console.store.unit() as uow:
        conversation = uow.conversations.get(case.conversation_id)
        add_outbound(uow, conversation, "How is she?", at=console.clock(), sender="staff")
        add_inbound(uow, conversation, "not well", "en", console.clock())
        uow.commit()
    assert [row.id for row in queue.board(console).waiting] == [case.concern_id]
    told = case_file.open_concern(console, staff, case.concern_id).told
    assert review.acknowledge(console, staff, case.concern_id, told) is None
    assert queue.board(console).waiting == ()


def test_a_call_for_a_person_stands_above_with_the_way_to_it(console: Services, client: TestClient) -> None:
    case = make_case(console)
    call_person(console, case)
    page = client.get("/staff/").text
    assert page.index("need a person") < page.index("Waiting for somebody")
    assert len(queue.board(console).callers) == 1
    shown = client.get(f"/staff/concerns/{case.concern_id}").text
    assert "has asked for a person" in shown


def test_noted_and_closed_ones_stay_within_reach(console: Services, client: TestClient) -> None:
    noted = make_case(console, status="noted", urgency="note")
    closed = make_case(console, status="closed", address="+447700900124")
    assert queue.board(console).waiting == ()
    assert noted.concern_id in client.get("/staff/noted").text
    assert closed.concern_id in client.get("/staff/closed").text
    page = f"/staff/concerns/{noted.concern_id}"
    assert "Amina acknowledged" in post(client, f"{page}/acknowledge", page, told="1")[1]


def test_a_concern_is_found_by_the_reference_that_a_resident_reads_out(console: Services, client: TestClient) -> None:
    case = make_case(console)
    spoken = "-".join(case.reference[i : i + 4] for i in range(0, 16, 4))
    assert STORY in post(client, "/staff/find", reference=f" {spoken} ")[1]
    wrong = case.reference[:-1] + str((int(case.reference[-1]) + 1) % 10)
    for text in (wrong, "", "hello"):
        status, page = post(client, "/staff/find", reference=text)
        assert status == 404
        assert "no concern with that reference" in page
