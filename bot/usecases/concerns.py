"""Put a worry in front of staff: from the dialogue's answers to a concern with its timeline, owner and clock."""

from dataclasses import dataclass
from typing import Any

from bot.safeguarding.categories import category_of
from bot.safeguarding.reference import new_reference
from bot.safeguarding.urgency import Signs, Urgency, more_urgent
from bot.store.columns import new_id
from bot.store.models import Concern
from bot.usecases.turn import ActiveTurn

# What staff see of a concern; the values are the person's own words or a choice's code.
ANSWERS = (
    "story",
    "danger",
    "place",
    "subject",
    "relationship",
    "may_reply",
    "safe_times",
    "reporter_name",
    "how_often",
    "how_long",
    "child_age",
    "explanation",
)


@dataclass(frozen=True)
class Report:
    """What the dialogue has gathered. `answers` by the names of `ANSWERS`."""

    category: str
    writer: str
    answers: dict[str, str]


def record_emergency(turn: ActiveTurn, answers: dict[str, str] | None = None) -> Concern:
    """Staff see danger at once, before the person has answered anything; later words join the same concern."""
    concern = _unfinished(turn)
    told = {**(answers or {}), "story": (answers or {}).get("story") or turn.text}
    urgency = turn.understanding.urgency
    reasons = urgency.reasons if urgency.level == "emergency" else ("danger_answered_yes",)
    if concern is None:
        category = category_of(turn.understanding.parse.intent) or "emergency"
        report = Report(category, "child" if category == "child" else "neighbour", told)
        return _create(turn, report, "unfinished", Urgency("emergency", reasons))
    _join(turn, concern, told)
    _raise_to(turn, concern, "emergency", reasons)
    return concern


def record_unfinished(turn: ActiveTurn, report: Report) -> Concern:
    """A child who writes is put in front of staff at once; the rest of the conversation joins the concern."""
    concern = _unfinished(turn)
    if concern is not None:
        _join(turn, concern, report.answers)
        return concern
    return _create(turn, report, "unfinished", _urgency(turn, report))


def record_progress(turn: ActiveTurn, answers: dict[str, str]) -> None:
    """One more answer to a concern that staff see before it is sent: danger, or a child who writes."""
    concern = _unfinished(turn)
    if concern is not None:
        _join(turn, concern, answers)


def submit(turn: ActiveTurn, report: Report, status: str = "submitted") -> Concern:
    """The person agreed to send it (`submitted`), or asked only to note it (`noted`)."""
    concern = _unfinished(turn)
    urgency = Urgency("note", ("noted_at_wish",)) if status == "noted" else _at_least_a_concern(_urgency(turn, report))
    if concern is None:
        return _create(turn, report, status, urgency)
    _join(turn, concern, report.answers)
    _raise_to(turn, concern, urgency.level, urgency.reasons)
    if concern.urgency != "emergency" or status == "submitted":
        concern.status, concern.submitted_at = status, turn.now
        _event(turn, concern, status)
    return concern


def add(turn: ActiveTurn, concern: Concern, words: str) -> None:
    """More about a concern that staff already have; one that was closed is opened again."""
    answers = dict(concern.answers or {})
    answers["additions"] = [*answers.get("additions", []), words]
    concern.answers = answers
    if concern.status in ("closed", "noted"):
        concern.status, concern.closed_at = "submitted", None
        _event(turn, concern, "reopened")
    _event(turn, concern, "added", words)
    _raise_to(turn, concern, turn.understanding.urgency.level, turn.understanding.urgency.reasons)


def remember_contact_wishes(turn: ActiveTurn, may_reply: str | None, safe_times: str | None) -> None:
    """How this person may be written to; checked again whenever something is sent."""
    resident = turn.conversation.resident
    resident.may_reply, resident.safe_times = may_reply, safe_times


def _unfinished(turn: ActiveTurn) -> Concern | None:
    concern = turn.uow.concerns.latest(turn.conversation.id)
    return concern if concern is not None and concern.status == "unfinished" else None


def _at_least_a_concern(urgency: Urgency) -> Urgency:
    """What was sent for somebody to look at has been promised an answer within a working day."""
    return Urgency(more_urgent(urgency.level, "concern"), urgency.reasons)


def _urgency(turn: ActiveTurn, report: Report) -> Urgency:
    intent = {"child": "child_disclosure", "parent": "parent_needs_help"}.get(
        report.category, f"concern_{report.category}"
    )
    return turn.services.urgency.decide(Signs(intent=intent, danger=report.answers.get("danger")))


def _create(turn: ActiveTurn, report: Report, status: str, urgency: Urgency) -> Concern:
    place = turn.services.places.resolve(report.answers.get("place", ""))
    concern = Concern(
        id=new_id(),
        reference=new_reference(),
        conversation_id=turn.conversation.id,
        status=status,
        category=report.category,
        urgency=urgency.level,
        urgency_reasons=list(urgency.reasons),
        writer=report.writer,
        boroughs=list(place.boroughs),
        language=turn.variety or turn.language.code,
        created_at=turn.now,
        submitted_at=None if status == "unfinished" else turn.now,
        due_at=turn.now + turn.services.urgency.due_in(urgency.level),
    )
    turn.uow.session.add(concern)
    concern.answers = _kept(report.answers)
    turn.uow.session.flush()
    _event(turn, concern, status)
    return concern


def _join(turn: ActiveTurn, concern: Concern, answers: dict[str, str]) -> None:
    before: dict[str, Any] = dict(concern.answers or {})
    after = {**before, **_kept(answers)}
    story, told = str(before.get("story", "")), str(after.get("story", ""))
    if story and told and story not in told:
        after["story"] = f"{story}\n{told}"
    concern.answers = after
    place = turn.services.places.resolve(str(after.get("place", "")))
    concern.boroughs = list(place.boroughs) or concern.boroughs


def _raise_to(turn: ActiveTurn, concern: Concern, level: str, reasons: tuple[str, ...]) -> None:
    """Nothing makes a concern quieter but a human."""
    graver = more_urgent(concern.urgency, level)
    if graver != concern.urgency:
        concern.urgency, concern.urgency_reasons = graver, list(reasons)
        concern.due_at = min(concern.due_at, turn.now + turn.services.urgency.due_in(graver))
        _event(turn, concern, "urgency_raised", graver)


def _kept(answers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in answers.items() if name in ANSWERS and value}


def _event(turn: ActiveTurn, concern: Concern, kind: str, detail: str | None = None) -> None:
    turn.uow.concerns.add_event(concern, turn.now, kind, detail)
    turn.uow.audit(turn.now, "resident", f"concern_{kind}", "concern", concern.id)
