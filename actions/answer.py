"""Answer a question or small talk. Most answers are the response named after the intent; some need whom to ring."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import form
from bot.directory.choose import Contact
from bot.directory.plans import AT_MOST
from bot.safeguarding.categories import SERIOUS
from bot.usecases.say import language_buttons
from bot.usecases.short_answers import language_missing
from bot.usecases.turn import ActiveTurn, current

_WITH_CONTACTS = ("ask_social_care", "ask_charity", "ask_contact", "ask_human")
# Fears: after the answer comes whom to ring, in a message of its own.
_FEARS = {
    "ask_immigration": "utter_talk",
    "ask_anonymous": "utter_anonymous_contacts",
    "ask_if_wrong": "utter_talk",
    "ask_what_happens": "utter_talk",
}
_HINT_IN_FORM = ("concern_", "child_disclosure", "parent_needs_help", "affirm", "deny", "dont_know", "menu", "greet")
# With more words than these it is no answer to "where?".
_BARE_PLACE_WORDS = 4
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
        elif intent == "cannot_ring":
            _cannot_ring(dispatcher, tracker)
        else:
            dispatcher.utter_message(response=f"utter_{intent}")
        if intent in _FEARS:
            _reassure(turn, dispatcher, tracker, intent)
        return [] if form.in_form(tracker) else [SlotSet("misses", None)]


class Fallback(Action):  # type: ignore[misc]
    """Two readings: which of them. None: the menu first, then a number to ring."""

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
        if turn.understanding.doubt and len(turn.text.split()) > _BARE_PLACE_WORDS:
            return _which(turn, dispatcher, tracker, turn.understanding.doubt)
        place = turn.services.places.resolve(turn.text)
        if place.boroughs or place.ask or place.outside:
            # A bare place, after "tell me the town or postcode".
            _local(turn, dispatcher, place.name or place.said)
            return [SlotSet("misses", None)]
        if not form.missed(tracker, "menu"):
            dispatcher.utter_message(response="utter_fallback")
            return [form.miss(tracker, "menu", True)]
        _somebody_to_ring(turn, dispatcher, None)
        return [SlotSet("misses", None)]


def _which(
    turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker, readings: tuple[str, str]
) -> list[EventType]:
    """Ask which of two readings is meant. The words are kept: they may be the story already."""
    *topics, something_else = turn.choices("utter_doubt")
    chosen = [button for button in topics if button.payload.partition("{")[0].removeprefix("/") in readings]
    buttons = [{"title": b.title, "payload": b.payload} for b in (*chosen, something_else)]
    said = turn.say("utter_doubt", {})
    # As a response it would bring all its buttons; these are the two, and the way out.
    dispatcher.utter_message(text=said.text, buttons=buttons, key=said.key, said_in=said.language)
    worries = [name for name, _ in turn.understanding.parse.ranking if name in SERIOUS]
    return [form.miss(tracker, "doubted", {"story": turn.text, "worry": next(iter(worries), "")})]


def _somebody_to_ring(turn: ActiveTurn, dispatcher: CollectingDispatcher, place: str | None) -> None:
    turn.conversation.needs_person_at = turn.now
    contacts = turn.contact_lines(turn.contacts(place, None), "utter_fallback_contact")
    dispatcher.utter_message(response="utter_fallback_contact", contacts=contacts)


def _local(turn: ActiveTurn, dispatcher: CollectingDispatcher, place: str) -> None:
    lines = turn.contact_lines(turn.contacts(turn.text, None), "utter_contact_local", place=place)
    dispatcher.utter_message(response="utter_contact_local", place=place, contacts=lines)


def _cannot_ring(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Every other way to 999; outside the form also that the worry can be written here."""
    dispatcher.utter_message(response="utter_cannot_ring")
    if not form.in_form(tracker):
        dispatcher.utter_message(response="utter_cannot_ring_here")


def _reassure(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker, intent: str) -> None:
    contacts = _for_this_worry(turn, tracker)
    if intent == "ask_immigration":
        # Who fears for their papers fears the police most.
        contacts = sorted(contacts, key=lambda c: c.kind == "police")
    key = _FEARS[intent]
    if key == "utter_talk" and not form.in_form(tracker) and not form.place_known(tracker, turn):
        # Without a place the list is short and holds the police: this one asks for the town or postcode.
        key = "utter_ask_contact"
    dispatcher.utter_message(response=key, contacts=turn.contact_lines(contacts, key))


def _contacts(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker, intent: str) -> None:
    contacts = _charities(turn, tracker) if intent == "ask_charity" else _for_this_worry(turn, tracker)
    contacts = _with_those_named(turn, tracker, contacts)
    if intent == "ask_human":
        turn.conversation.needs_person_at = turn.now
    lines = turn.contact_lines(contacts, f"utter_{intent}")
    dispatcher.utter_message(response=f"utter_{intent}", contacts=lines)


def _charities(turn: ActiveTurn, tracker: Tracker) -> list[Contact]:
    if not tracker.get_slot("category"):
        return turn.charities()
    contacts = _for_this_worry(turn, tracker)
    return [c for c in contacts if c.kind == "voluntary"] or contacts


def _with_those_named(turn: ActiveTurn, tracker: Tracker, contacts: list[Contact]) -> list[Contact]:
    """Whoever asks for an agency by its name gets its number first."""
    place = turn.services.places.resolve(form.place_known(tracker, turn) or "")
    named = turn.services.directory.named(turn.text, turn.now, place.borough, abroad=turn.abroad)
    return list({contact.id: contact for contact in (*named, *contacts)}.values())[:AT_MOST]


def _for_this_worry(turn: ActiveTurn, tracker: Tracker) -> list[Contact]:
    place = form.place_known(tracker, turn)
    return turn.contacts(place, tracker.get_slot("category"), str(tracker.get_slot("writer") or "neighbour"))


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
