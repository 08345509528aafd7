"""Promise 2, for a short while: processes die under load, Twilio fails, and nothing is lost or sent twice."""

from pathlib import Path

import pytest

from bot.ports import Dialogue
from tests.chaos import Plan, run


@pytest.mark.timeout(150)
def test_nothing_is_lost_or_doubled_when_processes_die(dialogue: Dialogue, database_url: str, tmp_path: Path) -> None:
    assert dialogue.ready
    outcome = run(Plan(messages=150), database_url, tmp_path)
    assert outcome.broken == [], outcome.figures
    # The run was as rough as it should be.
    assert outcome.figures["kills"] >= 4, outcome.figures
    assert outcome.figures["kills with work in hand"] >= 2, outcome.figures
    assert outcome.figures["replies"] >= 150, outcome.figures
