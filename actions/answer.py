"""Answer a question or small talk. Most answers are the response named after the intent; some need whom to ring."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import form
from bot.usecases.say import language_buttons
from bot.usecases.short_answers import language_missing
from bot.usecases.turn import ActiveTurn, current

_WITH_CONTACTS = ("ask_social_care", "ask_charity", "ask_contact", "ask_human")
_HINT_IN_FORM = ("concern_", "child_disclosure", "parent_needs_help", "affirm", "deny", "dont_know", "menu", "greet")
# The form asks its question again by itself.
_ONLY_THE_QUESTION = ("repeat",)


class Answer(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = current()
        intent = form.intent(tracker)
        if form.in_form(tracker) and (turn.asking_again or intent in _ONLY_THE_QUESTION):
            return []
        if form.in_form(tracker) and intent.startswith(_HINT_IN_FORM):
            dispatcher.utter_message(response="utter_form_hint")
        elif intent == "repeat":
            _repeat(turn, dispatcher)
        elif intent == "ask_language":
            _languages(turn, dispatcher)
        elif intent in _WITH_CONTACTS:
            _contacts(turn, dispatcher, tracker, intent)
        elif intent == "cancel":
            dispatcher.utter_message(response="utter_nothing_to_cancel")
        else:
            dispatcher.utter_message(response=f"utter_{intent}")
        return [] if form.in_form(tracker) else [SlotSet("misses", None)]


class Fallback(Action):  # type: ignore[misc]
    """Not understood: the menu first, then a number to ring."""

    def name(self) -> str:
        return "action_fallback"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = current()
        if form.in_form(tracker) and not form.missed(tracker, "hint"):
            dispatcher.utter_message(response="utter_form_hint")
            return [form.miss(tracker, "hint", True)]
        if form.in_form(tracker):
            _somebody_to_ring(turn, dispatcher, form.given(tracker, "place"))
            return []
        place = turn.services.places.resolve(turn.text)
        if place.boroughs or place.ask or place.outside:
            # A bare place, after "tell me the town or postcode".
            dispatcher.utter_message(
                response="utter_contact_local",
                place=place.name or place.said,
                contacts=turn.contact_lines(turn.contacts(turn.text, None)),
            )
            return [SlotSet("misses", None)]
        if not form.missed(tracker, "menu"):
            dispatcher.utter_message(response="utter_fallback")
            return [form.miss(tracker, "menu", True)]
        _somebody_to_ring(turn, dispatcher, None)
        return [SlotSet("misses", None)]


def _somebody_to_ring(turn: ActiveTurn, dispatcher: CollectingDispatcher, place: str | None) -> None:
    turn.conversation.needs_person_at = turn.now
    contacts = turn.contact_lines(turn.contacts(place, None))
    dispatcher.utter_message(response="utter_fallback_contact", contacts=contacts)


def _contacts(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker, intent: str) -> None:
    here = turn.services.places.find_in(turn.text)
    place = (here.said if here else None) or form.given(tracker, "place")
    contacts = turn.contacts(place, tracker.get_slot("category"), str(tracker.get_slot("writer") or "neighbour"))
    if intent == "ask_charity":
        contacts = [c for c in contacts if c.kind == "voluntary"] or contacts
    if intent == "ask_human":
        turn.conversation.needs_person_at = turn.now
    dispatcher.utter_message(response=f"utter_{intent}", contacts=turn.contact_lines(contacts))


def _languages(turn: ActiveTurn, dispatcher: CollectingDispatcher) -> None:
    missing = language_missing(turn.services, turn.text, asking=True)
    buttons = [{"title": b.title, "payload": b.payload} for b in language_buttons(turn)]
    dispatcher.utter_message(response="utter_language_unknown" if missing else "utter_ask_language", buttons=buttons)


def _repeat(turn: ActiveTurn, dispatcher: CollectingDispatcher) -> None:
    said = [m for m in turn.uow.conversations.last_words(turn.conversation.id) if m.key.startswith("utter_")]
    if not said:
        dispatcher.utter_message(response="utter_repeat_nothing")
    for message in said:
        body, choices = message.body or "", message.buttons or []
        if choices and message.state != "shown":
            # A text carries its choices as lines of its own, which are added again when it is sent.
            body = "\n".join(body.split("\n")[: -len(choices)])
        buttons = [{"title": title, "payload": payload} for title, payload in choices]
        dispatcher.utter_message(text=body, buttons=buttons, key=message.key, said_in=message.language)
