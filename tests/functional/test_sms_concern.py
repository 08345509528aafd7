"""A whole concern by text, as Twilio delivers and sends it, on both databases: the application on a real port."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.app import create_app
from bot.channels.twilio_sms import TwilioSms
from bot.store.models import OutboundMessage
from bot.store.unit_of_work import Store
from bot.usecases import correspondence, review
from bot.usecases.services import Services
from tests.functional import staff_console
from tests.standins.serving import free_port, serving
from tests.standins.sms_world import RESIDENT, MovableClock, settings_for
from tests.standins.twilio import TwilioStandIn

PATIENCE = 20.0
# The message, and what the answer to it must say: the opening, then one line a question.
CONCERN = {
    "en": [
        ("my neighbour's little boy is always hungry and very thin, he asks my kids for food", "right now?"),
        ("no", "Where does"),
        ("Handsworth", "What do you know"),
        ("about seven, number 12", "write to you here?"),
        ("1", "your name?"),
        ("skip", "Handsworth"),
        ("1", r"0121 \d{3} \d{4}"),
    ],
    "ur": [
        ("پڑوس کے بچے روز ہم سے روٹی مانگنے آتے ہیں", "999"),
        ("نہیں", "پوسٹ کوڈ"),
        ("Handsworth", "گھر"),
        ("تقریباً سات سال کا", "۱|1"),
        ("۱", "نام"),
        ("چھوڑیں", "Handsworth"),
        ("۱", r"0121 \d{3} \d{4}"),
    ],
}
STAFF_WORDS = {"en": "Thank you. We are looking into it today.", "ur": "شکریہ، ہم آج ہی دیکھ رہے ہیں۔"}
REFERENCE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
DANGER = "he has a knife and he is hitting her right now"


@dataclass
class Phone:
    """Somebody's phone: sends through Twilio, and shows what came."""

    twilio: TwilioStandIn
    door: str
    number: str = RESIDENT
    _seen: int = field(default=0)

    def sends(self, body: str, **more: str) -> httpx2.Response:
        message = self.twilio.account.add(self.number, self.twilio.account.number, body, inbound=True)
        fields = self.twilio.inbound_fields(message) | more
        headers = {"X-Twilio-Signature": self.twilio.sign(f"{self.door}/sms", fields)}
        answer = httpx2.post(f"{self.door}/sms", data=fields, headers=headers, trust_env=False, timeout=30)
        assert answer.status_code == 200
        assert answer.text.endswith("<Response />")
        return answer

    def shows(self) -> list[str]:
        return [m.body for m in self.twilio.account.sent(self.number)]

    def says(self, body: str, expected: str) -> str:
        """Send, and wait for an answer with this in it. Returns all that is new."""
        self.sends(body)
        wait_for(lambda: re.search(expected, "\n".join(self.new())) is not None, lambda: (body, self.new()))
        new = "\n".join(self.new())
        self._seen = len(self.shows())
        return new

    def new(self) -> list[str]:
        return self.shows()[self._seen :]


def wait_for(true: Callable[[], bool], state: Callable[[], object] = lambda: "", patience: float = PATIENCE) -> None:
    until = time.monotonic() + patience
    while not true():
        assert time.monotonic() < until, state()
        time.sleep(0.05)


@dataclass
class Running:
    """The application serves, and its loops run."""

    services: Services
    clock: MovableClock
    phone: Phone
    twilio: TwilioStandIn

    def idle(self) -> bool:
        """Nothing waits to be answered or sent."""
        with self.services.store.reading() as uow:
            conversation = uow.conversations.of("sms", self.phone.number)
            if conversation is None or uow.inbox.next_unhandled(conversation.id):
                return False
            return not [m for m in uow.session.query(OutboundMessage) if m.state in {"queued", "sending"}]

    def opted_out(self) -> bool:
        with self.services.store.reading() as uow:
            conversation = uow.conversations.of("sms", self.phone.number)
            return conversation is not None and conversation.resident.opted_out_at is not None

    def replies(self) -> list[str]:
        """What was answered, by name, oldest first."""
        with self.services.store.reading() as uow:
            rows = uow.session.query(OutboundMessage).order_by(OutboundMessage.created_at, OutboundMessage.position)
            return [row.key for row in rows]

    def settled(self, body: str) -> None:
        """Send, and wait until all of it is done."""
        self.phone.sends(body)
        wait_for(self.idle, self.replies)


Serve = Callable[[], Any]


@pytest.fixture
def serve(store: Store, database_url: str, tmp_path: Path, make_services: Callable[..., Services]) -> Serve:
    """Serve the application; the stand-in's port is chosen but nobody listens there yet."""

    @contextmanager
    def serving_it() -> Iterator[tuple[Running, int]]:
        twilio, clock, port, twilio_port = TwilioStandIn(), MovableClock(), free_port(), free_port()
        door = f"http://127.0.0.1:{port}"
        settings = settings_for(
            twilio,
            f"http://127.0.0.1:{twilio_port}",
            tmp_path / "var",
            public_url=door,
            database_url=database_url,
            sweep_seconds=0.3,
        )
        services = make_services(store, settings, clock=clock, sms=TwilioSms(settings, timeout=2))
        with serving(create_app(services), port):
            yield Running(services, clock, Phone(twilio, door), twilio), twilio_port

    return serving_it


@pytest.fixture
def running(serve: Serve) -> Iterator[Running]:
    with serve() as (found, twilio_port), serving(found.twilio.app, twilio_port):
        yield found


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


STOPS = {
    "en": (CONCERN["en"][0][0], "STOP"),
    "ur": (CONCERN["ur"][0][0], "بند کرو"),
    "pl": ("dziecko sąsiadów jest zawsze głodne i brudne", "wypisz mnie"),
    "pa": ("ਗੁਆਂਢੀਆਂ ਦਾ ਬੱਚਾ ਹਮੇਸ਼ਾ ਭੁੱਖਾ ਤੇ ਗੰਦਾ ਰਹਿੰਦਾ ਹੈ", "ਬੰਦ ਕਰੋ"),
    "bn": ("পাশের বাসার বাচ্চাটা সবসময় ক্ষুধার্ত আর নোংরা থাকে", "বন্ধ করুন"),
    "ar": ("ابن الجيران دائما جائع ووسخ", "إيقاف"),
}


class TestOptOut:
    @pytest.mark.parametrize("language", STOPS)
    def test_the_bare_word_of_their_language_stops_the_texts(self, running: Running, language: str) -> None:
        worry, stop = STOPS[language]
        running.settled(worry)
        running.settled(stop)
        assert running.opted_out()
        assert running.replies()[-1] == "utter_opted_out"
        confirmed = running.services.say("utter_opted_out", language).text
        assert running.phone.shows()[-1] == confirmed

    def test_nothing_more_is_texted_but_999(self, running: Running) -> None:
        running.settled("STOP")
        shown = len(running.phone.shows())
        running.settled("hello")
        assert len(running.phone.shows()) == shown
        running.settled(DANGER)
        assert "999" in running.phone.shows()[shown]

    def test_start_brings_them_back(self, running: Running) -> None:
        running.settled("STOP")
        running.settled("START")
        assert not running.opted_out()
        running.settled("hello")
        assert len(running.phone.shows()) > len(["opted out", "opted in"])

    @pytest.mark.parametrize(
        "plea",
        [
            "please make him stop",
            "stop him please he is hurting the little girl",
            "it has to stop",
            "he will not stop hitting the children",
            "make it stop",
            "چاچا کو روکو وہ بچے کو مارتا ہے",
            "niech on przestanie bić dziecko",
        ],
    )
    def test_the_word_in_a_plea_is_no_opt_out(self, running: Running, plea: str) -> None:
        running.settled(plea)
        assert not running.opted_out()
        assert not {"utter_opted_out", "utter_opt_out_ask"} & set(running.replies())
        assert "999" in running.phone.shows()[0]

    def test_a_stop_word_of_another_language_is_asked_back(self, running: Running) -> None:
        running.settled(CONCERN["en"][0][0])
        running.settled("wypisz")
        assert not running.opted_out()
        assert running.replies()[-1] == "utter_opt_out_ask"
        running.settled("1")
        assert running.opted_out()

    def test_asked_back_a_no_goes_on(self, running: Running) -> None:
        running.settled(CONCERN["en"][0][0])
        running.settled("wypisz")
        running.settled("2")
        assert not running.opted_out()

    def test_what_twilio_has_answered_is_not_answered_again(self, running: Running) -> None:
        running.phone.sends("STOP", OptOutType="STOP")
        wait_for(running.opted_out)
        wait_for(running.idle)
        assert running.replies() == []
