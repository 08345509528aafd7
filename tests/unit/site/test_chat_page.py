"""The chat without scripts: what is kept, what is answered, and what a person sees when something goes wrong."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.ports import Dialogue
from bot.store.unit_of_work import Store

NewVisitor = Callable[..., Any]
WORRY = "The boy next door is always hungry."
DANGER = "he has a knife and he is going to kill her now"


def test_a_message_is_answered_and_the_box_is_empty_again(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    assert person.say(WORRY) == 200
    assert person.lines("resident") == [WORRY]
    assert person.lines("bot")
    assert person.box == ""


def test_the_first_screen_says_what_this_is_before_anything_is_asked(visitor: NewVisitor) -> None:
    html = visitor().open()
    assert 'id="notice"' in html
    assert "computer" in html
    assert 'href="tel:999"' in html


def test_the_same_form_sent_twice_is_one_message(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    fields = person.fields()
    person.say(WORRY, **fields)
    person.say(WORRY, **fields)
    assert person.lines("resident") == [WORRY]


def test_answers_on_offer_are_buttons_and_show_as_their_words(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    person.say(WORRY)
    values = re.findall(r'name="choice" value="(\d)"', person.html.split('id="form"')[0])
    assert values[:2] == ["1", "2"]
    person.client.post("/chat", data={"choice": "2", **person.fields()})
    person.open()
    assert person.lines("resident") == [WORRY, "No"]


@pytest.mark.parametrize(("text", "status"), [("", 400), ("   \n ", 400), ("x" * 5_001, 413)])
def test_a_message_that_cannot_be_taken_gets_a_reason(visitor: NewVisitor, text: str, status: int) -> None:
    person = visitor()
    person.open()
    assert person.say(text) == status
    assert "error-summary" in person.html
    assert person.box == text.strip()
    assert person.lines("resident") == []


def test_the_longest_message_is_taken(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    assert person.say("ش" * 5_000) == 200


def test_without_a_session_the_words_come_back_and_the_next_press_sends_them(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    person.client.cookies.clear()
    assert person.say(WORRY) == 403
    assert person.box == WORRY
    assert person.say(person.box) == 200
    assert person.lines("resident") == [WORRY]


def test_a_form_of_another_session_is_refused(visitor: NewVisitor) -> None:
    one, other = visitor(), visitor()
    one.open()
    other.open()
    assert one.say(WORRY, form_token=other.fields()["form_token"]) == 403
    assert one.lines("resident") == []


@pytest.mark.parametrize("spoil", ["no session", "too long"])
def test_danger_is_answered_although_the_message_cannot_be_taken(visitor: NewVisitor, spoil: str) -> None:
    person = visitor()
    person.open()
    text = DANGER
    if spoil == "no session":
        person.client.cookies.clear()
    else:
        text = DANGER + " please" * 1_000
    assert person.say(text) in {403, 413}
    assert person.html.index("tel:999") < person.html.index("error-summary")
    assert "999" in person.html.split('id="safety"')[1].split("</div>")[0]


def test_without_the_database_the_safety_reply_still_comes(visitor: NewVisitor, dead_store: Store) -> None:
    person = visitor(store=dead_store)
    assert person.client.get("/chat").status_code == 503
    person.open()
    assert person.say(DANGER) == 503
    assert "999" in person.html.split('id="safety"')[1].split("</div>")[0]
    assert person.box == DANGER


def test_when_the_database_goes_away_in_the_middle_nothing_typed_is_lost(
    visitor: NewVisitor, dead_store: Store
) -> None:
    before = visitor()
    before.open()
    after = visitor(store=dead_store, cookies=before.client)
    after.html = before.html
    assert after.say(WORRY) == 503
    assert after.box == WORRY


def test_without_the_model_danger_is_still_answered(visitor: NewVisitor, no_dialogue: Dialogue) -> None:
    person = visitor(dialogue=no_dialogue)
    person.open()
    assert person.say(DANGER) == 200
    assert any("999" in line for line in person.lines("bot"))


def test_leaving_ends_the_session_everywhere(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    person.say(WORRY)
    kept = dict(person.client.cookies)
    response = person.client.post("/chat/leave", follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"].startswith("https://")
    assert '"cookies"' in response.headers["clear-site-data"]
    assert not person.client.cookies
    person.client.cookies.update(kept)
    person.open()
    assert person.lines("resident") == []


def test_leaving_by_script_is_answered_with_nothing(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    assert person.client.post("/chat/leave", data={"by": "script"}, follow_redirects=False).status_code == 204


def test_leaving_works_without_the_database(visitor: NewVisitor, dead_store: Store) -> None:
    before = visitor()
    before.open()
    after = visitor(store=dead_store, cookies=before.client)
    assert after.client.post("/chat/leave", follow_redirects=False).status_code == 303


def test_another_site_cannot_end_or_write_in_the_chat(visitor: NewVisitor) -> None:
    client: TestClient = visitor().client
    for path in ("/chat", "/chat/leave", "/api/chat/messages"):
        assert client.post(path, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_what_is_written_cannot_become_part_of_the_page(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    attack = "</textarea></bdi><script>alert(1)</script>"
    person.say(attack)
    assert "<script>alert" not in person.html
    assert person.lines("resident") == [attack]


def test_the_chosen_language_leaves_no_trace_in_the_address(visitor: NewVisitor) -> None:
    person = visitor()
    response = person.client.get("/chat?language=ur", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/chat")
    assert response.headers["set-cookie"].partition(";")[0].endswith(".ur")


def test_a_language_we_do_not_have_is_not_an_error(visitor: NewVisitor) -> None:
    assert visitor().client.get("/chat?language=tlh").status_code == 200


def test_every_message_says_its_language_and_direction(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    person.say(WORRY)
    texts = re.findall(r'<div class="chat-message__text"([^>]*)><bdi>[^<]', person.html)
    assert texts
    assert all("lang=" in text and "dir=" in text for text in texts)
