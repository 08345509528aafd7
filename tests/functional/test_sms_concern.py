"""A whole concern by text, as Twilio delivers and sends it, on both databases: the application on a real port."""

import re

import pytest

from bot.store.models import OutboundMessage
from bot.usecases import correspondence, review
from tests.functional import staff_console
from tests.functional.phone import CONCERN, DANGER, Running, Serve, wait_for
from tests.standins.serving import serving

STAFF_WORDS = {"en": "Thank you. We are looking into it today.", "ur": "شکریہ، ہم آج ہی دیکھ رہے ہیں۔"}
REFERENCE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")


@pytest.mark.parametrize("language", CONCERN)
def test_a_worry_is_told_sent_seen_and_answered(running: Running, language: str) -> None:
    phone = running.phone
    first = phone.says(*CONCERN[language][0])
    assert "999" in first.splitlines()[0]
    said = first
    for body, expected in CONCERN[language][1:]:
        said = phone.says(body, expected)
    wait_for(running.idle)
    whole = "\n".join(phone.shows())
    reference = REFERENCE.findall(whole)[-1].replace(" ", "")
    assert said

    services = running.services
    someone = staff_console.make_person(services, "amina", "reviewer")
    staff = staff_console.as_staff(services, someone)
    with services.store.reading() as uow:
        (concern,) = uow.concerns.queue(("submitted",))
        assert (concern.reference, concern.language, concern.boroughs) == (reference, language, ["birmingham"])
        assert concern.answers["story"] == CONCERN[language][0][0]
        concern_id, conversation_id = concern.id, concern.conversation_id
    assert review.acknowledge(services, staff, concern_id, 1) is None
    words = STAFF_WORDS[language]
    assert correspondence.write(services, staff, conversation_id, words, correspondence.new_sending(), False) is None
    wait_for(lambda: words in phone.shows()[-1])
    introduced = services.say("utter_from_team", language, message=words)
    assert (introduced.text, introduced.language) == (phone.shows()[-1], language)


def test_a_worry_after_the_reference_is_added_to_it(running: Running) -> None:
    for body, expected in CONCERN["en"]:
        running.phone.says(body, expected)
    wait_for(running.idle)
    running.phone.says("I saw him eat from the bin today and he had no coat", "1 ")
    running.phone.says("1", REFERENCE.pattern)


class TestWithTwilioAway:
    """`TWILIO_API_BASE` points where nobody listens."""

    def test_the_999_reply_waits_and_goes_out_when_twilio_is_back(self, serve: Serve) -> None:
        with serve() as (running, twilio_port):
            running.phone.sends(DANGER)

            def tried() -> bool:
                with running.services.store.reading() as uow:
                    rows = [m for m in uow.session.query(OutboundMessage) if m.urgent]
                    return [(m.key, m.state, m.attempts > 0) for m in rows] == [("utter_emergency", "queued", True)]

            wait_for(tried, running.replies)
            assert running.phone.shows() == []
            with serving(running.twilio.app, twilio_port):
                running.clock.forward(minutes=2)
                wait_for(lambda: bool(running.phone.shows()))
                assert "999" in running.phone.shows()[0]
                wait_for(running.idle, running.replies)
                assert len([body for body in running.phone.shows() if "999" in body and "55" in body]) == 1

    def test_danger_that_comes_later_goes_out_before_what_waits(self, serve: Serve) -> None:
        with serve() as (running, twilio_port):
            running.phone.sends(CONCERN["en"][0][0])
            wait_for(lambda: "utter_ask_danger" in running.replies())
            running.phone.sends(DANGER)
            wait_for(lambda: "utter_emergency" in running.replies())
            with serving(running.twilio.app, twilio_port):
                running.clock.forward(minutes=2)
                wait_for(running.idle, running.replies)
            bodies = running.phone.shows()
            assert len(bodies) == len(running.replies())
            # Two senders share the work, so the first worry may have left in the same moment.
            assert any("55" in body for body in bodies[:2])
