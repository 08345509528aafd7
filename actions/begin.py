"""Open the concern conversation on the path that fits the person: a worry, an unsure neighbour, a child, a parent."""

from datetime import timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import form
from bot.safeguarding.categories import category_of
from bot.usecases.concerns import Report, record_unfinished
from bot.usecases.turn import ActiveTurn, current

# A message with fewer letters than this names a worry and does not tell it yet ("I need to report abuse").
_TOLD_LETTERS = 16
# Below this three of four who are taken for a child are none (tests/evaluation/development).
_SURE_OF_A_CHILD = 0.6
# The decision helper is for those who say that they are unsure; where only we are, the worry is taken.
_SURE_OF_DOUBT = 0.4
# What was told is taken up again for so long.
_SAME_WORRY = timedelta(hours=24)
_WRITERS = {"child": "child", "parent": "parent"}


class Begin(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_begin"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = current()
        intent = form.intent(tracker)
        if intent == "ask_status":
            return _by_reference(turn, dispatcher, tracker)
        pressed = form.choice(tracker) is not None
        category = category_of(intent) or "unsure"
        path = {"child": "child", "parent": "parent", "unsure": "unsure"}.get(category, "concern")
        if path == "unsure" and (form.choice(tracker) == "worry" or not _unsure_themselves(turn, intent)):
            # Chosen from the menu, or it is we who are not sure what it is: no sign that the person is.
            path = "concern"
        if path == "child" and not pressed and not _a_child(turn):
            path, category = "concern", "unsure"
        known = {} if pressed or not (path == "child" or _told(turn)) else {"story": turn.text}
        if pressed and (doubted := form.missed(tracker, "doubted")):
            # Told already, in the words that left us in doubt.
            known = {"story": doubted["story"]}
            category = (category_of(doubted["worry"]) or category) if path == "concern" else category
        elif pressed and path == "concern" and turn.away < _SAME_WORRY:
            # Told before, on the way to "talk to someone".
            known = {slot: told for slot in ("story", "place", "child_age") if (told := form.given(tracker, slot))}
        events = [SlotSet("category", category), SlotSet("writer", _WRITERS.get(category, "neighbour"))]
        if path in ("concern", "unsure") and known and _submitted(turn):
            # They have told us something before: is this the same worry?
            return [*events, *form.start("add", {}), SlotSet("addition", turn.text)]
        self._greet(turn, dispatcher, path, pressed, known)
        place = turn.services.places.find_in(known.get("story", ""))
        if "place" not in known and place is not None and len(place.boroughs) == 1 and not place.ask:
            known["place"] = place.name or place.said
        return [*events, *form.start(path, known)]

    def _greet(
        self,
        turn: ActiveTurn,
        dispatcher: CollectingDispatcher,
        path: str,
        pressed: bool,
        known: dict[str, str],
    ) -> None:
        if path == "child":
            dispatcher.utter_message(response="utter_child" if known else "utter_child_begin")
            if known:
                record_unfinished(turn, Report("child", "child", known))
        elif path == "parent":
            dispatcher.utter_message(response="utter_parent")
        elif path == "unsure":
            dispatcher.utter_message(response="utter_unsure")


def _by_reference(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    given = form.entity(tracker, "reference")
    if given is None:
        concern = turn.uow.concerns.latest(turn.conversation.id)
        if concern is None or concern.status == "unfinished":
            dispatcher.utter_message(response="utter_ask_status")
            return form.start("nothing", {})
    else:
        concern = turn.uow.concerns.by_reference(given)
        if concern is None:
            dispatcher.utter_message(response="utter_reference_unknown")
            return form.start("nothing", {})
    state = {"acknowledged": "seen", "closed": "closed"}.get(concern.status, "open")
    dispatcher.utter_message(response=f"utter_status_{state}", reference=turn.shown(concern.reference))
    return [*form.start("addition", {}), SlotSet("reference", concern.reference)]


def _told(turn: ActiveTurn) -> bool:
    letters = sum(c.isalpha() for c in turn.text)
    # Scripts without spaces say more in fewer letters.
    return letters >= _TOLD_LETTERS or (turn.understanding.detection.script not in ("Latn", None) and letters >= 14)


def _a_child(turn: ActiveTurn) -> bool:
    """A man who is greeted as a child is lost; a child greeted as a neighbour gets the danger question all the same."""
    parse = turn.understanding.parse
    return parse.confidence >= _SURE_OF_A_CHILD or parse.intent != "child_disclosure"


def _unsure_themselves(turn: ActiveTurn, intent: str) -> bool:
    parse = turn.understanding.parse
    return parse.intent == intent and parse.confidence >= _SURE_OF_DOUBT


def _submitted(turn: ActiveTurn) -> bool:
    concern = turn.uow.concerns.latest(turn.conversation.id)
    return concern is not None and concern.status in ("submitted", "acknowledged")
