"""Senders of any form, messages that come twice, and hundreds in a minute: none is lost, and danger is answered."""

import pytest

from bot.store.models import OutboundMessage
from bot.usecases.reply import reply
from tests.functional.door import DANGER, WORRY, Chat, Door


class TestOddSenders:
    @pytest.mark.parametrize(
        "sender",
        ["+44", "12345", "ALPHASENDER", "whatsapp:+447700900123", "messenger:1", "\x00", "+44 7700\u202e", "é" * 99],
    )
    def test_a_signed_sender_of_any_form_is_kept(self, door: Door, sender: str) -> None:
        assert door.texts(DANGER, sender=sender).status_code == 200
        (row,) = door.rows()
        reply(door.services, row.conversation_id)
        assert next(r for r in door.rows(OutboundMessage) if r.position == 0).key == "utter_emergency"

    @pytest.mark.parametrize("sid", ["\x00", "SM 1", "x" * 65, "SM\n1", "é"])
    def test_an_id_that_cannot_be_is_refused(self, door: Door, sid: str) -> None:
        assert door.texts(WORRY, sid=sid).status_code == 400


class TestRepeats:
    def test_the_same_id_is_kept_and_answered_once_whatever_it_says(self, door: Door) -> None:
        for body in (WORRY, WORRY, "something else"):
            assert door.texts(body, sid="SMtwice").status_code == 200
        first = door.answered()
        assert door.kept() == [WORRY]
        assert len([a for a in first.answers if a.position == 0]) == 1

    def test_a_form_sent_twice_is_one_message(self, door: Door, chat: Chat) -> None:
        fields = chat.fields(message=WORRY)
        for _ in range(3):
            assert door.client.post("/chat", data=fields).status_code == 200
        assert door.kept() == [WORRY]


class TestFlood:
    """Two hundred messages in a minute from one number."""

    MANY = 200

    def test_all_are_kept_and_handled_and_few_are_answered(self, door: Door) -> None:
        for number in range(self.MANY):
            assert door.texts(DANGER if number == 150 else f"{WORRY} {number}").status_code == 200
        person = door.answered()
        rows = door.rows()
        assert len(rows) == self.MANY
        assert all(row.handled_at is not None for row in rows)
        by_message = {row.id: row for row in rows}
        answered = {a.in_reply_to: a for a in person.answers if a.position == 0}
        most = door.services.settings.messages_a_minute
        ordinary = [a for a in answered.values() if a.key not in {"utter_slow_down", "utter_emergency"}]
        assert len(ordinary) <= most
        assert [a.key for a in answered.values()].count("utter_slow_down") == 1
        (danger,) = [a for a in answered.values() if a.key == "utter_emergency"]
        assert danger.urgent
        assert by_message[danger.in_reply_to].outcome == "emergency"
        assert person.conversation().needs_person_at is not None

    def test_another_person_is_not_held_up(self, door: Door) -> None:
        for number in range(40):
            door.texts(f"{WORRY} {number}")
        door.texts(WORRY, sender="+447700900456")
        assert door.answered("+447700900456").answers[0].key == "utter_ask_danger"
