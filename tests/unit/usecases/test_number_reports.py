"""A number did not work: which one, on record once, settled once."""

import pytest

from bot.directory.choose import POLICE
from bot.errors import NotFound
from bot.store.models import AuditEntry
from bot.usecases import number_reports, staff_accounts
from bot.usecases.number_reports import Report
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn
from tests.conftest import StillClock
from tests.person import Person


def supervisor(services: Services) -> SignedIn:
    staff_accounts.add(services, "sue", "Sue", "supervisor")
    with services.store.reading() as uow:
        found = uow.staff.named("sue")
        assert found is not None
        return SignedIn("session", found.id, "sue", "Sue", "supervisor", "full", "token")


def reports(services: Services, *said: str, channel: str = "sms", address: str = "+447700900123") -> list[Report]:
    person = Person(services, address=address, channel=channel)
    for text in said:
        person.says(text)
    return number_reports.open_reports(services)


def agencies(services: Services, *said: str) -> list[str]:
    return [agency.id for agency in reports(services, *said)[-1].agencies]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("0121 303 1888 does not work", "csc_birmingham"),
        ("01213031888 does not work", "csc_birmingham"),
        ("+44 121 303 1888 does not work", "csc_birmingham"),
        ("0044 121-303-1888 does not work", "csc_birmingham"),
        ("the number ending 303 1888 does not work", "csc_birmingham"),
        ("the number ۰۱۲۱۳۰۳۱۸۸۸ does not work", "csc_birmingham"),
        ("nobody answers 101", POLICE),
        ("the childline number does not work", "childline"),
        ("the crimestoppers number is dead", "crimestoppers"),
    ],
)
def test_the_number_in_the_words_is_meant(services: Services, words: str, meant: str) -> None:
    assert agencies(services, words)[0] == meant


def test_without_a_number_it_is_one_of_those_told_last(services: Services) -> None:
    assert agencies(services, "who do i ring in walsall", "that number did not work")[0] == "csc_walsall"


def test_a_number_that_we_never_gave_is_on_record_all_the_same(services: Services) -> None:
    assert agencies(services, "the number 0121 496 0000 on your poster does not work") == []


def test_a_message_is_reported_once(services: Services) -> None:
    person = Person(services)
    person.says("that number did not work", provider_id="SM1")
    person.says("that number did not work", provider_id="SM1")
    assert len(number_reports.open_reports(services)) == 1


def test_beside_a_worry_it_is_on_record_and_the_worry_is_taken(services: Services) -> None:
    person = Person(services)
    keys = person.says("i rang the number and nobody answered. the boy next door is beaten with a belt every night")
    assert any(key.startswith("utter_ask_danger") or key.startswith("utter_emergency") for key in keys)
    assert len(number_reports.open_reports(services)) == 1


def test_reports_of_one_number_are_counted_together(services: Services) -> None:
    for place in range(3):
        found = reports(services, "nobody answers 101", address=f"+44770090012{place}")
    assert [r.reports for r in found] == [3, 3, 3]
    assert found[0].agencies[0].phone == "101"


def test_it_is_settled_once_and_leaves_the_list(services: Services, clock: StillClock) -> None:
    (report,) = reports(services, "nobody answers 101")
    sue = supervisor(services)
    assert number_reports.settle(services, sue, report.id, "works", "rang it at ten") is None
    assert number_reports.open_reports(services) == []
    again = number_reports.settle(services, sue, report.id, "wrong", "")
    assert again is not None
    assert again.key == "report_settled"
    with services.store.reading() as uow:
        kept = uow.number_reports.locked(report.id)
        assert kept is not None
        assert (kept.outcome, kept.note, kept.settled_by) == ("works", "rang it at ten", sue.staff_id)


def test_an_unknown_outcome_or_report_is_refused(services: Services) -> None:
    (report,) = reports(services, "nobody answers 101")
    sue = supervisor(services)
    problem = number_reports.settle(services, sue, report.id, "maybe", "")
    assert problem is not None
    assert problem.key == "choose_outcome"
    with pytest.raises(NotFound):
        number_reports.settle(services, sue, "nothing", "works", "")


def test_what_was_reported_comes_last_in_the_lists_that_follow(services: Services) -> None:
    person = Person(services, channel="web")
    person.says("0121 303 1888 does not work")
    person.says("who do i ring about a child in handsworth")
    assert person.text.index("NSPCC") < person.text.index("0121 303 1888")


def test_no_word_of_it_is_in_the_audit_log(services: Services) -> None:
    reports(services, "nobody answers 101")
    with services.store.reading() as uow:
        kept = [e for e in uow.session.query(AuditEntry) if e.action == "number_failed"]
    assert [(e.actor, e.object_kind, e.detail) for e in kept] == [("resident", "number_report", POLICE)]
