"""A concern's page: refer it, follow what became of it, write down the answer, print the form."""

import io
import sys
from collections.abc import Iterator

import pypdf
import pytest
from starlette.testclient import TestClient

from bot.staff import pdf
from bot.usecases.services import Services
from tests.functional.staff_console import (
    STORY,
    URDU,
    Case,
    Person,
    app_over,
    hidden,
    make_case,
    make_person,
    post,
    session_for,
)
from tests.standins.referral_world import AGENCY, ReferralWorld, referral_world

FIELDS = {"agency": AGENCY, "route": "email", "worry": "He is starving.", "consent": "not_known", "told": "1"}


@pytest.fixture
def world(console: Services) -> Iterator[ReferralWorld]:
    with referral_world(console) as made:
        yield made


@pytest.fixture
def client(world: ReferralWorld) -> TestClient:
    return signed_in(world.services, world.amina)


def signed_in(services: Services, person: Person) -> TestClient:
    """A browser that reaches us over https, as links in mails do."""
    client = TestClient(app_over(services), base_url="https://bot.example")
    client.cookies.set("__Host-staff", session_for(services, person))
    return client


def page_of(case: Case) -> str:
    return f"/staff/concerns/{case.concern_id}"


def send(client: TestClient, case: Case, **fields: str) -> tuple[int, str]:
    """Fill in the form and send it, as the page gave it."""
    page = client.get(page_of(case)).text
    form = page[page.index("/refer") :]
    ours = {"sending": hidden(form, "sending"), "listed": hidden(form, "listed")}
    return post(client, f"{page_of(case)}/refer", page_of(case), **{**FIELDS, **ours, **fields})


def answered(client: TestClient, case: Case, referral_id: str, status: str, reason: str = "") -> tuple[int, str]:
    boxes = {f"status-{referral_id}": status, f"reason-{referral_id}": reason}
    return post(client, f"{page_of(case)}/referrals/{referral_id}/status", page_of(case), **boxes)


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_form_offers_the_fitting_agencies_first_with_their_numbers(
    client: TestClient, world: ReferralWorld
) -> None:
    page = client.get(page_of(world.case)).text
    fitting = page[page.index("Fits this concern") : page.index("</optgroup>")]
    assert "0121 303 1888" in fitting
    assert "(e-mail)" in fitting
    assert "Sandwell" not in fitting
    assert "Sandwell" in page, "every agency can be reached"


def test_a_referral_goes_out_by_mail_and_is_followed_on_the_page(client: TestClient, world: ReferralWorld) -> None:
    status, shown = send(client, world.case)
    assert status == 200
    assert "The referral is made" in shown
    assert "Waiting to be sent" in shown
    world.post_all()
    assert len(world.server.letters) == 1
    shown = client.get(page_of(world.case)).text
    assert "To be chased 18 Nov 2026" in shown
    assert "by Amina, by e-mail" in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"worry": " "}, "Say what you are worried about"),
        ({"agency": ""}, "Choose whom to refer it to"),
        ({"route": ""}, "Choose how it gets to them"),
        ({"consent": ""}, "Choose whether the family knows"),
        ({"agency": "csc_sandwell"}, "no mailbox"),
        ({"known": "word " * 1_100}, "too long"),
    ],
)
def test_a_form_with_something_missing_comes_back_with_the_typed_words(
    client: TestClient, world: ReferralWorld, fields: dict[str, str], words: str
) -> None:
    status, shown = send(client, world.case, **{"wanted": "Visit them today.", **fields})
    assert status == 400
    assert words in shown
    assert "Visit them today." in shown
    assert "has not been referred" in shown
    assert world.mails() == []


def test_a_grave_concern_asks_to_ring_first(client: TestClient, world: ReferralWorld) -> None:
    case = make_case(world.services, urgency="urgent", address="+447700900124")
    page = client.get(page_of(case)).text
    form = page[page.index('id="referrals"') :]
    assert form.index("Ring first") < form.index("Whom to refer it to")
    assert 'href="tel:' in form
    status, shown = send(client, case)
    assert status == 400
    assert "say whom you rang and when" in shown
    assert "The referral is made" in send(client, case, rung="999 at 14:20")[1]


def test_what_came_while_the_form_was_open_has_to_be_read_first(client: TestClient, world: ReferralWorld) -> None:
    status, shown = send(client, world.case, told="0")
    assert status == 409
    assert "Something new came" in shown
    assert "He is starving." in shown


def test_two_colleagues_at_once_do_not_refer_it_twice(client: TestClient, world: ReferralWorld) -> None:
    page = client.get(page_of(world.case)).text
    ours = {name: hidden(page[page.index("/refer") :], name) for name in ("sending", "listed")}
    world.referred()
    status, shown = post(client, f"{page_of(world.case)}/refer", page_of(world.case), **FIELDS, **ours)
    assert status == 409
    assert "Something new came" in shown
    assert "He is starving." in shown
    assert len(world.mails()) == 1


def test_the_form_says_when_agreement_is_not_waited_for(client: TestClient, world: ReferralWorld) -> None:
    page = client.get(page_of(world.case)).text
    assert "does not wait for anybody" in page
    assert 'aria-describedby="consent-hint"' in page
    assert "do not agree" in page


def test_what_was_received_and_not_decided_is_a_call_for_staff(client: TestClient, world: ReferralWorld) -> None:
    referral_id = world.sent()
    page = answered(client, world.case, referral_id, "acknowledged")[1]
    assert "Their decision is due 18 Nov 2026" in page
    world.clock.forward(days=2)
    client.cookies.set("__Host-staff", session_for(world.services, world.amina))
    assert "a working day has passed without a decision" in client.get(page_of(world.case)).text
    assert "Referral not answered or not decided" in client.get("/staff/").text
    answered(client, world.case, referral_id, "accepted")
    assert "without a decision" not in client.get(page_of(world.case)).text


def test_what_the_agency_says_is_written_down(client: TestClient, world: ReferralWorld) -> None:
    referral_id = world.sent()
    assert "Received" in answered(client, world.case, referral_id, "acknowledged")[1]
    status, shown = answered(client, world.case, referral_id, "declined", "")
    assert status == 400
    assert "Say why it is declined" in shown
    status, shown = answered(client, world.case, referral_id, "declined", "Not our area.")
    assert "They have declined" in shown
    assert "Not our area." in shown
    assert "Referral declined" in client.get("/staff/").text
    status, shown = answered(client, world.case, referral_id, "accepted")
    assert status == 400
    assert world.row(referral_id).status == "declined"


def test_a_problem_stands_at_the_referral_it_is_about(client: TestClient, world: ReferralWorld) -> None:
    first, second = world.sent(), world.sent(agency="police_101", route="by_hand")
    shown = answered(client, world.case, first, "withdrawn", "")[1]
    assert f'id="reason-{first}-error"' in shown
    assert f'id="reason-{second}-error"' not in shown


def test_a_referral_is_changed_only_from_its_own_concern(client: TestClient, world: ReferralWorld) -> None:
    referral_id = world.sent()
    other = make_case(world.services, address="+447700900124")
    assert answered(client, other, referral_id, "accepted")[0] == 404
    assert world.row(referral_id).status == "sent"


def test_a_mail_that_failed_is_loud_and_can_be_sent_again(client: TestClient, world: ReferralWorld) -> None:
    world.server.faults.append("refuses")
    referral_id = world.sent()
    shown = client.get(page_of(world.case)).text
    assert "did NOT get out: there is no such mailbox" in shown
    assert "Referral not delivered" in client.get("/staff/").text
    again = f"{page_of(world.case)}/referrals/{referral_id}/again"
    assert "The e-mail goes out again" in post(client, again, page_of(world.case))[1]
    world.post_all()
    assert world.row(referral_id).status == "sent"
    assert "did NOT get out" not in client.get(page_of(world.case)).text


def test_silence_is_loud_after_a_working_day(client: TestClient, world: ReferralWorld) -> None:
    world.sent()
    world.clock.forward(hours=25)
    client = signed_in(world.services, world.amina)
    assert "No answer after one working day" in client.get(page_of(world.case)).text
    assert "Referral not answered or" in client.get("/staff/").text


def test_a_closed_concern_still_shows_its_referrals_and_takes_no_new_one(
    client: TestClient, world: ReferralWorld
) -> None:
    world.sent()
    closing = {"told": "1", "outcome": "referred_social_care", "close_reason": "Handed over."}
    post(client, f"{page_of(world.case)}/close", page_of(world.case), **closing)
    page = client.get(page_of(world.case)).text
    assert "Birmingham" in page[page.index('id="referrals"') :]
    assert "/refer" not in page.replace("/referrals/", "")


def test_the_form_can_be_printed_and_the_reading_is_on_record(client: TestClient, world: ReferralWorld) -> None:
    referral_id = world.sent()
    answer = client.get(f"/staff/referrals/{referral_id}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    digits = world.case.reference.replace(" ", "")
    assert answer.headers["content-disposition"] == f'inline; filename="referral-{digits}.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    text = text_of(answer.content)
    assert STORY in text
    assert "He is always hungry." in text
    assert "+447700900123" not in text.replace(" ", "")
    assert (f"staff:{world.staff.staff_id}", "referral_read") in world.audited(referral_id)


def test_an_auditor_sees_no_referral(world: ReferralWorld) -> None:
    referral_id = world.sent()
    auditor = signed_in(world.services, make_person(world.services, "olu", "auditor"))
    assert auditor.get(f"/staff/referrals/{referral_id}.pdf").status_code == 403


@pytest.mark.parametrize("referral_id", ["nothing", "00000000-0000-4000-8000-000000000001", "%00", "%27%20or%201"])
def test_a_form_that_does_not_exist_is_not_found(client: TestClient, referral_id: str) -> None:
    assert client.get(f"/staff/referrals/{referral_id}.pdf").status_code == 404


def test_without_the_libraries_the_same_form_is_a_page_to_print(
    client: TestClient, world: ReferralWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(world.services, address="+447700900124", story=URDU, language="ur")
    referral_id = world.sent(case=case)
    # What `import weasyprint` does on a computer without Pango.
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    pdf._weasyprint.cache_clear()
    answer = client.get(f"/staff/referrals/{referral_id}.pdf")
    pdf._weasyprint.cache_clear()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "The service cannot make a PDF just now" in answer.text
    assert f'lang="ur" dir="rtl">{URDU}' in answer.text
    assert "Signature" in answer.text
