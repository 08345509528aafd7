"""The chase: one working day without a word, and it is asked again, once each day, by one process only."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from bot.directory.hours import LONDON
from bot.usecases import queue, refer, referral_link, review
from bot.usecases.chase import chase_one
from bot.usecases.referral_form import Words
from tests.functional.staff_console import as_staff, make_case, make_person
from tests.standins.mail_server import text_of
from tests.standins.referral_world import ReferralWorld


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize("route", ["email", "by_hand"])
@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ("2026-11-17 11:00", "2026-11-18 11:00"),
        ("2026-11-20 16:00", "2026-11-23 16:00"),
        ("2026-11-21 23:00", "2026-11-24 09:00"),
        ("2026-12-24 16:00", "2026-12-29 16:00"),
        ("2027-03-25 17:00", "2027-03-30 17:00"),
    ],
    ids=["weekday", "friday", "saturday", "christmas with its substitute day", "easter and summer time"],
)
def test_it_is_chased_one_working_day_after_it_was_sent(world: ReferralWorld, route: str, sent: str, due: str) -> None:
    world.clock.now = london(sent)
    made = world.sent(route=route)
    world.clock.now = london(due).replace(second=0) - (london("2026-01-01 00:01") - london("2026-01-01 00:00"))
    assert (world.chase_all(), world.trouble()) == (0, None)
    world.clock.forward(minutes=1, seconds=30)
    assert world.trouble() == "late", "late even while no chase has run"
    assert world.chase_all() == 1
    row = world.listed(made)
    assert (row.status, row.chases, row.late, world.trouble()) == ("sent", 1, True, "late")
    assert world.chase_all() == 0
    world.post_all()
    assert len(world.server.letters) == (2 if route == "email" else 0)
    assert world.kinds()[-1] == "chased"
    assert ("chase", "referral_chased") in world.audited(made)


def test_it_is_chased_every_working_day_until_there_is_a_word(world: ReferralWorld) -> None:
    world.clock.now = london("2026-11-19 10:00")
    made, days = world.sent(), []
    for _ in range(7 * 24):
        world.clock.forward(hours=1)
        if world.chase_all():
            days.append(f"{world.clock.now.astimezone(LONDON):%a}")
    assert days == ["Fri", "Mon", "Tue", "Wed", "Thu"]
    assert world.listed(made).chases == 5


@pytest.mark.parametrize("answer", ["accepted", "declined", "done", "withdrawn"])
def test_after_a_word_it_is_not_chased(world: ReferralWorld, answer: str) -> None:
    made = world.sent()
    assert refer.record(world.services, world.staff, made, answer, "They rang.") is None
    world.clock.forward(days=30)
    assert world.chase_all() == 0
    assert world.listed(made).late is False
    assert world.trouble() == ("declined" if answer == "declined" else None)


def test_received_is_not_decided_so_it_gets_loud_again_without_a_mail(world: ReferralWorld) -> None:
    world.clock.now = london("2026-11-20 16:00")
    made = world.sent()
    assert refer.record(world.services, world.staff, made, "acknowledged", "") is None
    world.clock.now = london("2026-11-23 15:59")
    assert (world.listed(made).late, world.trouble()) == (False, None)
    world.clock.now = london("2026-11-23 16:01")
    assert (world.listed(made).late, world.trouble()) == (True, "late")
    assert world.chase_all() == 0
    assert refer.record(world.services, world.staff, made, "accepted", "") is None
    assert (world.listed(made).late, world.trouble()) == (False, None)


def test_a_word_that_comes_while_a_chase_waits_stops_it(world: ReferralWorld) -> None:
    made = world.sent()
    world.clock.forward(days=2)
    world.chase_all()
    refer.record(world.services, world.staff, made, "acknowledged", "")
    world.post_all()
    assert len(world.server.letters) == 1
    assert [mail.state for mail in world.mails()] == ["sent", "dropped"]


def test_processes_at_once_chase_once(world: ReferralWorld) -> None:
    made = [world.sent() for _ in range(3)]
    world.clock.forward(days=2)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: [chase_one(world.services) for _ in range(6)], range(4)))
    assert [world.listed(referral_id).chases for referral_id in made] == [1, 1, 1]
    assert [mail.kind for mail in world.mails()].count("chase") == 3
    assert world.kinds().count("chased") == 3


def test_after_a_long_standstill_it_is_chased_once_and_not_for_every_day(world: ReferralWorld) -> None:
    made = world.sent()
    world.clock.forward(days=20)
    assert world.chase_all() == 1
    assert world.listed(made).chases == 1
    due = world.row(made).due_at
    assert due is not None
    assert due > world.clock()


def test_chases_do_not_pile_up_while_the_mail_server_is_away(world: ReferralWorld) -> None:
    made = world.sent()
    for _ in range(3):
        world.clock.forward(days=3)
        world.chase_all()
    assert world.listed(made).chases == 3
    assert [mail.kind for mail in world.mails()] == ["referral", "chase"]


def test_a_chase_that_is_refused_is_shown_and_can_be_tried_again(world: ReferralWorld) -> None:
    made = world.sent()
    world.clock.forward(days=2)
    world.chase_all()
    world.server.faults.append("refuses")
    world.post_all()
    row = world.listed(made)
    assert (row.status, row.mail_error, world.trouble()) == ("sent", "550", "failed")
    assert refer.try_again(world.services, world.staff, made) is None
    world.post_all()
    assert (world.listed(made).mail_error, world.trouble()) == (None, "late")
    assert "no answer" in text_of(world.server.letters[-1])


def test_without_mail_the_chase_is_a_call_for_staff(world: ReferralWorld) -> None:
    made = world.sent()
    world.services = dataclasses.replace(world.services, mail=None)
    world.clock.forward(days=2)
    assert world.chase_all() == 1
    assert (world.listed(made).chases, world.trouble(), len(world.mails())) == (1, "late", 1)


def test_one_that_does_not_open_does_not_stop_the_others(world: ReferralWorld) -> None:
    broken, whole = world.sent(), world.sent()
    with world.services.store.unit() as uow:
        uow.referrals.locked(broken).mailbox_sealed = b"\x01not ours"
        uow.commit()
    world.clock.forward(days=2)
    assert world.chase_all() == 2
    assert [world.listed(r).chases for r in (broken, whole)] == [1, 1]
    assert [mail.referral_id for mail in world.mails() if mail.kind == "chase"] == [whole]


def test_closing_the_concern_does_not_stop_the_chase_and_it_still_shows(world: ReferralWorld) -> None:
    made = world.sent()
    closed = review.close(world.services, world.staff, world.case.concern_id, "referred_social_care", "Sent.", 1)
    assert closed is None
    world.clock.forward(days=2)
    assert world.chase_all() == 1
    assert world.listed(made).chases == 1
    assert world.trouble() == "late"


class TestADecline:
    """A decline is loud until something is done about it."""

    def declined(self, world: ReferralWorld) -> str:
        made = world.sent()
        assert refer.record(world.services, world.staff, made, "declined", "Not our area.") is None
        assert world.trouble() == "declined"
        return made

    def test_a_note_alone_does_not_quieten_it(self, world: ReferralWorld) -> None:
        self.declined(world)
        review.note(world.services, world.staff, world.case.concern_id, "I have seen it.")
        world.clock.forward(days=9)
        assert world.trouble() == "declined"

    def test_another_referral_settles_it_unless_it_is_withdrawn(self, world: ReferralWorld) -> None:
        self.declined(world)
        second = world.sent(agency="edt_birmingham", route="by_hand")
        assert world.trouble() is None
        refer.record(world.services, world.staff, second, "withdrawn", "Wrong desk.")
        assert world.trouble() == "declined"

    def test_closing_the_concern_settles_it(self, world: ReferralWorld) -> None:
        self.declined(world)
        review.close(world.services, world.staff, world.case.concern_id, "no_action", "Seen by the school.", 1)
        assert world.trouble() is None

    def test_one_that_comes_after_the_closing_shows_until_somebody_writes_what_they_did(
        self, world: ReferralWorld
    ) -> None:
        made = world.sent()
        review.close(world.services, world.staff, world.case.concern_id, "referred_social_care", "Sent.", 1)
        refer.record(world.services, world.staff, made, "declined", "Not our area.")
        assert world.trouble() == "declined"
        review.note(world.services, world.staff, world.case.concern_id, "Rang the school.")
        assert world.trouble() is None

    def test_the_worst_of_several_is_shown_and_comes_first(self, world: ReferralWorld) -> None:
        late = make_case(world.services, urgency="emergency", address="+447700900321")
        world.sent(case=late, route="by_hand")
        self.declined(world)
        world.clock.forward(days=2)
        assert [(row.id, row.referral) for row in queue.board(world.services).referrals] == [
            (world.case.concern_id, "declined"),
            (late.concern_id, "late"),
        ]
        world.server.faults.append("refuses")
        world.sent(words=Words("Again."))
        assert (world.trouble(late), world.trouble()) == ("late", "failed"), "the later referral settles the decline"


def test_the_agency_s_decline_is_as_loud_as_one_by_telephone(world: ReferralWorld) -> None:
    world.sent()
    token = world.token()
    session = world.entered(token)
    assert referral_link.answer(world.services, token, session, "declined", "Threshold not met.") is None
    assert world.trouble() == "declined"
    bella = as_staff(world.services, make_person(world.services, "bella", "reviewer"))
    assert refer.of_concern(world.services, world.case.concern_id)[0].reason == "Threshold not met."
    assert refer.form(world.services, bella, world.listed(world.sent()).id).reason is None, "each has its own"
