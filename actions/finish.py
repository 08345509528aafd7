"""The questions are answered: send, note, talk or add, and say what happens next and whom to ring."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import form
from bot.store.models import Concern
from bot.usecases.concerns import Report, add, record_unfinished, remember_contact_wishes, submit
from bot.usecases.turn import ActiveTurn, current


class Finish(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_finish"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn, path = current(), str(tracker.get_slot("path"))
        endings = {"child": _child, "parent": _parent, "unsure": _unsure, "add": _added, "addition": _added}
        if path != "nothing":
            endings.get(path, _concern)(turn, dispatcher, tracker)
        # Somebody who only wants to talk it over may change their mind: their words wait for it.
        kept = ("story", "place", "child_age") if path == "unsure" and tracker.get_slot("next_step") == "talk" else ()
        slots = [slot for slot in form.SLOTS if slot not in kept]
        return [SlotSet(slot, None) for slot in (*slots, "path", "category", "writer", "misses", "reference")]


def _concern(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    consent, report = tracker.get_slot("consent"), form.report(tracker)
    if consent == "stop":
        _say_whom_to_ring(turn, dispatcher, report, "utter_not_sent")
        return
    remember_contact_wishes(turn, report.answers.get("may_reply"), report.answers.get("safe_times"))
    concern = submit(turn, report, "noted" if consent == "note" else "submitted")
    reference = turn.shown(concern.reference)
    if consent == "note":
        dispatcher.utter_message(response="utter_noted", reference=reference)
        return
    kind = {"emergency": "emergency", "check": "urgent", "urgent": "urgent"}.get(concern.urgency, "concern")
    dispatcher.utter_message(response=f"utter_submitted_{kind}", reference=reference)
    _say_whom_to_ring(turn, dispatcher, report, "utter_whom_to_ring")
    dispatcher.utter_message(response="utter_what_next")


def _unsure(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    if tracker.get_slot("next_step") == "note":
        concern = submit(turn, form.report(tracker), "noted")
        dispatcher.utter_message(response="utter_noted", reference=turn.shown(concern.reference))
    else:
        _say_whom_to_ring(turn, dispatcher, form.report(tracker), "utter_talk")


def _child(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    report = form.report(tracker)
    remember_contact_wishes(turn, report.answers.get("may_reply"), report.answers.get("safe_times"))
    concern: Concern = record_unfinished(turn, report)
    concern.status, concern.submitted_at = "submitted", turn.now
    turn.uow.concerns.add_event(concern, turn.now, "submitted")
    dispatcher.utter_message(response="utter_child_done")
    if report.answers.get("place"):
        _say_whom_to_ring(turn, dispatcher, report, "utter_child_numbers")


def _parent(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    report = form.report(tracker)
    _say_whom_to_ring(turn, dispatcher, report, "utter_parent_done")
    if report.answers.get("may_reply") in ("yes", "times"):
        remember_contact_wishes(turn, report.answers.get("may_reply"), report.answers.get("safe_times"))
        concern = submit(turn, report)
        dispatcher.utter_message(response="utter_parent_passed_on", reference=turn.shown(concern.reference))


def _added(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    given = tracker.get_slot("reference")
    concerns = turn.uow.concerns
    concern = concerns.by_reference(str(given)) if given else concerns.latest(turn.conversation.id)
    words = form.given(tracker, "addition")
    if concern is None or words is None:
        dispatcher.utter_message(response="utter_reference_unknown")
        return
    add(turn, concern, words)
    dispatcher.utter_message(response="utter_added", reference=turn.shown(concern.reference))


def _say_whom_to_ring(turn: ActiveTurn, dispatcher: CollectingDispatcher, report: Report, key: str) -> None:
    danger = report.answers.get("danger") == "yes"
    contacts = turn.contacts(
        report.answers.get("place"), report.category, report.writer, "emergency" if danger else "concern"
    )
    dispatcher.utter_message(response=key, contacts=turn.contact_lines(contacts, key))
