"""What an answer to each question of the concern conversation sets. None of them loses a word."""

from collections.abc import Callable

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import form, heard
from actions.emergency import raise_alarm
from actions.form import NOT_ASKED, SKIPPED
from bot.directory.places import chosen
from bot.languages.normalise import digits_only
from bot.safeguarding.categories import SERIOUS, category_of
from bot.usecases.short_answers import leading, mentioned, pauses, refuses, varieties
from bot.usecases.turn import ActiveTurn

# "Nadia" and "Saima" look like a no and a yes to the model: in answer to "who?" one word is only taken for one where
# it is listed as such, or where the model is surer than it is of any name tried.
_WHO, _SURER_THAN_OF_A_NAME = ("subject", "reporter_name"), 0.8
# Questions to which "no" may be the whole answer, and not a way of saying nothing.
_NO_SAYS_SOMETHING = ("addition",)
# A "yes" with no more words than this behind it is an answer; "ok so the father…" is a story.
_SHORT = 4
_BARE_YES = 2
# How often "is anyone in danger right now?" is asked again after words that are neither yes nor no.
_DANGER_AGAIN = 2

Answer = Callable[[ActiveTurn, CollectingDispatcher, Tracker], list[EventType]]


def keep(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Free words or a choice, as they are; a bare "no" or "I don't know" skips, a bare "yes" waits for more."""
    slot, intent = str(tracker.get_slot("requested_slot")), form.intent(tracker)
    if picked := form.choice(tracker):
        return [SlotSet(slot, picked)]
    if slot in _WHO and _may_be_a_name(turn):
        return [SlotSet(slot, turn.text)]
    if intent == "dont_know" or (intent == "deny" and slot not in _NO_SAYS_SOMETHING):
        return [SlotSet(slot, SKIPPED)]
    if intent == "affirm" and len(turn.text.split()) == 1:
        return [SlotSet(slot, SKIPPED)] if form.missed(tracker, slot) else [form.miss(tracker, slot, True)]
    return [SlotSet(slot, turn.text)]


def _may_be_a_name(turn: ActiveTurn) -> bool:
    listed = turn.services.keywords.meaning(turn.text, varieties(turn.services, turn.variety))
    unsure = turn.understanding.parse.confidence < _SURER_THAN_OF_A_NAME
    return len(turn.text.split()) == 1 and listed is None and unsure


def _more_story(tracker: Tracker, turn: ActiveTurn) -> EventType:
    return SlotSet("story", form.joined(form.given(tracker, "story"), turn.text))


def _story(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    if form.intent(tracker) in ("dont_know", "deny"):
        return [SlotSet("story", SKIPPED)]
    events = [SlotSet("story", turn.text)]
    category = category_of(turn.understanding.intent)
    if category and tracker.get_slot("category") == "unsure" and category not in ("emergency", "child", "parent"):
        events.append(SlotSet("category", category))
    return events


def _danger(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    events = _danger_answered(turn, dispatcher, tracker)
    answer = next((e["value"] for e in events if e.get("name") == "danger"), None)
    if answer not in ("no", "unsure"):
        return events
    story = next((e["value"] for e in events if e.get("name") == "story"), None) or form.given(tracker, "story") or ""
    return [*events, *heard.say_back(turn, dispatcher, tracker, events, story)]


def _danger_answered(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    intent, lead = form.intent(tracker), leading(turn.services, turn.text, turn.variety)
    # "No, he is at work" and "no hes at work" are a no; "no food for days" is none.
    clear = pauses(turn.text) or (lead == "no" and turn.understanding.parse.intent == "deny")
    if intent == "affirm" or (lead == "yes" and (clear or len(turn.text.split()) <= _SHORT)):
        bare = lead is None
        raise_alarm(turn, dispatcher, tracker, bare=bare)
        return [SlotSet("danger", "yes"), *([] if bare else [_more_story(tracker, turn)])]
    if intent == "deny":
        told = len(turn.text.split()) >= _SHORT and form.choice(tracker) is None
        return [SlotSet("danger", "no"), *([_more_story(tracker, turn)] if told else [])]
    if intent == "dont_know":
        dispatcher.utter_message(response="utter_emergency")
        # They may stop writing here: a person should know that danger was not ruled out.
        turn.conversation.needs_person_at = turn.now
        return [SlotSet("danger", "unsure")]
    if lead == "no" and turn.understanding.verdict.danger is None and (clear or _first_clause_denies(turn)):
        return [SlotSet("danger", "no"), _more_story(tracker, turn)]
    # Neither yes nor no: the words belong to the story. Asked once more, then the doubt stays on record.
    times = int(form.missed(tracker, "danger") or 0)
    dispatcher.utter_message(response="utter_consent_unclear")
    if times < _DANGER_AGAIN:
        return [form.miss(tracker, "danger", times + 1), _more_story(tracker, turn)]
    return [SlotSet("danger", "unsure"), _more_story(tracker, turn)]


def _first_clause_denies(turn: ActiveTurn) -> bool:
    """ "No not now, their ticket is for next month": what stands before the first pause is a no of several words."""
    first = turn.text.replace("\u060c", ",").partition(",")[0]
    if first == turn.text or len(first.split()) > _SHORT:
        return False
    likely = dict(turn.understanding.detection.likely)
    return turn.services.dialogue.parse(first, likely).intent == "deny"


def _child_age(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """An age in figures stays as it was written; staff can read it."""
    if not form.choice(tracker) and digits_only(turn.text):
        return [SlotSet("child_age", turn.text)]
    return keep(turn, dispatcher, tracker)


def _explanation(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    if form.choice(tracker) is None and form.intent(tracker) == "affirm":
        # Whether it fits is not said: not taken as reassurance.
        return [SlotSet("explanation", "worried")]
    return keep(turn, dispatcher, tracker)


def _place(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    earlier = form.missed(tracker, "place")
    if form.intent(tracker) in ("dont_know", "deny"):
        if form.intent(tracker) == "deny" and tracker.get_slot("danger") == "yes" and not form.missed(tracker, "no"):
            # After "ring 999" a "no" may answer that. Where it is matters most now: asked once more.
            return [form.miss(tracker, "no", True)]
        return [SlotSet("place", earlier or SKIPPED), SlotSet("place_choice", NOT_ASKED)]
    place = turn.services.places.resolve(turn.text)
    if not place.boroughs and not place.ask and not place.outside and not earlier:
        if _goes_on(tracker) and not form.missed(tracker, "goes_on"):
            raise_alarm(turn, dispatcher, tracker)
            return [form.miss(tracker, "goes_on", True), _more_story(tracker, turn)]
        return [form.miss(tracker, "place", turn.text)]
    said = f"{turn.text}, {earlier}" if earlier and earlier != turn.text else turn.text
    return [SlotSet("place", said), SlotSet("place_choice", None if place.ask else NOT_ASKED)]


def _goes_on(tracker: Tracker) -> bool:
    """Whether they tell more of the danger, as in "still hitting", instead of where it is."""
    return tracker.get_slot("danger") == "yes" and form.intent(tracker) in SERIOUS


def _place_choice(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    said = str(tracker.get_slot("place"))
    picked = form.choice(tracker) or turn.text
    if form.intent(tracker) in ("dont_know", "deny"):
        return [SlotSet("place_choice", SKIPPED)]
    return [SlotSet("place_choice", picked), SlotSet("place", chosen(said, picked))]


def _relationship(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    worker = [SlotSet("writer", "professional")] if form.choice(tracker) == "professional" else []
    return [*keep(turn, dispatcher, tracker), *worker]


def _may_reply(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Only a yes is a yes: anything else may put somebody at risk who is written to."""
    picked = form.choice(tracker) or {"affirm": "yes", "deny": "no", "dont_know": "no"}.get(form.intent(tracker))
    if picked == "yes" and form.choice(tracker) is None and len(turn.text.split()) > _BARE_YES:
        # "Yes but only in the mornings": what stands behind it says when.
        picked = None
    earlier = form.missed(tracker, "may_reply")
    if picked == "yes" and earlier:
        return [SlotSet("may_reply", "times"), SlotSet("safe_times", earlier)]
    if picked == "times":
        return [SlotSet("may_reply", "times"), SlotSet("safe_times", earlier)]
    if picked:
        return [SlotSet("may_reply", picked), *([SlotSet("safe_times", earlier)] if earlier else [])]
    lead, words = leading(turn.services, turn.text, turn.variety), form.joined(earlier, turn.text)
    if lead == "yes":
        return [SlotSet("may_reply", "times"), SlotSet("safe_times", words)]
    if lead == "no" or earlier:
        return [SlotSet("may_reply", "no"), SlotSet("safe_times", words)]
    dispatcher.utter_message(response="utter_consent_unclear")
    return [form.miss(tracker, "may_reply", turn.text)]


def _next_step(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    intent = form.intent(tracker)
    by_intent = {"affirm": "report", "deny": "note", "dont_know": "talk", "ask_human": "talk"}
    picked = form.choice(tracker) or by_intent.get(intent) or _next_step_in_words(turn)
    if picked == "report":
        return [SlotSet("next_step", "report"), *form.switch(tracker, "concern"), *heard.carried(tracker)]
    if picked in ("talk", "note"):
        return [SlotSet("next_step", picked)]
    if form.missed(tracker, "next_step"):
        # Twice not understood: somebody to talk to.
        return [_more_story(tracker, turn), SlotSet("next_step", "talk")]
    dispatcher.utter_message(response="utter_consent_unclear")
    return [_more_story(tracker, turn), form.miss(tracker, "next_step", True)]


def _next_step_in_words(turn: ActiveTurn) -> str | None:
    """As in "I want to report it", unless the model hears a refusal in it."""
    if refuses(turn.understanding.parse):
        return None
    payload = mentioned(turn.choices("utter_ask_next_step"), turn.text)
    return payload.split('"')[3] if payload else None


def _consent(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    picked = form.choice(tracker) or {"affirm": "send", "deny": "change"}.get(form.intent(tracker))
    if picked == "change" or (picked is None and leading(turn.services, turn.text, turn.variety) == "no"):
        return [SlotSet("correction", None)]
    if picked in ("send", "note", "stop"):
        return [SlotSet("consent", picked)]
    # Anything else is more of the story: kept, and the summary is shown again. A person is told of the second time.
    if form.missed(tracker, "consent"):
        turn.conversation.needs_person_at = turn.now
    again = form.miss(tracker, "consent", True)
    if form.intent(tracker) == "dont_know":
        return [again]
    dispatcher.utter_message(response="utter_consent_unclear")
    return [again, _more_story(tracker, turn)]


def _correction(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    picked = form.choice(tracker)
    done = SlotSet("correction", NOT_ASKED)
    if picked in ("story", "place", "subject", "relationship", "may_reply"):
        return [done, SlotSet(picked, None), SlotSet("misses", None)]
    if picked == "nothing" or form.intent(tracker) in ("deny", "dont_know"):
        return [done]
    dispatcher.utter_message(response="utter_consent_unclear")
    return [done, _more_story(tracker, turn)]


def _add_choice(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    picked = form.choice(tracker) or {"affirm": "add", "deny": "new"}.get(form.intent(tracker), "add")
    if picked == "new":
        story = form.given(tracker, "addition") or ""
        return [*form.start("concern", {"story": story} if story else {}), SlotSet("add_choice", "new")]
    if form.choice(tracker) is None and form.intent(tracker) not in ("affirm", "deny", "dont_know"):
        told = form.joined(form.given(tracker, "addition"), turn.text)
        return [SlotSet("add_choice", "add"), SlotSet("addition", told)]
    return [SlotSet("add_choice", "add")]


ANSWERS: dict[str, Answer] = {
    "story": _story,
    "danger": _danger,
    "child_age": _child_age,
    "explanation": _explanation,
    "place": _place,
    "place_choice": _place_choice,
    "relationship": _relationship,
    "may_reply": _may_reply,
    "next_step": _next_step,
    "consent": _consent,
    "correction": _correction,
    "add_choice": _add_choice,
}
