"""The slots of the concern conversation: which a path asks, and how they become a report."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from bot.usecases.concerns import ANSWERS, Report
from bot.usecases.failed_numbers import borough_told
from bot.usecases.turn import ActiveTurn

# In the order of domain.yml, which is the order of asking.
SLOTS = (
    "add_choice",
    "addition",
    "story",
    "danger",
    "how_often",
    "how_long",
    "child_age",
    "explanation",
    "next_step",
    "place",
    "place_choice",
    "subject",
    "relationship",
    "may_reply",
    "safe_times",
    "reporter_name",
    "correction",
    "consent",
)
# What each path asks. `place_choice`, `safe_times` and `correction` open only when an answer calls for them.
PATHS = {
    "concern": (
        "story",
        "danger",
        "place",
        "subject",
        "relationship",
        "may_reply",
        "reporter_name",
        "consent",
    ),
    "unsure": ("story", "danger", "how_often", "how_long", "child_age", "explanation", "next_step"),
    "child": ("story", "danger", "place", "may_reply"),
    "parent": ("danger", "place", "may_reply"),
    "add": ("add_choice", "addition"),
    "addition": ("addition",),
    "nothing": (),
}
NOT_ASKED = "not_asked"
SKIPPED = "skipped"


def start(path: str, known: dict[str, str]) -> list[EventType]:
    """Slots for the beginning of a path: asked ones empty or already known, the others marked as not asked."""
    asked = PATHS[path]
    # What is known is kept even where the path would not ask for it.
    events = [SlotSet(slot, known.get(slot) or (None if slot in asked else NOT_ASKED)) for slot in SLOTS]
    return [*events, SlotSet("path", path), SlotSet("misses", None)]


def switch(tracker: Tracker, path: str) -> list[EventType]:
    """Go on along another path: what was answered stays, its other questions are asked, no more of the old one's."""
    events: list[EventType] = [SlotSet("path", path)]
    for slot in SLOTS:
        if slot in PATHS[path] and tracker.get_slot(slot) == NOT_ASKED:
            events.append(SlotSet(slot, None))
        elif slot not in PATHS[path] and tracker.get_slot(slot) is None:
            events.append(SlotSet(slot, NOT_ASKED))
    return events


def missed(tracker: Tracker, what: str) -> Any:
    """What was kept of an answer to this question that was not understood; None when there was none."""
    return (tracker.get_slot("misses") or {}).get(what)


def miss(tracker: Tracker, what: str, kept: Any) -> EventType:
    """Remember that this was not understood, so that it is asked once more and not for ever."""
    return SlotSet("misses", {**(tracker.get_slot("misses") or {}), what: kept})


def joined(*pieces: str | None) -> str:
    """Pieces of a story, a line each, none twice."""
    return "\n".join(dict.fromkeys(piece for piece in pieces if piece))


def given(tracker: Tracker, slot: str) -> str | None:
    """The person's answer; None when it was skipped or never asked."""
    value = tracker.get_slot(slot)
    return None if value in (None, NOT_ASKED, SKIPPED) else str(value)


def place_known(tracker: Tracker, turn: ActiveTurn) -> str | None:
    """The place this message names, else the one given before, else the borough whose number they were told."""
    here = turn.services.places.find_in(turn.text)
    return (here.said if here else None) or given(tracker, "place") or borough_told(turn)


def in_form(tracker: Tracker) -> bool:
    return bool((tracker.active_loop or {}).get("name"))


def choice(tracker: Tracker) -> str | None:
    """The code of the button that was pressed, such as `send`."""
    return entity(tracker, "choice")


def entity(tracker: Tracker, name: str) -> str | None:
    found = [e["value"] for e in tracker.latest_message.get("entities", []) if e.get("entity") == name]
    return str(found[0]) if found else None


def intent(tracker: Tracker) -> str:
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")


def report(tracker: Tracker) -> Report:
    """What has been gathered so far."""
    return report_after(tracker, [])


def report_after(tracker: Tracker, events: list[EventType]) -> Report:
    """What has been gathered, these events included."""
    slots = {slot: tracker.get_slot(slot) for slot in ANSWERS}
    slots.update({e["name"]: e["value"] for e in events if e["event"] == "slot" and e["name"] in slots})
    answers: dict[str, Any] = {name: v for name, v in slots.items() if v not in (None, NOT_ASKED, SKIPPED)}
    return Report(
        category=str(tracker.get_slot("category") or "unsure"),
        writer=str(tracker.get_slot("writer") or "neighbour"),
        answers={name: str(value) for name, value in answers.items() if value},
    )
