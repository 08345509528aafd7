"""Whatever arrives at a door, the person gets something useful or the sender a clear refusal, and nothing breaks."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.usecases.reply import reply
from tests.functional import staff_console
from tests.functional.door import DANGER, FORM, WORRY, Chat, Door, useful
from tests.standins.sms_world import PUBLIC_URL, RESIDENT


class TestForged:
    def test_a_forged_text_is_refused_and_not_kept(self, door: Door) -> None:
        raw = urlencode({"MessageSid": "SM1", "From": RESIDENT, "Body": DANGER}).encode()
        for signature in ("", "x", "=?utf-8?q?=C3=A9?=", "A" * 10_000):
            answer = door.post("/sms", raw, signature)
            assert (answer.status_code, answer.text) == (403, "")
        assert door.rows() == []

    def test_a_forged_report_changes_nothing(self, door: Door) -> None:
        assert door.post("/sms/status?id=1", b"MessageSid=SM1&MessageStatus=delivered", "x").status_code == 403

    def test_a_form_of_another_chat_is_refused_and_not_kept(self, door: Door, chat: Chat) -> None:
        answer = door.client.post("/chat", data=chat.fields(message=WORRY, form_token="f" * 64))
        assert answer.status_code == 403
        assert door.rows() == []
        # The words stand in the box again, and the form is a right one now.
        assert WORRY in answer.text

    def test_danger_in_a_refused_form_is_answered_all_the_same(self, door: Door, chat: Chat) -> None:
        answer = door.client.post("/chat", data=chat.fields(message=DANGER, form_token=""))
        assert useful(answer.text.split('id="safety"')[1].split("</div>")[0])

    def test_a_page_of_another_site_cannot_write(self, door: Door, chat: Chat) -> None:
        headers = {"Sec-Fetch-Site": "cross-site"}
        assert door.client.post("/chat", data=chat.fields(message=WORRY), headers=headers).status_code == 403
        assert door.rows() == []

    def test_staff_pages_are_closed_to_everybody_else(self, door: Door) -> None:
        for path in ("/staff/", "/staff/concerns/1", "/staff/audit", "/staff/accounts"):
            assert door.client.get(path, follow_redirects=False).status_code == 303
            assert door.client.post(path, data={"form_token": "x"}, follow_redirects=False).status_code in {303, 405}
        for token in ("", "wrong", "a-token-for-the-ap", "ä"):
            headers = {b"authorization": f"Bearer {token}".encode()}
            assert door.client.get("/api/staff/concerns", headers=headers).status_code == 401


class TestLength:
    LONG = "the boy next door is hungry. " * 690

    def test_twenty_thousand_letters_by_text_are_kept_and_answered(self, door: Door) -> None:
        assert 19_900 < len(self.LONG) <= 20_100
        assert door.texts(self.LONG).status_code == 200
        assert useful(door.answered().text)
        assert door.kept() == [self.LONG[:20_000].strip()]

    def test_danger_at_the_end_of_them_is_found(self, door: Door) -> None:
        door.texts(self.LONG[:19_000] + DANGER)
        assert door.answered().answers[0].key == "utter_emergency"

    def test_on_the_web_they_are_given_back_to_be_made_shorter(self, door: Door, chat: Chat) -> None:
        answer = chat.sends(self.LONG)
        assert answer.status_code == 413
        assert self.LONG.strip() in answer.text
        assert "5000" in answer.text
        assert door.rows() == []

    def test_danger_in_them_gets_999_all_the_same(self, chat: Chat) -> None:
        answer = chat.sends(self.LONG[:19_900] + DANGER)
        assert useful(answer.text.split('id="safety"')[1].split("</div>")[0])

    def test_the_script_is_told_too(self, chat: Chat) -> None:
        answer = chat.posts(chat.fields(message=self.LONG[:19_900] + DANGER))
        assert answer.status_code == 413
        assert "5000" in answer.json()["problem"]["text"]
        assert useful(answer.json()["safety"][0]["text"])

    @pytest.mark.parametrize("path", ["/chat", "/api/chat/messages", "/sms", "/staff/sign-in"])
    def test_a_body_beyond_all_reason_is_refused(self, door: Door, chat: Chat, path: str) -> None:
        answer = door.post(path, b"message=" + b"x" * 2_000_000, "")
        assert answer.status_code == 413
        assert door.rows() == []

    def test_a_thousand_fields_are_refused(self, door: Door, chat: Chat) -> None:
        raw = "&".join(f"f{n}=x" for n in range(2_000)).encode()
        assert 400 <= door.post("/sms", raw, "").status_code < 500
        assert 400 <= door.post("/chat", raw, "").status_code < 500

    def test_json_nested_beyond_all_reason_breaks_nothing(self, door: Door, chat: Chat) -> None:
        headers = {"Content-Type": "application/json"}
        for raw in (b"[" * 100_000, b'{"message":' * 20_000, b'{"after":' + b"9" * 10_000 + b"}", b"nul", b"\xff", b""):
            answer = door.client.post("/api/chat/messages", content=raw, headers=headers)
            assert 400 <= answer.status_code < 500
        assert chat.sends(WORRY).status_code == 200


class TestNothingInIt:
    @pytest.mark.parametrize("body", ["", " ", "\n\t\r\n", "\u200b\u200e\u2060", "\x00\x01", "\u00a0\u3000"])
    def test_a_text_without_words_is_asked_for_words(self, door: Door, body: str) -> None:
        assert door.texts(body).status_code == 200
        person = door.answered()
        assert person.answers[0].key == "utter_empty"
        assert useful(person.text)

    @pytest.mark.parametrize("body", ["😢", "👍🏽", "😡😡😡😡", "👨‍👩‍👧", "🇵🇱", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
    def test_a_text_of_emoji_alone_is_answered(self, door: Door, body: str) -> None:
        door.texts(body)
        assert useful(door.answered().text)

    @pytest.mark.parametrize("body", ["", "   ", "\n"])
    def test_an_empty_form_is_asked_for_words(self, door: Door, chat: Chat, body: str) -> None:
        answer = chat.sends(body)
        assert answer.status_code == 400
        assert "empty" in answer.text
        assert door.rows() == []

    @pytest.mark.parametrize("body", ["\u200b", "\u202e\u202c", "\x07"])
    def test_a_form_of_invisible_letters_is_answered(self, chat: Chat, body: str) -> None:
        assert chat.sends(body).status_code in {200, 400}
        assert useful(chat.page)

    @pytest.mark.parametrize("missing", ["MessageSid", "From", "Body"])
    def test_a_signed_text_without_what_we_need_is_refused(self, door: Door, missing: str) -> None:
        fields = {"MessageSid": "SM1", "From": RESIDENT, "Body": WORRY}
        del fields[missing]
        raw, signature = urlencode(fields).encode(), door.twilio.sign(f"{PUBLIC_URL}/sms", fields)
        assert door.post("/sms", raw, signature).status_code == 400
        assert door.rows() == []

    @pytest.mark.parametrize("missing", ["message", "form_token", "sending"])
    def test_a_form_without_a_field_is_refused_or_answered(self, door: Door, chat: Chat, missing: str) -> None:
        fields = chat.fields(message=WORRY)
        del fields[missing]
        answer = door.client.post("/chat", data=fields)
        assert answer.status_code == {"message": 400, "form_token": 403, "sending": 200}[missing]
        assert useful(answer.text)


class TestOddLetters:
    ODD = (
        "\u202ethe boy\u202c next\x00 door\x07 is\u2066 always\u2069 hungry\ufeff\x1b[31m\u200f",
        "t\u0300\u0301\u0302\u0303\u0304" * 200 + " the boy is hungry",
        "\ufdfa\ufdfb\u0488 \U000e0041\U0010ffff\uffff the boy is hungry",
    )

    @pytest.mark.parametrize("body", ODD)
    def test_control_and_direction_letters_are_dropped_and_the_rest_is_kept(self, door: Door, body: str) -> None:
        assert door.texts(body).status_code == 200
        person = door.answered()
        assert useful(person.text)
        (kept,) = door.kept()
        assert "hungry" in kept
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", kept)

    def test_danger_hidden_among_them_is_found(self, door: Door) -> None:
        door.texts("he\u200b has\u202e a kn\u200bife and he is hit\u00adting her right\x00 now")
        assert door.answered().answers[0].key == "utter_emergency"

    @pytest.mark.parametrize("broken", [b"%ED%A0%80", b"%FF%FE", b"%C3", b"%00", b"%F4%90%80%80", b"%zz", b"%"])
    def test_bytes_that_are_no_letters_do_not_lose_the_message(self, door: Door, chat: Chat, broken: bytes) -> None:
        raw = urlencode(chat.fields()).encode() + b"&message=the+boy+is+hungry+" + broken
        answer = door.client.post("/chat", content=raw, headers={"Content-Type": FORM})
        assert answer.status_code == 200
        assert "the boy is hungry" in door.kept()[0]

    def test_raw_bytes_in_a_form_break_nothing(self, door: Door, chat: Chat) -> None:
        raw = urlencode(chat.fields()).encode() + b"&message=the boy is hungry \xff\xfe\x00\xed\xa0\x80"
        assert door.client.post("/chat", content=raw, headers={"Content-Type": FORM}).status_code == 200
        assert 400 <= door.post("/sms", raw, "x").status_code < 500

    def test_lone_surrogates_are_dropped_and_the_message_is_answered(self, door: Door, chat: Chat) -> None:
        answer = chat.posts(chat.fields(message="he has a knife \ud800 and he is hitting her \udfff right now"))
        assert answer.status_code == 200
        assert useful(answer.json()["messages"][1]["parts"][1]["text"] + str(answer.json()))
        assert door.kept() == ["he has a knife  and he is hitting her  right now"]

    @pytest.mark.parametrize("name", ["form_token", "sending", "after"])
    def test_lone_surrogates_in_the_other_fields_do_not_lose_danger(self, chat: Chat, name: str) -> None:
        answer = chat.posts(chat.fields(message=DANGER) | {name: "\ud800"})
        assert answer.status_code in {200, 403}
        assert useful(str(answer.json()))

    @pytest.mark.parametrize("message", [1, ["x"], {"a": 1}, None, True])
    def test_a_message_that_is_no_text_is_answered(self, chat: Chat, message: Any) -> None:
        assert chat.posts(chat.fields(message=message)).status_code in {200, 400}

    def test_a_file_instead_of_words_is_refused(self, door: Door, chat: Chat) -> None:
        answer = door.client.post("/chat", data=chat.fields(), files={"message": ("x.png", b"\x89PNG\x00")})
        assert answer.status_code == 400
        assert door.rows() == []

    @pytest.mark.parametrize(
        "path",
        [
            "/%00/", "/%ff/", "/staff/concerns/%00", "/staff/first/%00%ff", "/chat?language=%00",
            "/?language=%ED%A0%80", "/api/chat/messages?after=%00", "/static/%00", "/static/..%2f..%2fsettings.py",
            "/" + "x" * 5_000,
        ],
    )  # fmt: skip
    def test_odd_addresses_get_a_page_and_no_error_of_ours(self, door: Door, path: str) -> None:
        assert door.client.get(path).status_code < 500

    def test_odd_cookies_and_headers_get_the_page(self, door: Door) -> None:
        for value in (b"\x00", b"\xff\xfe", b"a.b.c.\x01", b"x" * 5_000, b".%00"):
            headers = [(b"cookie", b"__Host-chat=" + value), (b"accept-language", b"\xff, ur;q=nan, \x00;q=9")]
            assert door.client.get("/chat", headers=headers).status_code == 200

    def test_odd_letters_in_the_consoles_forms_are_refused(self, door: Door) -> None:
        page = door.client.get("/staff/sign-in").text
        token = staff_console.form_token(page)
        for odd in ("admin\x00", "adm\x00in", "\x00", "x" * 5_000, "𝕒𝕕𝕞𝕚𝕟", "admin' OR 1=1 --"):
            fields = {"form_token": token, "username": odd, "password": odd}
            assert door.client.post("/staff/sign-in", data=fields).status_code == 403


class TestDigits:
    @pytest.mark.parametrize("two", ["2", "۲", "٢", "੨", "২", "２", "②", "2️⃣", "(2)", "two", "دو"])
    def test_a_number_answers_in_any_scripts_digits(self, door: Door, two: str) -> None:
        door.texts("پڑوس کے بچے روز ہم سے روٹی مانگنے آتے ہیں" if two == "دو" else WORRY)
        assert door.answered().answers[0].key == "utter_ask_danger"
        door.texts(two)
        person = door.person()
        reply(door.services, person.conversation().id)
        assert person.collect()[-3:].count("utter_ask_place") == 1

    @pytest.mark.parametrize("emergency", ["999", "۹۹۹", "٩٩٩", "੯੯੯", "৯৯৯", "112"])
    def test_an_emergency_number_is_never_a_choice(self, door: Door, emergency: str) -> None:
        door.texts(emergency)
        assert door.answered().answers[0].key == "utter_emergency"
