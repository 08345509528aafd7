"""`bot route` prints what the design promises."""

import json

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.route import route

APP = typer.Typer()
APP.command("route")(route)
RUNNER = CliRunner()


def test_json_has_exactly_the_promised_shape() -> None:
    result = RUNNER.invoke(APP, ["B36", "--at", "2026-11-23T11:00", "--category", "neglect", "--json"])
    printed = json.loads(result.stdout)
    assert list(printed) == ["place", "boroughs", "ask", "contacts"]
    assert printed["place"] == "B36"
    assert printed["ask"] == ["Solihull", "Birmingham"]
    keys = ["id", "name", "kind", "phone", "open_now", "why", "checked_on"]
    assert all(list(contact) == keys for contact in printed["contacts"])


def test_a_settled_place_has_one_borough_and_no_question() -> None:
    result = RUNNER.invoke(APP, ["Handsworth", "--at", "2026-11-23T23:00+00:00", "--json"])
    printed = json.loads(result.stdout)
    assert printed["boroughs"] == ["birmingham"]
    assert printed["ask"] is None
    assert printed["contacts"][0]["phone"] == "0121 675 4806"


def test_a_time_without_a_zone_is_londons() -> None:
    summer = [
        RUNNER.invoke(APP, ["Dudley", "--at", at, "--json"]).stdout for at in ("2027-06-01T09:30", "2027-06-01T08:30Z")
    ]
    assert summer[0] == summer[1]


def test_the_table_shows_the_numbers() -> None:
    result = RUNNER.invoke(APP, ["Dudley", "--at", "2026-11-23T11:00"])
    assert result.exit_code == 0
    assert "0300 555 0050 > 3" in result.stdout


@pytest.mark.parametrize("option", [["--at", "tomorrow"], ["--category", "x"], ["--writer", "x"], ["--urgency", "x"]])
def test_an_unknown_word_is_refused(option: list[str]) -> None:
    assert RUNNER.invoke(APP, ["Dudley", *option]).exit_code == 2
