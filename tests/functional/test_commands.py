"""Every command of `bot`, as somebody at a terminal meets it. Errors are one line and exit 1."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import cli
from bot.dialogue.training import model_path
from bot.settings import ROOT, Settings
from bot.store.unit_of_work import Store
from tests.conftest import MASTER

INTENTS_SHOWN = 3
LEVELS = {"emergency", "check", "urgent", "concern", "note", "information"}


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], var: Path, tmp_path: Path) -> Run:
    """Run `bot` with these arguments in this process, on an SQLite database of its own."""
    monkeypatch.setenv("BOT_VAR", str(var))
    monkeypatch.setenv("BOT_MASTER_KEY", MASTER.hex())
    # Elsewhere there is no `.env`.
    monkeypatch.chdir(tmp_path)

    def run_it(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["bot", *arguments])
        try:
            cli.main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        printed = capsys.readouterr()
        return Result(status, printed.out, printed.err)

    return run_it


def one_line(result: Result, *words: str) -> None:
    assert result.status == 1
    assert result.out == ""
    (line,) = result.err.splitlines()
    assert all(word in line for word in words)


class TestUnderstand:
    """One process reads a thousand lines and prints a JSON line for each."""

    LINES = (
        "he has a knife and is hitting her right now",
        "the boy next door is always hungry",
        "پڑوسی کا بچہ ہر وقت بھوکا رہتا ہے",
        "guandi da bacha roz ronda hai",
        "is it anonymous?",
        "",
        "🙏",
        "a line\u2028with odd\x85breaks\x0b",
        '{"braces": "%s {n999}"}',
        "\ufffd",
    )

    @pytest.fixture(scope="class")
    def printed(self, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
        folder = tmp_path_factory.mktemp("understand")
        lines = [line.encode() for line in self.LINES] * 100
        lines[9] = b"\xff"
        done = subprocess.run(
            [str(Path(sys.executable).with_name("bot")), "understand", "-"],
            input=b"\n".join(lines) + b"\n",
            capture_output=True,
            cwd=ROOT,
            timeout=250,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "BOT_VAR": str(_var_with_model(folder))},
        )
        assert (done.returncode, done.stderr.decode()) == (0, "")
        return [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]

    def test_a_thousand_lines_give_a_thousand_lines_in_order(self, printed: list[dict[str, object]]) -> None:
        assert [line["text"] for line in printed] == list(self.LINES) * 100

    def test_every_line_has_exactly_the_promised_shape(self, printed: list[dict[str, object]]) -> None:
        for line in printed:
            assert list(line) == [
                "text", "language", "language_confidence", "script", "intent", "confidence", "ranking",
                "urgency", "reasons", "category", "entities",
            ]  # fmt: skip
            ranking, reasons = line["ranking"], line["reasons"]
            assert isinstance(ranking, list)
            assert len(ranking) == (INTENTS_SHOWN if line["text"] else 0)
            assert all(list(entry) == ["intent", "confidence"] for entry in ranking)
            chances = [entry["confidence"] for entry in ranking]
            assert chances == sorted(chances, reverse=True)
            assert all(0 <= float(str(line[key])) <= 1 for key in ("confidence", "language_confidence"))
            assert line["urgency"] in LEVELS
            assert isinstance(reasons, list)
            assert isinstance(line["entities"], list)

    def test_it_tells_danger_worry_and_question_apart(self, printed: list[dict[str, object]]) -> None:
        assert [line["urgency"] for line in printed[:2]] == ["emergency", "concern"]
        assert [line["language"] for line in printed[:3]] == ["en", "en", "ur"]
        assert printed[1]["category"] == "neglect"
        assert printed[4]["intent"] == "ask_anonymous"

    def test_a_file_that_is_not_there_is_one_line(self, run: Run) -> None:
        one_line(run("understand", "nowhere.txt"), "nowhere.txt")


def _var_with_model(folder: Path) -> Path:
    """A folder of its own in which the model and the language detector of this run already are."""
    made = Settings.load().var / "model"
    (folder / "model").symlink_to(made) if made.exists() else None
    return folder


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


class TestLanguages:
    def test_each_language_says_how_complete_it_is(self, run: Run) -> None:
        rows = {row["code"]: row for row in json.loads(run("languages", "--json").out)}
        whole = [row for row in rows.values() if row["strings"] == 1.0]
        assert len(whole) >= 60
        assert {"en", "ur", "pa", "bn", "pl", "ar", "ur-Latn", "pa-Latn", "bn-Latn", "hi-Latn"} <= {
            r["code"] for r in whole
        }
        for row in rows.values():
            assert 1 <= row["segments"] <= 5 or row["answered_in"] != row["code"], row["code"]
            assert row["fewest_examples"] >= (15 if row["tier"] == 1 else 8), row["code"]
            assert len(row["examples"]) == 50
            assert row["reviewed"] == 0, "nobody has approved anything yet"

    def test_the_table_says_how_many_are_whole(self, run: Run) -> None:
        assert re.search(r"\b6\d languages have every sentence; speakers have approved 0 of them", run("languages").out)

    def test_an_approval_needs_a_name(self, run: Run) -> None:
        result = run("translate", "approve", "ur")
        assert result.status != 0
        assert "--by NAME" in result.err

    def test_a_conversation_can_be_seen_in_any_language(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BOT_MODEL", str(model_path(ROOT, ROOT / "var")))
        shown = run("translate", "preview", "am").out
        assert "[utter_ask_consent]" in shown
        assert "[utter_what_next]" in shown
        said = run("translate", "preview", "pl", "--say", "pomocy on ma nóż").out
        assert "[utter_emergency]" in said


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


class TestTranslate:
    def test_every_catalogue_is_whole(self, run: Run) -> None:
        result = run("translate", "check")
        assert (result.status, result.err) == (0, "")

    def test_a_catalogue_goes_to_a_translator_and_back(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "ur.po"
        assert run("translate", "export", "ur", str(file)).status == 0
        assert file.read_bytes() == (ROOT / "translations" / "ur" / "LC_MESSAGES" / "bot.po").read_bytes()

    def test_a_language_that_we_do_not_have_is_one_line(self, run: Run, tmp_path: Path) -> None:
        one_line(run("translate", "export", "tlh", str(tmp_path / "x.po")), "tlh")


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


def change(var: Path, statement: str) -> None:
    """Reach into the database behind the application's back."""
    store = Store(f"sqlite:///{var / 'bot.sqlite3'}", MASTER)
    with store.engine.begin() as connection:
        connection.execute(text(statement))
    store.close()
