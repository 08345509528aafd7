"""Danger now: 999 first, staff told at once, then the form goes on so that the place is known."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import form, heard
from bot.safeguarding.categories import category_of
from bot.usecases.concerns import record_emergency
from bot.usecases.turn import ActiveTurn, current


class Emergency(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_emergency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = current()
        raise_alarm(turn, dispatcher, tracker)
        if form.in_form(tracker):
            story = form.joined(form.given(tracker, "story"), turn.text)
            # No more weighing up: from here on the questions are those that help to find them.
            away = tracker.get_slot("path") in ("unsure", "add", "addition")
            opened = form.switch(tracker, "concern") if away else []
            return [*opened, SlotSet("story", story), SlotSet("danger", "yes")]
        # Nothing stands between them and 999 now: what they told is taken up, and shown with the summary.
        known = {"story": turn.text, "danger": "yes", **heard.known(heard.read(turn, turn.text), "concern")}
        place = turn.services.places.find_in(turn.text)
        if place is not None and len(place.boroughs) == 1 and not place.ask:
            known["place"] = place.name or place.said
        category = category_of(turn.understanding.intent) or "emergency"
        events = [SlotSet("category", category), SlotSet("writer", "neighbour")]
        return [*events, *form.start("concern", known)]


def raise_alarm(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker, bare: bool = False) -> None:
    """Say 999, and put it before staff. Said again in other words when it was said already. `bare`: only "yes"."""
    turn.urgent = True
    again = tracker.get_slot("danger") == "yes"
    turn.alarm_raised = not again
    dispatcher.utter_message(response="utter_emergency_again" if again else "utter_emergency")
    if again:
        # They write on instead of ringing: perhaps they cannot.
        dispatcher.utter_message(response="utter_cannot_ring")
    told = form.report(tracker).answers
    told["story"] = form.joined(told.get("story"), None if bare and told.get("story") else turn.text)
    record_emergency(turn, {**told, "danger": "yes"})
