"""Writing to a resident, calls for a person, and texts that failed."""

import dataclasses
import uuid
from datetime import timedelta

import pytest

from bot.store.models import OutboundMessage
from bot.usecases import correspondence
from bot.usecases.services import Services, Wake
from tests.conftest import StillClock
from tests.functional.staff_console import (
    Case,
    add_outbound,
    as_staff,
    call_person,
    hidden,
    make_case,
    make_person,
    post,
    signed_in,
)


@dataclasses.dataclass(frozen=True)
class Sent:
    """A row of the outbox, with its words opened."""

    row: OutboundMessage
    words: str


def sent(console: Services, case: Case) -> list[Sent]:
    with console.store.reading() as uow:
        _, outbound = uow.conversations.history(case.conversation_id)
        return [Sent(row, row.body or "") for row in outbound]


def mark() -> str:
    return str(uuid.uuid4())


@pytest.mark.parametrize(
    ("channel", "address", "state"),
    [("sms", "+447700900123", "queued"), ("whatsapp", "whatsapp:+447700900123", "queued"), ("web", "t", "shown")],
)
def test_a_message_goes_into_the_outbox_introduced_in_the_resident_s_language(
    console: Services, channel: str, address: str, state: str
) -> None:
    case = make_case(console, channel=channel, address=address, language="ur")
    client, page = signed_in(console, make_person(console, "amina", "reviewer")), f"/staff/concerns/{case.concern_id}"
    words = "کیا آپ کل بات کر سکتے ہیں؟"
    status, shown = post(client, f"{page}/message", page, message=words, sending=mark())
    assert status == 200
    assert words in shown
    (message,) = sent(console, case)
    row, expected = message.row, console.say("utter_from_team", "ur", message=words)
    assert (row.sender, row.key, row.state) == ("staff", "staff_message", state)
    assert (message.words, row.language) == (expected.text, expected.language)


def test_the_outbox_is_woken_after_the_commit(console: Services) -> None:
    rung: list[int] = []
    case = make_case(console)
    wake = Wake(outbox=lambda: rung.append(len(sent(console, case))))
    listening = dataclasses.replace(console, wake=wake)
    amina = as_staff(console, make_person(console, "amina", "reviewer"))
    correspondence.write(listening, amina, case.conversation_id, "Hello.", mark(), False)
    assert rung == [1]


def test_a_form_sent_twice_is_one_message(console: Services) -> None:
    case = make_case(console)
    client, page = signed_in(console, make_person(console, "amina", "reviewer")), f"/staff/concerns/{case.concern_id}"
    sending = hidden(client.get(page).text, "sending")
    for _ in range(2):
        assert post(client, f"{page}/message", page, message="Hello.", sending=sending)[0] == 200
    assert len(sent(console, case)) == 1


@pytest.mark.parametrize(
    ("may_reply", "opted_out", "left", "says"),
    [
        ("no", False, False, "nobody may write to them"),
        ("yes", True, False, "stopped all messages"),
        ("yes", False, True, "left the chat"),
    ],
)
def test_nobody_is_written_to_against_their_wish(
    console: Services, may_reply: str, opted_out: bool, left: bool, says: str
) -> None:
    case = make_case(console)
    client, page = signed_in(console, make_person(console, "amina", "reviewer")), f"/staff/concerns/{case.concern_id}"
    sending = hidden(client.get(page).text, "sending")
    with console.store.unit() as uow:
        conversation = uow.conversations.get(case.conversation_id)
        conversation.resident.may_reply = may_reply
        conversation.resident.opted_out_at = console.clock() if opted_out else None
        conversation.left_at = console.clock() if left else None
        uow.commit()
    fields = {"message": "Hello.", "sending": sending, "safe_now": "yes"}
    status, shown = post(client, f"{page}/message", page, **fields)
    assert status == 400
    assert says in shown
    assert sent(console, case) == []


@pytest.mark.parametrize("may_reply", ["times", None])
def test_unless_any_time_is_right_somebody_says_that_this_one_is(console: Services, may_reply: str | None) -> None:
    case = make_case(console, may_reply=may_reply)
    client, page = signed_in(console, make_person(console, "amina", "reviewer")), f"/staff/concerns/{case.concern_id}"
    status, shown = post(client, f"{page}/message", page, message="Hello there.", sending=mark())
    assert status == 400
    assert "Hello there." in shown
    assert sent(console, case) == []
    post(client, f"{page}/message", page, message="Hello there.", sending=mark(), safe_now="yes")
    assert len(sent(console, case)) == 1


@pytest.mark.parametrize("words", ["", "  \n", "x" * 1_001])
def test_an_empty_or_endless_message_is_not_sent(console: Services, words: str) -> None:
    case = make_case(console)
    client, page = signed_in(console, make_person(console, "amina", "reviewer")), f"/staff/concerns/{case.concern_id}"
    assert post(client, f"{page}/message", page, message=words, sending=mark())[0] == 400
    assert sent(console, case) == []


def test_braces_in_a_message_are_only_braces(console: Services) -> None:
    case = make_case(console)
    amina = as_staff(console, make_person(console, "amina", "reviewer"))
    correspondence.write(console, amina, case.conversation_id, "See {message} {n999}", mark(), False)
    assert sent(console, case)[0].words.endswith("See {message} {n999}")


def test_a_conversation_without_a_concern_can_be_read_answered_and_settled(console: Services) -> None:
    with console.store.unit() as uow:
        conversation = uow.conversations.open("sms", "+447700900999", console.clock())
        conversation.needs_person_at = console.clock()
        add_outbound(uow, conversation, "Please ring someone.", at=console.clock())
        uow.commit()
    client = signed_in(console, make_person(console, "amina", "reviewer"))
    page = f"/staff/conversations/{conversation.id}"
    assert page in client.get("/staff/").text
    shown = client.get(page).text
    assert "Please ring someone." in shown
    fields = {"message": "We are here.", "sending": hidden(shown, "sending"), "safe_now": "yes"}
    assert "We are here." in post(client, f"{page}/message", page, **fields)[1]
    assert "Waiting for somebody" in post(client, f"{page}/done", page, since=hidden(shown, "since"))[1]
    assert page not in client.get("/staff/").text
    with console.store.reading() as uow:
        done = [e.action for e in uow.staff.records(50) if e.object_id == conversation.id]
    assert done[:2] == ["conversation_done", "conversation_read"]


def test_a_newer_call_is_not_settled_by_an_older_page(console: Services, clock: StillClock) -> None:
    case = make_case(console)
    call_person(console, case)
    client, page = signed_in(console, make_person(console, "amina", "reviewer")), f"/staff/concerns/{case.concern_id}"
    since = hidden(client.get(page).text, "since")
    clock.forward(minutes=1)
    call_person(console, case)
    path = f"/staff/conversations/{case.conversation_id}/done"
    assert "Something new came" in post(client, path, page, since=since)[1]
    assert f"/staff/concerns/{case.concern_id}" in client.get("/staff/").text


@pytest.fixture
def failed(console: Services) -> tuple[Case, str]:
    case = make_case(console)
    with console.store.unit() as uow:
        conversation = uow.conversations.get(case.conversation_id)
        conversation.needs_person_at = console.clock()
        row = add_outbound(uow, conversation, "Hello.", at=console.clock(), state="failed", error="30003")
        row.provider_id, row.attempts, row.sent_at = "SM1", 10, console.clock()
        uow.commit()
        return case, row.id


def test_a_failed_text_is_seen_and_tried_again(console: Services, failed: tuple[Case, str]) -> None:
    case, message_id = failed
    client = signed_in(console, make_person(console, "amina", "reviewer"))
    assert "1 text could not be delivered" in client.get("/staff/").text
    shown = client.get("/staff/failed").text
    assert "the phone was off" in shown
    assert "Hello." not in shown
    assert "No text has failed" in post(client, f"/staff/failed/{message_id}", "/staff/failed")[1]
    row = sent(console, case)[0].row
    assert (row.state, row.attempts, row.provider_id, row.error) == ("queued", 0, None, None)
    with console.store.unit() as uow:
        claimed = uow.outbox.claim(console.clock(), LEASE)
    assert claimed is not None
    assert claimed.id == message_id


LEASE = timedelta(minutes=1)


def test_a_text_of_yesterday_is_not_sent_again(console: Services, failed: tuple[Case, str], clock: StillClock) -> None:
    clock.forward(hours=25)
    client = signed_in(console, make_person(console, "amina", "reviewer"))
    assert "more than a day old" in post(client, f"/staff/failed/{failed[1]}", "/staff/failed")[1]
    assert sent(console, failed[0])[0].row.state == "failed"
