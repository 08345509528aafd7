"""A referral's life: which status may follow which, what needs a reason, and when it must get louder."""

from datetime import datetime, timedelta

ROUTES = ("email", "by_hand")
MOVES: dict[str, frozenset[str]] = {
    "waiting": frozenset({"sent", "failed", "withdrawn"}),
    "sent": frozenset({"acknowledged", "accepted", "declined", "done", "withdrawn"}),
    "acknowledged": frozenset({"accepted", "declined", "done", "withdrawn"}),
    "accepted": frozenset({"done", "declined", "withdrawn"}),
    "failed": frozenset({"waiting", "withdrawn"}),
    "declined": frozenset(),
    "done": frozenset(),
    "withdrawn": frozenset(),
}
"""Every status, and what it may become."""

STATUSES = tuple(MOVES)
BY_AGENCY = ("acknowledged", "accepted", "declined", "done")
"""What an agency may answer."""

BY_STAFF = (*BY_AGENCY, "withdrawn")
ENDED_BY_AGENCY = ("declined", "done")
NEEDS_REASON = ("declined", "withdrawn")
STARTS_AS = {"email": "waiting", "by_hand": "sent"}
# A mail that is not out after so long is shown to staff, although it is still being tried.
_MAIL_SHOULD_BE_OUT = timedelta(minutes=30)

LINK_LIVES = timedelta(days=14)
# After the agency's last word: time to print it, or to ring about a slip.
LINK_LIVES_ON = timedelta(days=1)
CODE_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(minutes=30)
CODE_TRIES = 5
CODES_A_DAY = 5


def may_become(status: str, to: str) -> bool:
    """Whether this change is in the table. Unknown words are in none."""
    return to in MOVES.get(status, frozenset())


def is_late(status: str, created_at: datetime, due_at: datetime | None, chases: int, now: datetime) -> bool:
    """Whether the agency has let a working day pass without a word or a decision, or its mail does not get out."""
    if status == "waiting":
        return now - created_at >= _MAIL_SHOULD_BE_OUT
    overdue = due_at is not None and due_at <= now
    return (status == "sent" and (chases > 0 or overdue)) or (status == "acknowledged" and overdue)
