"""Every command of `bot`, as somebody at a terminal meets it. Errors are one line and exit 1."""

import json
import re
from pathlib import Path

import pytest

from bot.dialogue.training import model_path
from bot.settings import ROOT
from tests.functional.terminal import Run, change, one_line


class TestRoute:
    def test_a_place_gives_its_borough_and_whom_to_ring(self, run: Run) -> None:
        result = run("route", "Handsworth", "--at", "2026-11-17T11:00", "--category", "neglect", "--json")
        assert result.status == 0
        found = json.loads(result.out)
        assert found["boroughs"] == ["birmingham"]
        assert any(contact["phone"] == "0121 303 1888" for contact in found["contacts"])

    def test_people_get_a_table(self, run: Run) -> None:
        assert "0121 303 1888" in run("route", "Handsworth", "--at", "2026-11-17T11:00").out

    def test_a_place_outside_the_county_has_no_borough(self, run: Run) -> None:
        assert json.loads(run("route", "London", "--json").out)["boroughs"] == []

    @pytest.mark.parametrize("wrong", [("--at", "noon"), ("--category", "gossip"), ("--writer", "cat")])
    def test_a_wrong_option_is_named(self, run: Run, wrong: tuple[str, str]) -> None:
        result = run("route", "Walsall", *wrong)
        assert result.status == 2
        assert wrong[0] in result.err


class TestStaff:
    def test_an_account_is_made_with_a_link_that_works_once(self, run: Run) -> None:
        result = run("staff", "add", "amina.khan", "--name", "Amina Khan", "--role", "administrator")
        assert result.status == 0
        assert re.search(r"http://localhost:8000/staff/first/[\w-]{30,}$", result.out.strip())
        listed = run("staff", "list").out.strip().split("\t")
        assert listed == ["amina.khan", "administrator", "has not used the link yet", "Amina Khan"]

    def test_a_reset_gives_another_link(self, run: Run) -> None:
        first = run("staff", "add", "amina.khan", "--name", "Amina Khan").out
        second = run("staff", "reset", "amina.khan").out
        assert "/staff/first/" in second
        assert first.split()[-1] != second.split()[-1]

    def test_a_disabled_account_says_so(self, run: Run) -> None:
        run("staff", "add", "amina.khan", "--name", "Amina Khan")
        assert run("staff", "disable", "amina.khan").status == 0
        assert "\tdisabled\t" in run("staff", "list").out

    def test_nobody_by_that_name_is_one_line(self, run: Run) -> None:
        one_line(run("staff", "reset", "nobody"), "NotFound")

    @pytest.mark.parametrize("username", ["", "A B", "x" * 41, "amina\0", "-amina"])
    def test_a_username_that_cannot_be_is_refused(self, run: Run, username: str) -> None:
        assert run("staff", "add", username, "--name", "Amina").status == 2
        assert run("staff", "list").out == ""

    def test_the_same_name_twice_is_refused(self, run: Run) -> None:
        run("staff", "add", "amina", "--name", "Amina")
        assert run("staff", "add", "amina", "--name", "Amina").status == 2

    def test_the_first_link_uses_the_public_address(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BOT_PUBLIC_URL", "https://bot.example/")
        assert "https://bot.example/staff/first/" in run("staff", "add", "amina", "--name", "Amina").out


class TestDatabase:
    def test_an_empty_database_is_brought_up_to_date(self, run: Run) -> None:
        result = run("db", "check")
        assert result.status == 1
        assert "bot db upgrade" in result.err
        assert run("db", "upgrade").status == 0
        assert run("db", "check").status == 0

    def test_a_table_that_is_missing_is_named(self, run: Run, var: Path) -> None:
        run("db", "upgrade")
        change(var, "DROP TABLE concern_events")
        result = run("db", "check")
        assert result.status == 1
        assert "concern_events" in result.err

    @pytest.mark.parametrize(
        "url", ["sqlite:////nowhere/at/all/bot.sqlite3", "postgresql://bot:hunter2@127.0.0.1:9/bot"]
    )
    def test_a_database_that_cannot_be_opened_is_one_line(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, url: str, tmp_path: Path
    ) -> None:
        if url.startswith("sqlite"):
            # A file where a folder should be.
            (tmp_path / "file").touch()
            url = f"sqlite:///{tmp_path / 'file' / 'bot.sqlite3'}"
        monkeypatch.setenv("BOT_DATABASE_URL", url)
        result = run("db", "upgrade")
        one_line(result)
        assert "hunter2" not in result.err


class TestAudit:
    def test_an_untouched_log_is_whole(self, run: Run) -> None:
        run("staff", "add", "amina", "--name", "Amina")
        result = run("audit", "verify")
        assert (result.status, "whole" in result.out) == (0, True)

    @pytest.mark.parametrize(
        "tampering",
        [
            "UPDATE audit SET actor = 'nobody' WHERE id = (SELECT min(id) FROM audit)",
            "DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)",
            "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)",
            "DELETE FROM audit",
        ],
    )
    def test_a_log_that_was_touched_is_found_out(self, run: Run, var: Path, tampering: str) -> None:
        run("staff", "add", "amina", "--name", "Amina")
        run("staff", "disable", "amina")
        change(var, tampering)
        result = run("audit", "verify")
        one_line(result, "BROKEN")


class TestTrain:
    def test_a_current_model_is_not_trained_again(self, run: Run, var: Path) -> None:
        path = model_path(ROOT, var)
        path.parent.mkdir(parents=True)
        path.touch()
        result = run("train")
        assert (result.status, result.err) == (0, "")
        assert str(path) in result.out


def test_a_malformed_setting_is_one_line_that_names_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_SESSION_MINUTES", "soon")
    one_line(run("staff", "list"), "BOT_SESSION_MINUTES")


def test_a_malformed_master_key_is_one_line_that_does_not_show_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_MASTER_KEY", "hunter2")
    result = run("db", "upgrade")
    one_line(result, "BOT_MASTER_KEY")
    assert "hunter2" not in result.err


def test_every_command_explains_itself(run: Run) -> None:
    commands = ["serve", "train", "chat", "understand", "route", "languages", "staff", "db", "audit", "translate"]
    for command in commands:
        result = run(command, "--help")
        assert result.status == 0
        assert len(result.out.split()) > 10
