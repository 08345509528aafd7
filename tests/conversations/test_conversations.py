"""Whole conversations, as people have them, that were read aloud and found good. Each is a file beside this one."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.store.models import NumberReport
from bot.usecases.services import Services
from tests.conftest import StillClock
from tests.person import Person

FOLDER = Path(__file__).parent
CONVERSATIONS = {path.stem: path for path in sorted(FOLDER.glob("*.yml"))}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_conversation_goes_as_written(services: Services, clock: StillClock, name: str) -> None:
    conversation: dict[str, Any] = yaml.safe_load(CONVERSATIONS[name].read_text(encoding="utf-8"))
    person = Person(services, conversation.get("address", "+447700900123"), conversation["channel"])
    if "at" in conversation:
        clock.now = datetime.fromisoformat(conversation["at"])
    for place, turn in enumerate(conversation["turns"], 1):
        clock.forward(days=turn.get("days_later", 0))
        keys = [key.removeprefix("utter_") for key in person.says(str(turn["says"]))]
        here = f"{name}, turn {place}: {turn['says']!r}"
        assert keys == turn["hears"], here
        language = turn.get("language", conversation["language"])
        assert {m.language for m in person.answers} <= {language}, here
        for words in turn.get("contains", []):
            assert str(words) in _plain(person.text), here
        for words in turn.get("lacks", []):
            assert str(words) not in _plain(person.text), here
        if place == 1:
            assert "999" in _plain(person.text), here
    _staff_have(person, conversation.get("staff"))
    assert [list(r.agencies) for r in _reports(person)] == conversation.get("reports", [])
    assert conversation.get("needs_person", False) <= (person.conversation().needs_person_at is not None)


def _reports(person: Person) -> list[NumberReport]:
    """`reports`: the agencies of each report of a number that did not work."""
    with person.services.store.reading() as uow:
        return [r for r in uow.number_reports.open() if r.conversation_id == person.conversation().id]


def _staff_have(person: Person, expected: dict[str, Any] | None) -> None:
    """`staff`: the newest concern as staff see it; without it there must be none."""
    concerns = person.concerns()
    if expected is None:
        assert concerns == []
        return
    with person.services.store.reading() as uow:
        concern = uow.concerns.latest(person.conversation().id)
        assert concern is not None
        seen = {**concern.answers, "status": concern.status, "urgency": concern.urgency, "writer": concern.writer}
        seen |= {"boroughs": concern.boroughs, "category": concern.category}
    for name, value in expected.items():
        if name == "story_has":
            assert all(str(piece) in str(seen["story"]) for piece in value), seen["story"]
        else:
            assert seen.get(name) == value, f"{name}: {seen.get(name)!r}"


def _plain(text: str) -> str:
    """Without the marks that keep numbers in order inside right-to-left text."""
    return re.sub("[\u2066-\u2069]", "", text)
