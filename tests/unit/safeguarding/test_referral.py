"""A referral's life: every change that the table allows, and no other."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.safeguarding.referral import (
    BY_AGENCY,
    BY_STAFF,
    MOVES,
    NEEDS_REASON,
    ROUTES,
    STARTS_AS,
    STATUSES,
    is_late,
    may_become,
)

# Written out again, so that a slip in the table shows.
ALLOWED = """
waiting sent
waiting failed
waiting withdrawn
sent acknowledged
sent accepted
sent declined
sent done
sent withdrawn
acknowledged accepted
acknowledged declined
acknowledged done
acknowledged withdrawn
accepted done
accepted declined
accepted withdrawn
failed waiting
failed withdrawn
"""
NOW = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)


def test_the_table_allows_these_changes_and_no_others() -> None:
    allowed = {tuple(line.split()) for line in ALLOWED.split("\n") if line}
    pairs = product([*STATUSES, "", "nonsense"], repeat=2)
    assert {pair for pair in pairs if may_become(*pair)} == allowed


def test_every_status_can_be_reached_and_every_life_can_end() -> None:
    reached = set(STARTS_AS.values())
    while more := {to for status in reached for to in MOVES[status]} - reached:
        reached |= more
    assert reached == set(STATUSES)
    ended = {status for status in STATUSES if not MOVES[status]}
    assert ended == {"declined", "done", "withdrawn"}
    assert all("withdrawn" in MOVES[status] for status in set(STATUSES) - ended), "staff can always take it back"


def test_nobody_can_claim_that_a_mail_went_out() -> None:
    assert not {"sent", "waiting", "failed"} & set(BY_STAFF)
    assert "withdrawn" not in BY_AGENCY
    assert set(NEEDS_REASON) <= set(BY_STAFF)
    assert set(STARTS_AS) == set(ROUTES)


@pytest.mark.parametrize(
    ("status", "due_in", "chases", "late"),
    [
        ("sent", 1, 0, False),
        ("sent", 0, 0, True),
        ("sent", 1, 1, True),
        ("acknowledged", 1, 1, False),
        ("acknowledged", 0, 0, True),
        ("accepted", 0, 3, False),
        ("declined", 0, 1, False),
        ("done", 0, 1, False),
        ("withdrawn", 0, 1, False),
        ("failed", 0, 0, False),
    ],
)
def test_only_an_agency_that_is_silent_or_undecided_is_late(status: str, due_in: int, chases: int, late: bool) -> None:
    assert is_late(status, NOW - timedelta(days=3), NOW + timedelta(seconds=due_in), chases, NOW) is late


def test_a_mail_that_does_not_get_out_is_late_after_half_an_hour() -> None:
    assert not is_late("waiting", NOW - timedelta(minutes=29), None, 0, NOW)
    assert is_late("waiting", NOW - timedelta(minutes=30), None, 0, NOW)
