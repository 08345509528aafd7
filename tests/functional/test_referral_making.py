"""Making a referral: what it needs, whom it can go to, and what the agency is then told."""

import dataclasses

import pytest

from bot.errors import NotFound
from bot.usecases import case_file, refer, review
from bot.usecases.referral_form import CONSENTS, Words
from bot.usecases.review import Problem
from tests.functional.staff_console import URDU, add_inbound, make_case, resident_adds
from tests.standins.referral_world import AGENCY, WORDS, ReferralWorld


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ({"words": Words("  \u200b ")}, Problem("empty_worry", "worry")),
        ({"words": Words("x" * 5_001)}, Problem("too_long", "worry", {"limit": "5000"})),
        ({"words": Words("worry", done="x" * 5_001)}, Problem("too_long", "done", {"limit": "5000"})),
        ({"words": Words("worry", consent="perhaps")}, Problem("choose_consent", "consent")),
        ({"agency": "nobody"}, Problem("choose_agency", "agency")),
        ({"agency": ""}, Problem("choose_agency", "agency")),
        ({"route": "pigeon"}, Problem("choose_route", "route")),
        ({"sending": "1"}, Problem("form")),
        ({"told": 0}, Problem("changed")),
        ({"told": 2}, Problem("changed")),
        ({"listed": 1}, Problem("changed")),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(
    world: ReferralWorld, how: dict[str, object], problem: Problem
) -> None:
    assert world.refer(**how) == problem  # type: ignore[arg-type]
    assert refer.of_concern(world.services, world.case.concern_id) == []
    assert world.mails() == []


def test_an_agency_that_may_not_be_given_out_is_not_offered(world: ReferralWorld) -> None:
    withheld = [a.id for a in world.services.directory.agencies.values() if not a.publish]
    assert withheld
    offered = [choice.id for choice in refer.choices(world.services, world.case.concern_id)]
    assert set(offered) & set(withheld) == set()
    assert world.refer(agency=withheld[0], route="by_hand") == Problem("choose_agency", "agency")


@pytest.mark.parametrize("urgency", ["emergency", "check", "urgent"])
def test_for_danger_somebody_is_rung_first(world: ReferralWorld, urgency: str) -> None:
    case = make_case(world.services, urgency=urgency, address="+447700900222")
    for route in ("email", "by_hand"):
        unsaid = world.refer(case=case, route=route, words=Words("worry", rung=" "))
        assert unsaid == Problem("ring_first", "rung")
    assert isinstance(world.refer(case=case, words=WORDS), str)


@pytest.mark.parametrize("urgency", ["concern", "note", "information"])
def test_otherwise_a_referral_needs_no_call(world: ReferralWorld, urgency: str) -> None:
    case = make_case(world.services, urgency=urgency, address="+447700900222")
    assert isinstance(world.refer(case=case, words=Words("worry")), str)


def test_what_came_while_somebody_wrote_has_to_be_read_first(world: ReferralWorld) -> None:
    resident_adds(world.services, world.case)
    assert world.refer(told=1) == Problem("changed")
    assert isinstance(world.refer(told=2), str)


def test_a_closed_concern_and_one_that_is_only_noted_are_not_referred(world: ReferralWorld) -> None:
    noted = make_case(world.services, status="noted", urgency="note", address="+447700900222")
    assert world.refer(case=noted) == Problem("take_first")
    assert review.acknowledge(world.services, world.staff, noted.concern_id, 1) is None
    assert isinstance(world.refer(case=noted), str)
    review.close(world.services, world.staff, world.case.concern_id, "advice", "Done.", 1)
    assert world.refer() == Problem("closed")


def test_what_does_not_exist_is_not_found(world: ReferralWorld) -> None:
    with pytest.raises(NotFound):
        refer.refer(world.services, world.staff, "none", AGENCY, "by_hand", WORDS, refer.new_sending(), 1, 0)
    with pytest.raises(NotFound):
        refer.choices(world.services, "none")
    for act in (refer.form, refer.try_again):
        with pytest.raises(NotFound):
            act(world.services, world.staff, "none")
    with pytest.raises(NotFound):
        refer.record(world.services, world.staff, "none", "accepted", "")


def test_the_fitting_agencies_come_first_and_every_published_one_is_there(world: ReferralWorld) -> None:
    choices = refer.choices(world.services, world.case.concern_id)
    ids = [choice.id for choice in choices]
    assert ids[:2] == ["csc_birmingham", "edt_birmingham"]
    assert "police_101" in ids[:6]
    published = {a.id for a in world.services.directory.agencies.values() if a.publish}
    assert set(ids) == published
    assert len(ids) == len(published)
    assert [choice.id for choice in choices if choice.by_email] == [AGENCY]
    voluntary = [n for n, choice in enumerate(choices) if choice.kind == "voluntary"]
    theirs = [n for n, choice in enumerate(choices) if choice.id.endswith("_birmingham")]
    assert max(theirs) < min(voluntary)


def test_for_danger_the_police_come_first_and_for_an_adult_the_adults_team(world: ReferralWorld) -> None:
    grave = make_case(world.services, urgency="emergency", address="+447700900222")
    assert refer.choices(world.services, grave.concern_id)[0].id == "police_999"
    adult = make_case(world.services, category="adult", address="+447700900223", place="Coventry")
    first = refer.choices(world.services, adult.concern_id)[0]
    assert first.kind == "adults"


def test_a_place_outside_still_gives_a_list(world: ReferralWorld) -> None:
    case = make_case(world.services, place="Glasgow", address="+447700900222")
    assert refer.choices(world.services, case.concern_id)[0].kind == "police"


def test_the_form_holds_what_was_told_and_what_staff_add(world: ReferralWorld) -> None:
    case = make_case(world.services, story=URDU, language="ur", address="+447700900222")
    with world.services.store.unit() as uow:
        conversation = uow.conversations.get(case.conversation_id)
        for text in ("1", "۲", "Sparkhill", "12 or so"):
            add_inbound(uow, conversation, text, "en", world.clock())
        uow.commit()
    words = Words("worry", "known", "done", "wanted", "family_told", "rung")
    made = world.sent(case=case, words=words)
    form = refer.form(world.services, world.staff, made)
    assert form.words == words
    assert [(m.text, m.language, m.direction) for m in form.messages] == [
        (URDU, "ur", "rtl"),
        ("Sparkhill", "en", "ltr"),
        ("12 or so", "en", "ltr"),
    ]
    assert dict(form.story) == {"story": URDU, "danger": "no"}
    assert dict(form.reporter) == {"relationship": "neighbour"}
    assert (form.writer, form.language, form.channel) == ("neighbour", "ur", "sms")
    assert (form.made_by, form.boroughs, form.place) == ("Amina", ("birmingham",), "Sparkhill")
    assert form.agency_phone is not None
    assert (world.staff.actor, "referral_read") in world.audited(made)
    assert "900222" not in str(form)


def test_the_form_leaves_out_what_the_same_person_told_before(world: ReferralWorld) -> None:
    """One person, two matters: the second agency has no business with the first family."""
    world.clock.forward(hours=1)
    second = make_case(world.services, story="My aunt is kept indoors.")
    made = world.sent(case=second)
    form = refer.form(world.services, world.staff, made)
    assert [m.text for m in form.messages] == ["My aunt is kept indoors."]


def test_a_lost_text_does_not_hide_the_others(world: ReferralWorld) -> None:
    with world.services.store.unit() as uow:
        conversation = uow.conversations.get(world.case.conversation_id)
        add_inbound(uow, conversation, "and he is cold", "en", world.clock()).body_sealed = b"\x01not ours"
        uow.commit()
    made = world.sent()
    with world.services.store.unit() as uow:
        uow.referrals.locked(made).words_sealed = b"\x01not ours"
        uow.commit()
    form = refer.form(world.services, world.staff, made)
    assert form.messages[-1].text is None
    assert form.words == Words("")


def test_what_the_agency_said_is_written_down_once(world: ReferralWorld) -> None:
    made = world.sent()
    services, staff = world.services, world.staff
    assert refer.record(services, staff, made, "sent", "") == Problem("choose_answer", "status")
    assert refer.record(services, staff, made, "withdrawn", " ") == Problem("empty_withdrawn_reason", "reason")
    assert refer.record(services, staff, made, "accepted", "Ms Khan has it.") is None
    assert refer.record(services, staff, made, "accepted", "Ms Khan has it.") is None
    assert world.kinds() == ["made", "sent", "accepted"]
    assert refer.record(services, staff, made, "acknowledged", "") == Problem("referral_status", "status")
    row = world.listed(made)
    assert (row.status, row.reason, row.made_by) == ("accepted", "Ms Khan has it.", "Amina")
    file = case_file.open_concern(services, staff, world.case.concern_id)
    name = services.directory.agencies[AGENCY].name
    assert [(e.kind, e.who, e.detail) for e in file.timeline][-1] == (
        "referral_accepted",
        "Amina",
        f"{name}\nMs Khan has it.",
    )


def test_a_record_that_left_the_directory_still_has_its_referrals(world: ReferralWorld) -> None:
    made = world.sent()
    directory = world.services.directory
    kept = {key: agency for key, agency in directory.agencies.items() if key != AGENCY}
    world.services.directory.agencies = kept
    assert world.listed(made).agency == AGENCY
    form = refer.form(world.services, world.staff, made)
    assert (form.agency, form.agency_phone) == (AGENCY, None)


def test_each_way_of_telling_the_family_is_kept(world: ReferralWorld) -> None:
    for consent in CONSENTS:
        made = world.referred(words=dataclasses.replace(WORDS, consent=consent))
        assert refer.form(world.services, world.staff, made).words.consent == consent
