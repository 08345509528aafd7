"""Questions whose words depend on the path, or on what was said. All others are plain responses in domain.yml."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import form
from bot.usecases.turn import current, shortened

_VARIANTS = {
    "story": ("child", "unsure"),
    "danger": ("child", "parent"),
    "place": ("child", "parent"),
    "may_reply": ("child", "parent"),
}


class _AskByPath(Action):  # type: ignore[misc]
    """Asks for a slot in the words of the path, if the path has its own."""

    slot = ""

    def name(self) -> str:
        return f"action_ask_{self.slot}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        path = str(tracker.get_slot("path"))
        own = f"_{path}" if path in _VARIANTS[self.slot] else ""
        if self.slot == "place" and form.missed(tracker, "place") and form.intent(tracker) not in ("menu", "repeat"):
            # "I do not know that place" asks again in other words.
            dispatcher.utter_message(response="utter_ask_place_again")
            return []
        dispatcher.utter_message(response=f"utter_ask_{self.slot}{own}")
        return []


class AskStory(_AskByPath):
    slot = "story"


class AskDanger(_AskByPath):
    slot = "danger"


class AskPlace(_AskByPath):
    slot = "place"


class AskMayReply(_AskByPath):
    slot = "may_reply"


class AskPlaceChoice(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_ask_place_choice"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        place = current().services.places.resolve(str(tracker.get_slot("place")))
        buttons = [{"title": name, "payload": f'/affirm{{"choice": "{name}"}}'} for name in place.ask or ()]
        dispatcher.utter_message(response="utter_ask_place_choice", buttons=buttons)
        return []


class AskNextStep(Action):  # type: ignore[misc]
    """What the decision helper thinks, then the choice."""

    def name(self) -> str:
        return "action_ask_next_step"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(response=f"utter_advice_{_advice(tracker)}")
        dispatcher.utter_message(response="utter_ask_next_step")
        return []


class AskConsent(Action):  # type: ignore[misc]
    """The summary, short enough for a text."""

    def name(self) -> str:
        return "action_ask_consent"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = current()
        blank = turn.words("utter_not_given")
        lengths = {"story": 70, "place": 30, "subject": 40, "reporter_name": 20}
        values = {slot: shortened(form.given(tracker, slot) or blank, most) for slot, most in lengths.items()}
        dispatcher.utter_message(response="utter_ask_consent", **values)
        return []


def _advice(tracker: Tracker) -> str:
    """Report, talk or note: from how often, how long, how young and whether there is an ordinary reason."""
    points = _points(tracker, "how_often", {"often": 2, "few": 1, "once": 0})
    points += _points(tracker, "how_long", {"months": 2, "weeks": 1, "days": 0})
    points += _points(tracker, "child_age", {"under_5": 1, "5_to_11": 0, "12_to_17": 0, "adult": 0})
    points += _points(tracker, "explanation", {"none": 1, "worried": 1, "fits": -2})
    if points >= 3 or form.given(tracker, "danger") == "unsure":
        return "report"
    return "talk" if points >= 1 else "note"


def _points(tracker: Tracker, slot: str, points: dict[str, int]) -> int:
    """What an answer weighs. Words of the person's own, which nothing here reads, count towards telling someone."""
    answer = form.given(tracker, slot)
    return 0 if answer is None else points.get(answer, 1)
