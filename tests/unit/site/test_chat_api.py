"""The chat for its script."""

from collections.abc import Callable
from typing import Any

from bot.store.unit_of_work import Store

NewVisitor = Callable[..., Any]
WORRY = "The boy next door is always hungry."


def test_sending_gives_the_new_messages(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    found = person.client.post("/api/chat/messages", data={"message": WORRY, "after": "0", **person.fields()}).json()
    first, *others = found["messages"]
    assert (first["position"], first["speaker"], first["parts"]) == (1, "resident", [{"text": WORRY, "href": None}])
    assert {line["speaker"] for line in others} == {"bot"}
    assert {"text": "999", "href": "tel:999"} in others[0]["parts"]
    assert [button["value"] for button in others[-1]["buttons"]][:2] == ["1", "2"]
    assert found["sending"] != person.fields()["sending"]


def test_json_is_taken_as_well_as_a_form(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    response = person.client.post("/api/chat/messages", json={"message": WORRY, **person.fields()})
    assert response.status_code == 200
    assert response.json()["messages"][0]["parts"][0]["text"] == WORRY


def test_only_what_came_after_is_given(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    person.say(WORRY)
    everything = person.client.get("/api/chat/messages?after=0").json()["messages"]
    later = person.client.get(f"/api/chat/messages?after={everything[0]['position']}").json()["messages"]
    assert later == everything[1:]


def test_a_strange_position_is_the_beginning(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    person.say(WORRY)
    for after in ("", "-1", "x", "9" * 50, "١"):
        found = person.client.get("/api/chat/messages", params={"after": after}).json()
        assert found["messages"][0]["position"] == 1


def test_without_a_session_the_script_is_told_why(visitor: NewVisitor) -> None:
    response = visitor().client.get("/api/chat/messages")
    assert response.status_code == 403
    assert response.json()["problem"]["language"] == "en"


def test_without_a_form_token_nothing_is_kept(visitor: NewVisitor) -> None:
    person = visitor()
    person.open()
    for body in ({"message": WORRY}, {"message": WORRY, "form_token": "x"}, [WORRY], None):
        assert person.client.post("/api/chat/messages", json=body).status_code == 403
    person.open()
    assert person.lines("resident") == []


def test_without_the_database_danger_is_still_answered(visitor: NewVisitor, dead_store: Store) -> None:
    before = visitor()
    before.open()
    after = visitor(store=dead_store, cookies=before.client)
    fields = {"message": "he has a knife, help", **before.fields()}
    response = after.client.post("/api/chat/messages", data=fields)
    assert response.status_code == 503
    assert "999" in response.json()["safety"][0]["text"]
