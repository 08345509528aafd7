"""Take an answer in the concern conversation. Every question takes free words; a question or a command interrupts."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import form, heard
from actions.answers import ANSWERS, keep
from actions.form import NOT_ASKED
from bot.directory.places import Place
from bot.languages.keywords import number_in
from bot.safeguarding.detector import Danger
from bot.safeguarding.signals import Signal
from bot.usecases.concerns import Report, record_progress, record_unfinished
from bot.usecases.short_answers import leading
from bot.usecases.turn import AWAY, ActiveTurn, current

# Above this the model's reading of a message as a question interrupts; less will do for one with a question mark,
# or in answer to "where?" when it is no place.
_SURE_QUESTION, _LIKELY_QUESTION = 0.6, 0.4
# Between the two for a question with choices, where anything else is hardly an answer.
_QUESTION_AT_CHOICES = 0.5
_SURE_TALK = 0.9
_SURE_OF_A_CHILD = 0.9
_WRITTEN_OUT = ("cancel", "menu", "repeat", "ask_language")
_QUESTIONS = ("emergency", "cancel", "menu", "repeat")
_TALK = ("greet", "thanks", "goodbye", "abusive", "out_of_scope")
_QUESTION_MARKS = ("?", "\u061f", "\uff1f")
# Questions that a bare number may answer though no choice has it: an age, an hour.
_TAKES_NUMBERS = ("child_age", "subject", "safe_times")
# Questions that a bare place is no answer to.
_NO_PLACE = ("danger", "how_often", "how_long", "child_age", "explanation", "next_step", "relationship", "may_reply")
# Questions that are answered in words of one's own.
_TOLD = ("subject", "explanation")
# Talk in so few words is hardly told from an answer: "only in the evening", "through work".
_AN_ANSWER, _AN_ANSWER_IN_LETTERS = 4, 30
_WHO, _NAME_WORDS = ("subject", "reporter_name"), 3
_HOW_TO_REACH = ("may_reply", "safe_times")
_BARE_PLACE_WORDS, _CORRECTION_WORDS = 3, 8


class ValidateConcernForm(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "validate_concern_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        slot = tracker.get_slot("requested_slot")
        if slot is None or not form.in_form(tracker) or current().asking_again:
            return []
        turn = current()
        events = _taken(turn, dispatcher, tracker, slot)
        # What staff have been told of already grows with every answer.
        record_progress(turn, form.report_after(tracker, events).answers)
        return events


def _taken(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker, slot: str) -> list[EventType]:
    if moved := _place_put_right(turn, dispatcher, tracker, slot) or heard.put_right(turn, dispatcher, tracker):
        return moved
    if _interrupts(turn, tracker, slot):
        return []
    if _a_child_after_all(turn, tracker):
        return _to_child(turn, dispatcher, tracker)
    events = [*ANSWERS.get(slot, keep)(turn, dispatcher, tracker), *_place_on_the_way(turn, tracker, slot)]
    if turn.understanding.verdict.danger is Danger.CHECK and slot not in ("danger", "story"):
        # Something in the answer may mean danger: the question is asked (again) before anything else.
        return [*events, SlotSet("danger", None)] if tracker.get_slot("danger") != "yes" else events
    return events


def _interrupts(turn: ActiveTurn, tracker: Tracker, slot: str) -> bool:
    intent, confidence = form.intent(tracker), turn.understanding.parse.confidence
    if form.choice(tracker) is not None or intent in ("affirm", "deny", "dont_know"):
        return False
    if intent == "emergency":
        # Once staff know of the danger, what only the model takes for more of it may well be the answer.
        return turn.alarm_raised or turn.understanding.verdict.danger is Danger.EMERGENCY
    if intent == turn.understanding.signalled:
        # "He reads my phone" is also how they answer whether we may write.
        return not (intent == Signal.CANNOT_RING and slot in _HOW_TO_REACH)
    if turn.understanding.only_cannot_ring:
        return slot not in _HOW_TO_REACH
    if intent == "nlu_fallback":
        # A bare number that nothing on offer has; all other words are an answer.
        return number_in(turn.text, 9) is not None and slot not in _TAKES_NUMBERS
    if intent in _WRITTEN_OUT and turn.understanding.parse.intent != intent:
        # The word itself was written, not guessed by the model.
        return True
    if slot == "place" and _is_place(turn):
        return False
    if intent == "ask_human" and slot == "next_step":
        return False
    if intent in _QUESTIONS:
        return confidence >= _SURE_QUESTION
    if intent in tuple(Signal):
        # The lexicon did not hear it: "about seven, number 12" is an answer.
        return slot not in (*_HOW_TO_REACH, "subject", "place", "reporter_name") and confidence >= _SURE_QUESTION
    if intent.startswith("ask_"):
        marked = turn.text.rstrip().endswith(_QUESTION_MARKS)
        if slot in _WHO and not marked and _tells_who(turn, intent):
            return False
        asked = marked or slot == "place"
        least = _QUESTION_AT_CHOICES if slot in _NO_PLACE else _SURE_QUESTION
        return confidence >= (_LIKELY_QUESTION if asked else least)
    if intent not in _TALK or slot == "reporter_name":
        return False
    if turn.away >= AWAY:
        # "Sorry, I was away": no answer to a question of days ago.
        return True
    if intent == "out_of_scope" and (slot in _TOLD or _answers(turn)):
        # "A white van and two dogs" may be what somebody knows.
        return False
    return confidence >= (_SURE_TALK if slot in ("subject", "place") else _SURE_QUESTION)


def _answers(turn: ActiveTurn) -> bool:
    """ "Yes, but only in the mornings", "through work". Letters count where words are not parted."""
    few = len(turn.text.split()) <= _AN_ANSWER and len(turn.text) <= _AN_ANSWER_IN_LETTERS
    return few or leading(turn.services, turn.text, turn.variety) is not None


def _tells_who(turn: ActiveTurn, intent: str) -> bool:
    """ "Her name is Maryam", "about seven, number 12": words that "do I have to give my name?" has too, and figures."""
    told = heard.read(turn, turn.text)
    named = intent == "ask_anonymous" and len(turn.text.split()) <= _NAME_WORDS
    return named or told.name is not None or told.age is not None or any(c.isdigit() for c in turn.text)


def _is_place(turn: ActiveTurn) -> bool:
    place = turn.services.places.resolve(turn.text)
    return bool(place.boroughs or place.ask or place.outside)


def _place_put_right(
    turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker, slot: str
) -> list[EventType]:
    """A place where it answers nothing: "no, I meant Aston", or the bare name. It is kept, the question stays."""
    if form.choice(tracker) or turn.understanding.verdict.danger:
        return []
    words = len(turn.text.split())
    if slot in _NO_PLACE and words <= _BARE_PLACE_WORDS:
        place: Place | None = turn.services.places.resolve(turn.text)
    elif form.given(tracker, "place") and slot not in ("danger", "place_choice") and words <= _CORRECTION_WORDS:
        denies = leading(turn.services, turn.text, turn.variety) == "no"
        place = turn.services.places.find_in(turn.text) if denies else None
    else:
        return []
    if place is None or not (place.boroughs or place.ask):
        return []
    dispatcher.utter_message(response="utter_consent_unclear")
    return [SlotSet("place", place.name or place.said), SlotSet("place_choice", None if place.ask else NOT_ASKED)]


def _place_on_the_way(turn: ActiveTurn, tracker: Tracker, slot: str) -> list[EventType]:
    """A place that an answer to another question mentions, when none is known yet."""
    if slot in ("place", "place_choice") or form.given(tracker, "place"):
        return []
    place = turn.services.places.find_in(turn.text)
    if place is None or place.borough is None:
        return []
    return [SlotSet("place", place.name or place.said), SlotSet("place_choice", NOT_ASKED)]


def _a_child_after_all(turn: ActiveTurn, tracker: Tracker) -> bool:
    surely = turn.understanding.parse.confidence >= _SURE_OF_A_CHILD
    on_another_path = tracker.get_slot("path") in ("concern", "unsure")
    return on_another_path and surely and form.intent(tracker) == "child_disclosure" and not form.choice(tracker)


def _to_child(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """They write about themselves: gentler words from here on, Childline, and staff told at once."""
    story = form.joined(form.given(tracker, "story"), turn.text)
    dispatcher.utter_message(response="utter_child")
    record_unfinished(turn, Report("child", "child", {**form.report(tracker).answers, "story": story}))
    kept = [SlotSet("story", story), SlotSet("category", "child"), SlotSet("writer", "child")]
    return [*form.switch(tracker, "child"), *kept]
