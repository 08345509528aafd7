"""The commands of `bot` that understand and speak languages: `understand`, `languages`, `translate`."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.dialogue.training import model_path
from bot.settings import ROOT, Settings
from tests.functional.terminal import Run, one_line

INTENTS_SHOWN = 3
LEVELS = {"emergency", "check", "urgent", "concern", "note", "information"}


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
