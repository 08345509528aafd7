"""What the story already told beside the worry: taken into the slots, so that it is not asked, and said back once."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import form
from actions.form import NOT_ASKED
from bot.safeguarding.told import RELATIONSHIPS, Told
from bot.usecases.short_answers import leading
from bot.usecases.story import told_in
from bot.usecases.turn import ActiveTurn

# A correction is short: "no, she is 9 years old".
_CORRECTION_WORDS = 8
# Upper bounds of the age groups that the unsure neighbour is asked about.
_AGE_GROUPS = ((4, "under_5"), (11, "5_to_11"), (17, "12_to_17"))
_ASKED_IN = {"relationship": ("concern",), "how_often": ("unsure",), "how_long": ("unsure",)}
_KEPT = ("age", "name", "relationship", "when")


def read(turn: ActiveTurn, text: str) -> Told:
    """What these words tell, in the languages they may be in."""
    return told_in(turn.services, turn.understanding, text, turn.variety)


def known(told: Told, path: str) -> dict[str, str]:
    """The answers, by slot, that what was told gives to the questions of this path."""
    values = {slot: getattr(told, slot) for slot, paths in _ASKED_IN.items() if path in paths}
    if path == "unsure" and told.age is not None:
        values["child_age"] = next((group for most, group in _AGE_GROUPS if told.age <= most), "adult")
    if path == "concern" and told.name:
        values["subject"] = ", ".join(str(part) for part in (told.name, told.age) if part is not None)
    return {slot: value for slot, value in values.items() if value}


def say_back(
    turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker, events: list[EventType], story: str
) -> list[EventType]:
    """Take up what the story told and say it back, with the place; once, before the next question."""
    told, path = read(turn, story), str(tracker.get_slot("path"))
    answers = known(told, path)
    taken = [SlotSet(slot, value) for slot, value in answers.items() if tracker.get_slot(slot) is None]
    if path in ("child", "parent"):
        # Their family is how they know each other.
        told = Told(age=told.age, when=told.when)
    place = next((e["value"] for e in events if e.get("name") == "place"), None) or form.given(tracker, "place")
    if place or told.age is not None or told.name or told.relationship:
        _say(turn, dispatcher, told, place)
        taken.append(form.miss(tracker, "heard", {name: getattr(told, name) for name in _KEPT}))
    return taken


def carried(tracker: Tracker) -> list[EventType]:
    """What was said back on the unsure path answers questions of the report, too."""
    said = form.missed(tracker, "heard")
    answers = known(Told(**said), "concern") if said else {}
    return [SlotSet(slot, value) for slot, value in answers.items() if tracker.get_slot(slot) in (None, NOT_ASKED)]


def put_right(turn: ActiveTurn, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """ "No, she is 9 years old": what was said back is changed, and the open question stays."""
    before = form.missed(tracker, "heard")
    if before is None or form.choice(tracker) or turn.understanding.verdict.danger:
        return []
    if len(turn.text.split()) > _CORRECTION_WORDS or leading(turn.services, turn.text, turn.variety) != "no":
        return []
    now = read(turn, turn.text)
    changed = {n: getattr(now, n) for n in _KEPT[:3] if getattr(now, n) not in (None, before[n])}
    if not changed:
        return []
    told = Told(**{**before, **changed})
    _say(turn, dispatcher, told, form.given(tracker, "place"))
    events = [form.miss(tracker, "heard", {name: getattr(told, name) for name in _KEPT})]
    events += [SlotSet(slot, value) for slot, value in known(told, str(tracker.get_slot("path"))).items()]
    # The correction is the person's own words, too.
    return [*events, SlotSet("story", form.joined(form.given(tracker, "story"), turn.text))]


def _say(turn: ActiveTurn, dispatcher: CollectingDispatcher, told: Told, place: str | None) -> None:
    titles = {kind: turn.words(f"utter_ask_relationship/{n}") for n, kind in enumerate(RELATIONSHIPS, 1)}
    values = {
        "place": None if place in (None, NOT_ASKED) else place,
        "name": told.name,
        "age": None if told.age is None else str(told.age),
        "relationship": titles.get(told.relationship or ""),
        "when": told.when,
    }
    lines = [turn.say(f"utter_heard_{name}", {"value": value}).text for name, value in values.items() if value]
    dispatcher.utter_message(response="utter_heard", details="\n".join(lines))
