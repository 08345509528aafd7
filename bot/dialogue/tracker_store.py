"""Rasa's tracker is kept with the conversation, sealed, inside the transaction that answers the message.

Rasa replays every event at each message, so its cost grows with a conversation's age. Rules here look only at the
intent and the form, so what is kept is the slots and the open form, and its cost stays the same for ever.
"""

import json
from collections.abc import Iterable

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.ports import current_turn


class TurnTrackerStore(TrackerStore):  # type: ignore[misc]
    """Reads and writes the tracker of the turn at hand."""

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        kept = current_turn.get().tracker
        if kept is None:
            return None
        return DialogueStateTracker.from_events(sender_id, _events(json.loads(kept)), self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        slots = {name: value for name, value in tracker.current_slot_values().items() if value is not None}
        state = {"slots": slots, "form": tracker.active_loop_name}
        current_turn.get().tracker = json.dumps(state, ensure_ascii=False)

    async def keys(self) -> Iterable[str]:
        return []


def _events(state: dict[str, object]) -> list[Event]:
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    slots = state["slots"]
    assert isinstance(slots, dict)
    if form := state.get("form"):
        events += [ActionExecuted(form), ActiveLoop(form)]
    events += [SlotSet(name, value) for name, value in slots.items()]
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]
