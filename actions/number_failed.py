"""A number did not work: on record for the supervisor, and other numbers at once."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import form
from bot.directory.choose import EMERGENCY, POLICE
from bot.usecases import failed_numbers, number_reports
from bot.usecases.turn import current


class NumberFailed(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_number_failed"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = current()
        report = number_reports.record(turn)
        again = number_reports.said_before(turn)
        if again:
            turn.conversation.needs_person_at = turn.now
        if {EMERGENCY, POLICE} & set(report.agencies[:1]):
            # Who rings the police may be in danger.
            dispatcher.utter_message(response="utter_emergency")
        place, category = form.place_known(tracker, turn), tracker.get_slot("category")
        writer = str(tracker.get_slot("writer") or "neighbour")
        wider = (
            (place, category, "concern"),
            (place, category, "urgent"),
            (None, category, "urgent"),
            (None, None, "urgent"),
        )
        lists = (turn.contacts(where, what, writer, urgency) for where, what, urgency in wider)
        key = "utter_number_failed_again" if again else "utter_number_failed"
        contacts = failed_numbers.others(turn, report.agencies[:1], lists)
        dispatcher.utter_message(response=key, contacts=turn.contact_lines(contacts, key))
        return []
