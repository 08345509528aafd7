"""Opening hours as people are told them."""

from bot.directory.agencies import load_agencies
from bot.directory.week import Stretch, told
from bot.settings import ROOT

AGENCIES = load_agencies(ROOT / "data" / "directory")


def test_what_is_said_of_hours_is_what_is_known() -> None:
    assert told(AGENCIES["police_999"]).kind == "always"
    assert told(AGENCIES["nspcc"]).kind == "unknown", "many sites still say always"
    assert told(AGENCIES["edt_birmingham"]).kind == "else"


def test_days_in_a_row_with_the_same_hours_are_told_together() -> None:
    assert told(AGENCIES["csc_birmingham"]).week == (
        Stretch((0, 1, 2, 3), ("08:45–17:15",)),
        Stretch((4,), ("08:45–16:15",)),
    )
    haven = told(AGENCIES["coventry_haven"])
    assert haven.week[1] == Stretch((5, 6), ("10:00–13:00",))
    assert haven.may_differ
