"""The directory's page: numbers that failed residents reach a supervisor and stay loud until somebody has rung them."""

import dataclasses
import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from bot.directory.choose import Directory
from bot.store.columns import new_id
from bot.store.models import NumberReport
from bot.usecases import upkeep
from bot.usecases.services import Services
from tests.conftest import StillClock
from tests.functional.staff_console import STORY, Case, make_case, make_person, post, signed_in

PAGE = "/staff/directory"
SETTLE = "/staff/directory/reports"


@pytest.fixture
def sven(console: Services) -> TestClient:
    return signed_in(console, make_person(console, "sven", "supervisor"))


@pytest.fixture
def rita(console: Services) -> TestClient:
    return signed_in(console, make_person(console, "rita", "reviewer"))


def tell(console: Services, *agencies: str, address: str = "+447700900123") -> tuple[str, Case]:
    """A resident says that a number did not work; the report's id, and where they said so."""
    case = make_case(console, address=address)
    with console.store.unit() as uow:
        report = NumberReport(
            id=new_id(), conversation_id=case.conversation_id, agencies=list(agencies), created_at=console.clock()
        )
        uow.session.add(report)
        uow.commit()
        return report.id, case


def a_week_later(console: Services, clock: StillClock) -> TestClient:
    """A supervisor after the day on which the records were checked; the test's clock begins before it."""
    clock.forward(days=7)
    return signed_in(console, make_person(console, "sven", "supervisor"))


def changed(console: Services, **records: dict[str, object]) -> Services:
    """The same console with some records of the directory changed."""
    agencies = {a.id: a.model_copy(update=records.get(a.id, {})) for a in console.directory.agencies.values()}
    return dataclasses.replace(console, directory=Directory(agencies, console.directory.holidays))


def settle(client: TestClient, about: str, *reports: str, outcome: str = "works", note: str = "") -> tuple[int, str]:
    token = re.findall(r'name="form_token" value="([^"]+)"', client.get(PAGE).text)[0]
    data = {"form_token": token, "about": about, f"outcome-{about}": outcome, f"note-{about}": note}
    answer = client.post(SETTLE, data={**data, "report": list(reports)})
    return answer.status_code, answer.text


def section(page: str, start: str, end: str) -> str:
    return page.split(f'id="{start}"')[1].split(f'id="{end}"')[0]


def test_a_report_is_on_the_queue_and_on_every_page_until_it_is_settled(console: Services, sven: TestClient) -> None:
    report, case = tell(console, "csc_birmingham", "edt_birmingham")
    for path in ("/staff/", "/staff/closed", f"/staff/concerns/{case.concern_id}"):
        assert 'staff-nav__count">1 to do<' in sven.get(path).text, path
    queue = sven.get("/staff/").text
    assert "a number we gave them does not work" in queue
    page = sven.get(PAGE).text
    about = section(page, "about-csc_birmingham", "due")
    assert "0121 303 1888" in about
    assert "0121 675 4806" in about, "it may have been the other one"
    assert f'href="/staff/conversations/{case.conversation_id}"' in about
    assert "Directory (1 to do)" in page
    assert "The reports are settled" in settle(sven, "csc_birmingham", report, note="Rang at 9, they answered.")[1]
    assert "Nobody has reported a number" in sven.get(PAGE).text
    assert "staff-nav__count" not in sven.get("/staff/").text
    with console.store.reading() as uow:
        assert [entry.action for entry in uow.staff.records(50)].count("number_report_settled") == 1


def test_a_reviewer_alone_on_duty_is_told_to_fetch_a_supervisor(console: Services, rita: TestClient) -> None:
    assert "supervisor, who can see which" not in rita.get("/staff/").text
    tell(console, "csc_walsall")
    page = rita.get("/staff/").text
    assert "supervisor, who can see which" in page
    assert PAGE not in page


def test_several_people_about_one_number_stand_together_and_first(console: Services, sven: TestClient) -> None:
    ids = [tell(console, "nspcc", address=f"+44770090012{n}")[0] for n in range(2)]
    newest, _ = tell(console, "csc_dudley", address="+447700900130")
    nobody, _ = tell(console, address="+447700900131")
    page = sven.get(PAGE).text
    order = re.findall(r'<section class="staff-report([^"]*)" aria-labelledby="about-(\w+)"', page)
    assert order == [(" staff-report--grave", "nspcc"), ("", "unknown"), ("", "csc_dudley")]
    assert "2 people say so" in section(page, "about-nspcc", "about-unknown")
    settle(sven, "nspcc", *ids)
    assert [r.id for g in upkeep.board(console).groups for r in g.reports] == [nobody, newest]


@pytest.mark.parametrize("keystone", ["police_999", "police_101", "childline"])
def test_what_everything_is_built_around_is_grave_at_the_first_report(console: Services, keystone: str) -> None:
    tell(console, "nspcc")
    tell(console, "nspcc", address="+447700900124")
    tell(console, keystone, address="+447700900125")
    assert [(group.id, group.grave) for group in upkeep.board(console).groups] == [(keystone, True), ("nspcc", True)]


def test_what_came_after_the_page_was_made_stays_open(console: Services, sven: TestClient) -> None:
    seen, _ = tell(console, "nspcc")
    later, _ = tell(console, "nspcc", address="+447700900124")
    settle(sven, "nspcc", seen)
    assert [r.id for g in upkeep.board(console).groups for r in g.reports] == [later]


def test_a_form_without_an_outcome_gives_the_note_back(console: Services, sven: TestClient) -> None:
    report, _ = tell(console, "nspcc")
    status, page = settle(sven, "nspcc", report, outcome="", note="It rang <b>out</b>.")
    assert status == 400
    assert 'href="#outcome-nspcc"' in page
    assert "It rang &lt;b&gt;out&lt;/b&gt;." in page
    assert upkeep.count(console).reports == 1


def test_settling_twice_or_without_reports_says_so(console: Services, sven: TestClient) -> None:
    report, _ = tell(console, "nspcc")
    settle(sven, "nspcc", report)
    assert settle(sven, "nspcc", report)[0] == 409
    assert settle(sven, "nspcc", "no-such-report")[0] == 409
    assert settle(sven, "nspcc")[0] == 409


def test_a_number_found_wrong_stays_loud_until_it_is_taken_out(console: Services, clock: StillClock) -> None:
    sven = a_week_later(console, clock)
    report, _ = tell(console, "nspcc")
    settle(sven, "nspcc", report, outcome="wrong")
    assert upkeep.count(console).wrong == 1
    page = sven.get(PAGE).text
    assert "bot directory withhold nspcc --by NAME --because TEXT" in section(page, "wrong", "due")
    assert "found wrong is still given out" in sven.get("/staff/").text
    assert upkeep.count(changed(console, nspcc={"publish": False})).wrong == 0
    same_day, next_day = date(2026, 11, 24), date(2026, 11, 25)
    assert upkeep.count(changed(console, nspcc={"checked_on": same_day})).wrong == 1
    assert upkeep.count(changed(console, nspcc={"checked_on": next_day})).wrong == 0


def test_a_later_call_that_was_answered_ends_the_alarm(console: Services, clock: StillClock) -> None:
    sven = a_week_later(console, clock)
    first, _ = tell(console, "nspcc")
    second, _ = tell(console, "nspcc", address="+447700900124")
    settle(sven, "nspcc", first, outcome="wrong")
    settle(sven, "nspcc", second, outcome="works")
    assert upkeep.count(console).wrong == 0


def test_a_record_outside_the_directory_can_still_be_settled(console: Services, sven: TestClient) -> None:
    report, _ = tell(console, "gone_since")
    assert "gone_since" in sven.get(PAGE).text
    assert settle(sven, "gone_since", report, outcome="wrong")[0] == 200
    assert upkeep.count(console).all == 0


def test_overdue_numbers_are_counted_and_the_command_that_confirms_is_shown(
    console: Services, sven: TestClient, clock: StillClock
) -> None:
    due = section(sven.get(PAGE).text, "due", "gaps")
    assert "Nothing has to be done" in due
    clock.forward(days=(date(2027, 2, 10) - date(2026, 11, 17)).days)
    sven = signed_in(console, make_person(console, "sue", "supervisor"))
    assert "is to be rung again by 20 Feb 2027" in section(sven.get(PAGE).text, "due", "gaps")
    assert upkeep.count(console).overdue == 0
    clock.forward(days=11)
    sven = signed_in(console, make_person(console, "sal", "supervisor"))
    page = sven.get(PAGE).text
    assert "bot directory confirm csc_birmingham --by NAME" in section(page, "due", "gaps")
    assert upkeep.count(console).overdue == sum(a.publish for a in console.directory.agencies.values())
    assert "should have been rung again by now" in sven.get("/staff/").text


def test_what_is_withheld_says_why_and_how_to_confirm_it_but_never_what_is_not_for_residents(
    console: Services, sven: TestClient
) -> None:
    withheld = section(sven.get(PAGE).text, "withheld", "records")
    for agency in console.directory.agencies.values():
        row = withheld.split(f"<code>{agency.id}</code>")
        assert (len(row) == 2) is not agency.publish, agency.id
        if not agency.publish:
            confirms = f"bot directory confirm {agency.id} " in row[1].split("</tr>")[0]
            assert confirms is not agency.not_for_residents, agency.id
    assert "the number was seen on a hospital page only" in withheld


def test_every_record_is_there_with_number_source_and_both_dates(console: Services, sven: TestClient) -> None:
    records = sven.get(PAGE).text.split('id="records"')[1]
    for agency in console.directory.agencies.values():
        row = records.split(f"<code>{agency.id}</code>")[1].split("</tr>")[0]
        if agency.phone:
            assert f'href="tel:{agency.phone.dial}"' in row
        assert "20 Nov 2026" in row
        assert "20 Feb 2027" in row
        assert agency.source[0].split("'")[0].split('"')[0].split("&")[0] in row


def test_the_page_holds_no_word_of_a_resident(console: Services, sven: TestClient) -> None:
    tell(console, "nspcc")
    page = sven.get(PAGE).text
    assert STORY not in page
    assert "Sparkhill" not in page


def test_a_settled_report_needs_a_form_of_this_session(console: Services, sven: TestClient) -> None:
    report, _ = tell(console, "nspcc")
    assert post(sven, SETTLE, report=report, about="nspcc")[0] == 400
    assert sven.post(SETTLE, data={"report": report}).status_code == 403
    assert upkeep.count(console).reports == 1
