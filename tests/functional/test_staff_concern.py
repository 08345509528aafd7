"""A concern's page, and what staff do on it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.store.models import Concern
from bot.usecases import case_file, review
from bot.usecases.services import Services
from tests.conftest import StillClock
from tests.functional.staff_console import (
    STORY,
    URDU,
    Case,
    add_inbound,
    add_outbound,
    as_staff,
    make_case,
    make_person,
    post,
    resident_adds,
    signed_in,
)


def concern(console: Services, case: Case) -> Concern:
    with console.store.reading() as uow:
        found = uow.concerns.get(case.concern_id)
    assert found is not None
    return found


def kinds(console: Services, case: Case) -> list[str]:
    with console.store.reading() as uow:
        return [event.kind for event in uow.concerns.timeline(case.concern_id)]


def audit(console: Services, case: Case) -> list[tuple[str, str]]:
    """Who did what with this concern, the oldest first."""
    with console.store.reading() as uow:
        entries = reversed(uow.staff.records(500))
        return [(entry.actor, entry.action) for entry in entries if entry.object_id == case.concern_id]


def test_the_page_shows_what_was_told_why_it_is_urgent_and_whom_to_ring(console: Services) -> None:
    case = make_case(console)
    page = signed_in(console, make_person(console, "amina", "reviewer")).get(f"/staff/concerns/{case.concern_id}").text
    assert STORY in page
    assert "It is a worry about somebody" in page
    assert "Birmingham" in page
    assert "0121 303 1888" in page, "Birmingham's desk, from the directory"
    assert "They said we may write at any time" in page
    assert "+447700900123" not in page, "the number is shown only when asked for"
    assert STORY not in page[: page.index("</title>")]


def test_each_message_stands_in_its_language_with_what_became_of_it(console: Services) -> None:
    case = make_case(console, story=URDU, language="ur")
    with console.store.unit() as uow:
        conversation = uow.conversations.get(case.conversation_id)
        inbound, _ = uow.conversations.history(conversation.id)
        answer = "کیا کوئی خطرے میں ہے؟"
        add_outbound(
            uow, conversation, answer, at=console.clock(), language="ur", in_reply_to=inbound[0].id,
            state="failed", error="30003",
        )  # fmt: skip
        add_inbound(uow, conversation, "nahi koi nahi", "ur-Latn", console.clock())
        uow.commit()
    page = signed_in(console, make_person(console, "amina", "reviewer")).get(f"/staff/concerns/{case.concern_id}").text
    assert f'lang="ur" dir="rtl"><bdi>{URDU}' in page
    assert f'lang="ur" dir="rtl"><bdi>{answer}' in page
    assert 'lang="ur-Latn" dir="ltr"><bdi>nahi koi nahi' in page
    assert "NOT delivered: the phone was off or out of reach" in page


def test_words_of_residents_are_text_and_never_markup(console: Services) -> None:
    case = make_case(console, story='<script>alert(1)</script><img src=x onerror="y">')
    page = signed_in(console, make_person(console, "amina", "reviewer")).get(f"/staff/concerns/{case.concern_id}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_every_reading_is_on_record(console: Services) -> None:
    case, amina = make_case(console), make_person(console, "amina", "reviewer")
    client = signed_in(console, amina)
    client.get("/staff/")
    assert audit(console, case) == []
    client.get(f"/staff/concerns/{case.concern_id}")
    client.get(f"/staff/concerns/{case.concern_id}")
    assert audit(console, case) == [(f"staff:{amina.staff_id}", "concern_read")] * 2


def test_acknowledging_gives_it_an_owner_and_stops_the_clock(console: Services) -> None:
    case, amina = make_case(console), make_person(console, "amina", "reviewer")
    client, page = signed_in(console, amina), f"/staff/concerns/{case.concern_id}"
    status, shown = post(client, f"{page}/acknowledge", page, told="1")
    assert status == 200
    assert "Amina acknowledged this" in shown
    kept = concern(console, case)
    assert (kept.status, kept.acknowledged_by) == ("acknowledged", amina.staff_id)
    assert (f"staff:{amina.staff_id}", "concern_acknowledged") in audit(console, case)
    post(client, f"{page}/acknowledge", page, told="1")
    assert kinds(console, case).count("acknowledged") == 1, "pressed twice, it is one"


def test_the_second_who_acknowledges_is_told_who_was_first(console: Services) -> None:
    case = make_case(console)
    page = f"/staff/concerns/{case.concern_id}"
    first = signed_in(console, make_person(console, "amina", "reviewer"))
    second = signed_in(console, make_person(console, "bella", "reviewer"))
    post(first, f"{page}/acknowledge", page, told="1")
    status, shown = post(second, f"{page}/acknowledge", page, told="1")
    assert status == 409
    assert "Amina was first" in shown
    assert kinds(console, case) == ["submitted", "acknowledged"]


def test_of_many_who_acknowledge_at_once_one_is_first(console: Services) -> None:
    case = make_case(console)
    team = [as_staff(console, make_person(console, f"person{n}", "reviewer")) for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        problems = list(threads.map(lambda who: review.acknowledge(console, who, case.concern_id, 1), team))
    assert sorted(problem.key if problem else "" for problem in problems) == ["", "taken", "taken", "taken"]
    assert kinds(console, case) == ["submitted", "acknowledged"]


def test_what_came_while_somebody_read_has_to_be_read_first(console: Services) -> None:
    case, amina = make_case(console), as_staff(console, make_person(console, "amina", "supervisor"))
    told = case_file.open_concern(console, amina, case.concern_id).told
    resident_adds(console, case)
    problems = [
        review.acknowledge(console, amina, case.concern_id, told),
        review.close(console, amina, case.concern_id, "advice", "Done.", told),
    ]
    assert [problem.key for problem in problems if problem] == ["changed", "changed"]
    assert kinds(console, case) == ["submitted", "added"]


def test_new_words_after_the_acknowledgement_ask_for_somebody_again(console: Services, clock: StillClock) -> None:
    case = make_case(console)
    client = signed_in(console, make_person(console, "amina", "reviewer"))
    page = f"/staff/concerns/{case.concern_id}"
    post(client, f"{page}/acknowledge", page, told="1")
    assert "Nothing is waiting" in client.get("/staff/").text
    clock.forward(minutes=10)
    resident_adds(console, case)
    assert "New words" in client.get("/staff/").text
    post(client, f"{page}/acknowledge", page, told="2")
    assert "Nothing is waiting" in client.get("/staff/").text


def test_an_unfinished_concern_stays_open_to_the_one_who_tells_it(console: Services) -> None:
    case = make_case(console, status="unfinished", urgency="emergency")
    amina = as_staff(console, make_person(console, "amina", "reviewer"))
    assert review.acknowledge(console, amina, case.concern_id, 1) is None
    kept = concern(console, case)
    assert kept.status == "unfinished", "the dialogue still finds it and adds to it"
    assert kept.acknowledged_by == amina.staff_id


def test_a_note_is_seen_by_colleagues_and_kept_when_something_is_wrong(console: Services) -> None:
    case = make_case(console)
    client = signed_in(console, make_person(console, "amina", "reviewer"))
    page = f"/staff/concerns/{case.concern_id}"
    assert "Rang the school." in post(client, f"{page}/note", page, note="Rang the school.")[1]
    status, shown = post(client, f"{page}/note", page, note="word " * 1_500)
    assert status == 400
    assert "too long" in shown
    assert shown.count("word word") > 0, "what was typed is still in the box"
    assert kinds(console, case).count("note") == 1


def test_closing_needs_an_outcome_and_a_reason(console: Services) -> None:
    case = make_case(console)
    client = signed_in(console, make_person(console, "amina", "reviewer"))
    page = f"/staff/concerns/{case.concern_id}"
    assert "Choose an outcome" in post(client, f"{page}/close", page, told="1", close_reason="x")[1]
    assert "Say why" in post(client, f"{page}/close", page, told="1", outcome="advice", close_reason=" ")[1]
    fields = {"told": "1", "outcome": "referred_social_care", "close_reason": "Sandwell took it."}
    shown = post(client, f"{page}/close", page, **fields)[1]
    assert "Referred to social care" in shown
    assert "Sandwell took it." in shown
    kept = concern(console, case)
    assert kept.status == "closed"
    assert kept.closed_at is not None
    assert "This concern is closed" in post(client, f"{page}/acknowledge", page, told="1")[1]
    assert case.reference[:4] in client.get("/staff/closed").text


def test_urgency_can_be_raised_by_anybody_who_works_on_it(console: Services) -> None:
    case = make_case(console)
    client = signed_in(console, make_person(console, "amina", "reviewer"))
    page = f"/staff/concerns/{case.concern_id}"
    before = concern(console, case).due_at
    shown = post(client, f"{page}/urgency", page, level="emergency", urgency_reason="Knife seen.")[1]
    assert "Knife seen." in shown
    assert "Set by a member of staff" in shown
    kept = concern(console, case)
    assert kept.urgency == "emergency"
    assert kept.due_at < before


def test_the_number_is_shown_for_a_reason_that_stays(console: Services) -> None:
    case, sven = make_case(console), make_person(console, "sven", "supervisor")
    client, page = signed_in(console, sven), f"/staff/concerns/{case.concern_id}"
    assert "Say why" in post(client, f"{page}/number", page, number_reason="")[1]
    shown = post(client, f"{page}/number", page, number_reason="The police asked: life at risk.")[1]
    assert "+447700900123" in shown
    again = client.get(page).text
    assert "+447700900123" not in again
    assert "life at risk" in again
    assert (f"staff:{sven.staff_id}", "concern_number_shown") in audit(console, case)


def test_nothing_that_was_written_stands_in_the_audit_log(console: Services) -> None:
    case = make_case(console)
    client = signed_in(console, make_person(console, "sven", "supervisor"))
    page = f"/staff/concerns/{case.concern_id}"
    post(client, f"{page}/note", page, note="canary-note")
    post(client, f"{page}/message", page, message="canary-message", sending="00000000-0000-4000-8000-000000000001")
    post(client, f"{page}/number", page, number_reason="canary-number")
    post(client, f"{page}/close", page, told="1", outcome="advice", close_reason="canary-close")
    with console.store.reading() as uow:
        entries = uow.staff.records(500)
    assert not [e for e in entries if "canary" in f"{e.actor}{e.action}{e.object_id}{e.detail}"]


@pytest.mark.parametrize("path", ["concerns/nothing", "conversations/nothing", "concerns/%27%20or%201", "concerns/%00"])
def test_what_does_not_exist_is_not_found(console: Services, path: str) -> None:
    answer = signed_in(console, make_person(console, "amina", "reviewer")).get(f"/staff/{path}")
    assert answer.status_code == 404
    assert "We cannot find that" in answer.text


def test_a_line_that_does_not_open_hides_no_other(console: Services) -> None:
    case = make_case(console)
    with console.store.unit() as uow:
        inbound, _ = uow.conversations.history(case.conversation_id)
        # Moved from another row: right key, wrong place.
        inbound[0].body_sealed = console.store.sealer.seal("elsewhere", "inbound_messages.body.other")
        uow.commit()
    page = signed_in(console, make_person(console, "amina", "reviewer")).get(f"/staff/concerns/{case.concern_id}")
    assert page.status_code == 200
    assert "does not open with our keys" in page.text
    assert STORY in page.text, "the summary is sealed on its own"
