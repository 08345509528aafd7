"""Stop the concern conversation. Danger that was told stays with staff."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import form
from bot.usecases.turn import current


class Cancel(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_cancel"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        concern = current().uow.concerns.latest(current().conversation.id)
        kept = concern is not None and concern.status == "unfinished"
        dispatcher.utter_message(response="utter_cancel_kept" if kept else "utter_cancel")
        return [SlotSet(slot, None) for slot in (*form.SLOTS, "path", "category", "writer", "misses")]
