"""The agency's way in: a link, a code from the same mailbox, and half an hour to read and answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.safeguarding.referral import CODE_TRIES, CODES_A_DAY
from bot.usecases import refer, referral_link
from bot.usecases.referral_form import Words
from bot.usecases.review import Problem
from tests.functional.staff_console import STORY, make_case, resident_adds
from tests.standins.referral_world import AGENCY, ReferralWorld


@pytest.fixture
def token(world: ReferralWorld) -> str:
    """The link of a referral that was mailed."""
    world.sent()
    return world.token()


def wrong(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**6:06d}"


def test_the_whole_way_from_the_mail_to_the_answer(world: ReferralWorld) -> None:
    made = world.sent(words=Words("He is always hungry.", known="Two brothers.", rung="999"))
    token = world.token()
    door = referral_link.door(world.services, token)
    assert door is not None
    assert (door.agency, door.status) == (world.services.directory.agencies[AGENCY].name, "sent")
    session = world.entered(token)
    form = referral_link.read(world.services, token, session)
    assert form is not None
    assert form == refer.form(world.services, world.staff, made)
    assert dict(form.story)["story"] == STORY
    assert form.words.known == "Two brothers."
    assert [message.text for message in form.messages] == [STORY]
    assert "900123" not in str(form), "the telephone number of whoever reported stays with us"
    assert referral_link.answer(world.services, token, session, "acknowledged", "") is None
    assert referral_link.answer(world.services, token, session, "accepted", "We visit today.") is None
    assert referral_link.answer(world.services, token, session, "done", "") is None
    row = world.listed(made)
    assert (row.status, row.due_at, row.late) == ("done", None, False)
    assert world.kinds() == ["made", "sent", "acknowledged", "accepted", "done"]
    us, them = world.staff.actor, f"agency:{AGENCY}"
    assert [entry for entry in world.audited(made) if entry[0] != "mail"] == [
        (us, "referral_made"),
        (them, "referral_opened"),
        (them, "referral_read"),
        (us, "referral_read"),
        (them, "referral_acknowledged"),
        (them, "referral_accepted"),
        (them, "referral_done"),
    ]


def test_looking_at_the_link_changes_nothing(world: ReferralWorld, token: str) -> None:
    before = world.kinds(), len(world.mails())
    for _ in range(3):
        referral_link.door(world.services, token)
    assert (world.kinds(), len(world.mails())) == before


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 10_000, "\ud800" * 43, "é" * 43, "../" * 20])
def test_a_link_that_we_did_not_make_opens_nothing(world: ReferralWorld, token: str) -> None:
    world.sent()
    assert referral_link.door(world.services, token) is None
    referral_link.send_code(world.services, token)
    assert referral_link.enter(world.services, token, "123456") is None
    assert referral_link.read(world.services, token, "A" * 43) is None
    assert referral_link.answer(world.services, token, "A" * 43, "accepted", "") == Problem("referral_session")
    assert len(world.mails()) == 1


def test_a_code_works_once(world: ReferralWorld, token: str) -> None:
    referral_link.send_code(world.services, token)
    world.post_all()
    code = world.code()
    assert referral_link.enter(world.services, token, f" {code} ") is not None
    assert referral_link.enter(world.services, token, code) is None


def test_a_wrong_code_opens_nothing_and_the_fifth_kills_the_right_one(world: ReferralWorld, token: str) -> None:
    referral_link.send_code(world.services, token)
    world.post_all()
    for bad in ("", "abc", wrong(world.code()), world.code() + "0"):
        assert referral_link.enter(world.services, token, bad) is None
    assert referral_link.enter(world.services, token, wrong(world.code())) is None
    assert referral_link.enter(world.services, token, world.code()) is None


def test_guesses_at_once_are_each_counted(world: ReferralWorld, token: str) -> None:
    referral_link.send_code(world.services, token)
    world.post_all()
    right = world.code()
    guesses = [wrong(right)] * (CODE_TRIES + 3)
    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(lambda guess: referral_link.enter(world.services, token, guess), guesses))
    assert referral_link.enter(world.services, token, right) is None


def test_four_wrong_codes_leave_the_right_one_working(world: ReferralWorld, token: str) -> None:
    referral_link.send_code(world.services, token)
    world.post_all()
    for _ in range(CODE_TRIES - 1):
        referral_link.enter(world.services, token, wrong(world.code()))
    assert referral_link.enter(world.services, token, world.code()) is not None


def test_a_code_lives_a_quarter_of_an_hour(world: ReferralWorld, token: str) -> None:
    referral_link.send_code(world.services, token)
    world.post_all()
    world.clock.forward(minutes=15)
    assert referral_link.enter(world.services, token, world.code()) is None


def test_a_code_that_could_not_be_mailed_in_its_time_is_not_mailed_later(world: ReferralWorld, token: str) -> None:
    referral_link.send_code(world.services, token)
    world.clock.forward(minutes=16)
    world.post_all()
    assert len(world.server.letters) == 1
    assert {mail.body_sealed for mail in world.mails()} == {None}


def test_a_code_opens_only_its_own_referral(world: ReferralWorld, token: str) -> None:
    world.sent(case=make_case(world.services, address="+447700900124"))
    other = world.token(1)
    referral_link.send_code(world.services, other)
    referral_link.send_code(world.services, token)
    world.post_all()
    session = referral_link.enter(world.services, token, world.code())
    assert session is not None
    assert referral_link.enter(world.services, other, world.code()) is None
    assert referral_link.read(world.services, other, session) is None


def test_only_the_newest_code_works_and_pressing_twice_makes_one(world: ReferralWorld, token: str) -> None:
    for _ in range(3):
        referral_link.send_code(world.services, token)
    world.post_all()
    assert len(world.server.letters) == 2
    first = world.code()
    world.clock.forward(minutes=2)
    referral_link.send_code(world.services, token)
    world.post_all()
    assert world.code() != first or referral_link.enter(world.services, token, first) is not None
    assert referral_link.enter(world.services, token, world.code()) is not None


def test_there_are_five_codes_a_day(world: ReferralWorld, token: str) -> None:
    for _ in range(CODES_A_DAY + 3):
        referral_link.send_code(world.services, token)
        world.post_all()
        world.clock.forward(minutes=20)
    assert len(world.server.letters) == 1 + CODES_A_DAY
    world.clock.forward(days=1)
    referral_link.send_code(world.services, token)
    world.post_all()
    assert len(world.server.letters) == 2 + CODES_A_DAY
    assert referral_link.enter(world.services, token, world.code()) is not None


def test_a_session_lasts_half_an_hour(world: ReferralWorld, token: str) -> None:
    session = world.entered(token)
    world.clock.forward(minutes=29)
    assert referral_link.read(world.services, token, session) is not None
    world.clock.forward(minutes=1)
    assert referral_link.read(world.services, token, session) is None
    assert referral_link.answer(world.services, token, session, "accepted", "") == Problem("referral_session")


def test_the_link_lives_fourteen_days_and_a_chase_renews_it(world: ReferralWorld, token: str) -> None:
    world.clock.forward(days=13)
    assert world.chase_all() == 1
    world.post_all()
    assert world.token(1) == token, "a chase carries the same link"
    world.clock.forward(days=13, hours=23)
    assert referral_link.door(world.services, token) is not None
    world.clock.forward(hours=1)
    assert referral_link.door(world.services, token) is None
    referral_link.send_code(world.services, token)
    assert len(world.mails()) == 2


def test_a_withdrawn_referral_is_shut_at_once(world: ReferralWorld) -> None:
    made = world.sent()
    token = world.token()
    session = world.entered(token)
    assert refer.record(world.services, world.staff, made, "withdrawn", "Sent to the wrong desk.") is None
    assert referral_link.door(world.services, token) is None
    assert referral_link.read(world.services, token, session) is None
    assert referral_link.answer(world.services, token, session, "accepted", "") == Problem("referral_session")


@pytest.mark.parametrize("answer", ["declined", "done"])
def test_after_the_last_word_the_link_opens_for_one_more_day(world: ReferralWorld, token: str, answer: str) -> None:
    session = world.entered(token)
    assert referral_link.answer(world.services, token, session, answer, "Not ours.") is None
    assert referral_link.read(world.services, token, session) is not None, "they may still print it"
    world.clock.forward(hours=23)
    assert referral_link.door(world.services, token) is not None
    world.clock.forward(hours=2)
    assert referral_link.door(world.services, token) is None


def test_leaving_ends_the_session_and_only_the_one_who_is_in_can_leave(world: ReferralWorld) -> None:
    made = world.sent()
    token = world.token()
    session = world.entered(token)
    referral_link.leave(world.services, token, "A" * 43)
    assert referral_link.read(world.services, token, session) is not None
    referral_link.leave(world.services, token, session)
    assert referral_link.read(world.services, token, session) is None
    assert referral_link.answer(world.services, token, session, "accepted", "") == Problem("referral_session")
    referral_link.leave(world.services, token, session)
    assert [action for _, action in world.audited(made)].count("referral_left") == 1


def test_what_the_agency_may_answer(world: ReferralWorld, token: str) -> None:
    session = world.entered(token)

    def answer(status: str, reason: str = "") -> Problem | None:
        return referral_link.answer(world.services, token, session, status, reason)

    assert answer("declined", "  ") == Problem("empty_declined_reason", "reason")
    for status in ("withdrawn", "sent", "failed", "", "nonsense"):
        assert answer(status, "why") == Problem("choose_answer", "status")
    assert answer("accepted", "x" * 5_001) == Problem("too_long", "reason", {"limit": "5000"})
    assert answer("accepted") is None
    assert answer("accepted") is None, "pressed twice"
    assert world.kinds().count("accepted") == 1
    assert answer("acknowledged") == Problem("referral_status", "status")
    assert answer("declined", "Not in our area.") is None
    assert answer("accepted") == Problem("referral_status", "status")


def test_whoever_opens_the_link_has_had_the_mail(world: ReferralWorld) -> None:
    """The line broke after the server had the letter: we still think that it waits, and the agency reads it."""
    world.server.faults.append("drops after")
    made = world.sent()
    assert world.row(made).status == "waiting"
    token = world.token()
    session = world.entered(token)
    assert world.row(made).status == "sent"
    assert referral_link.answer(world.services, token, session, "accepted", "") is None
    world.post_all(rounds=2)
    assert len(world.server.letters) == 2, "the letter and the code: the repeat is not needed any more"
    assert world.row(made).status == "accepted"


def test_a_mail_that_was_given_up_and_yet_arrived_leaves_no_alarm(world: ReferralWorld) -> None:
    world.server.faults.append("drops after")
    made = world.sent()
    world.server.faults.append("refuses")
    world.post_all(rounds=2)
    assert (world.row(made).status, world.trouble()) == ("failed", "failed")
    session = world.entered(world.token())
    row = world.listed(made)
    assert (row.status, row.mail_error, world.trouble()) == ("sent", None, None)
    assert refer.try_again(world.services, world.staff, made) is None
    world.post_all()
    assert len(world.server.letters) == 2
    assert referral_link.answer(world.services, world.token(), session, "accepted", "") is None
    assert world.kinds() == ["made", "failed", "sent", "accepted"]


def test_what_comes_later_is_on_the_form(world: ReferralWorld, token: str) -> None:
    session = world.entered(token)
    resident_adds(world.services, world.case, "Today I saw a bruise.")
    form = referral_link.read(world.services, token, session)
    assert form is not None
    assert form.additions == ("Today I saw a bruise.",)
    assert [message.text for message in form.messages] == [STORY, "Today I saw a bruise."]


def test_only_hashes_of_link_code_and_session_are_kept(world: ReferralWorld) -> None:
    made = world.sent()
    token = world.token()
    referral_link.send_code(world.services, token)
    world.post_all()
    code = world.code().replace(" ", "")
    before = str(vars(world.row(made)))
    session = referral_link.enter(world.services, token, code)
    assert session is not None
    kept = before + str(vars(world.row(made)))
    assert not any(secret in kept for secret in (token, code, session))
