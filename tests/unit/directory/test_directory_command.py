"""`bot directory` and the refusals of `bot route`, as an operator meets them, on a copy of the data."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main

SAYS_SHUT = ("clos", "shut")


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Bot = Callable[..., Done]


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "directory"))


@pytest.fixture
def bot(copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bot:
    """Runs the command line on the copy."""
    monkeypatch.setenv("BOT_DIRECTORY", str(copy))
    monkeypatch.setenv("BOT_VAR", str(copy.parent / "var"))

    def run(*words: str) -> Done:
        monkeypatch.setattr("sys.argv", ["bot", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out = capsys.readouterr()
        return Done(int(ended.value.code or 0), out.out, out.err)

    return run


def change(copy: Path, file: str, find: str, put: str) -> None:
    path = copy / "agencies" / file
    text = path.read_text(encoding="utf-8")
    assert find in text
    path.write_text(text.replace(find, put, 1), encoding="utf-8")


def refused(run: Done, says: str) -> None:
    assert run.returncode == 1, run
    assert run.stderr.count("\n") == 1, run.stderr
    assert says in run.stderr, run.stderr
    assert run.stdout == ""


def test_confirming_gives_a_number_out_and_withholding_takes_it_back(copy: Path, bot: Bot) -> None:
    done = bot("directory", "confirm", "asc_walsall", "--by", "Ann Lee")
    assert done.returncode == 0, done.stderr
    assert "restart" in done.stdout
    route = ("route", "Walsall", "--category", "adult", "--at", "2026-11-24T12:00", "--json")
    assert "asc_walsall" in [c["id"] for c in json.loads(bot(*route).stdout)["contacts"]]
    assert bot("directory", "withhold", "asc_walsall", "--by", "Ann Lee", "--because", "dead").returncode == 0
    assert "asc_walsall" not in bot(*route).stdout
    rows = (copy / "confirmations.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split("\t")[1] for row in rows] == ["confirmed", "withheld"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("confirm", "asc_solihul", "--by", "Ann"), "asc_solihull"),
        (("confirm", "asc_solihull", "--by", "  "), "--by"),
        (("confirm", "asc_solihull", "--by", "A\tB"), "--by"),
        (("confirm", "asc_solihull", "--by", "A\nB"), "--by"),
        (("confirm", "asc_solihull", "--by", "Ann", "--on", "2090-01-01"), "2090-01-01"),
        (("confirm", "nspcc_learning_whistle", "--by", "Ann"), "not for residents"),
        (("confirm", "barnardos", "--by", "Ann"), "No reporting line"),
        (("withhold", "police_999", "--by", "Ann", "--because", "x"), "police_999"),
        (("withhold", "crimestoppers", "--by", "Ann", "--because", "x"), "crimestoppers"),
        (("withhold", "csc_dudley", "--by", "Ann", "--because", ""), "--because"),
        (("withhold", "asc_solihull", "--by", "Ann", "--because", "x"), "asc_solihull"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line_and_not_written(
    copy: Path, bot: Bot, words: tuple[str, ...], says: str
) -> None:
    before = (copy / "confirmations.tsv").read_bytes()
    refused(bot("directory", *words), says)
    assert (copy / "confirmations.tsv").read_bytes() == before


def test_check_lists_gaps_and_what_is_withheld_and_is_content(copy: Path, bot: Bot) -> None:
    done = bot("directory", "check", "--json", "--on", "2026-11-21")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert all(list(item) == ["id", "name", "problem", "field", "detail", "due"] for item in found)
    by_id = {item["id"]: item for item in found}
    assert by_id["solihull"]["problem"] == "no_team"
    assert "Hourglass" in by_id["solihull"]["detail"]
    assert by_id["wolverhampton"]["problem"] == "no_day_team"
    assert "general knowledge" in by_id["kidscape"]["detail"]


@pytest.mark.parametrize(
    ("on", "code", "problem"), [("2027-02-10", 0, "due"), ("2027-02-20", 0, "due"), ("2027-02-21", 1, "overdue")]
)
def test_check_fails_once_a_number_is_overdue(copy: Path, bot: Bot, on: str, code: int, problem: str) -> None:
    done = bot("directory", "check", "--json", "--on", on)
    assert done.returncode == code
    assert {i["due"] for i in json.loads(done.stdout) if i["problem"] == problem} == {"2027-02-20"}


def test_check_warns_ninety_days_before_the_bank_holidays_run_out(copy: Path, bot: Bot) -> None:
    for on, warned in (("2028-10-01", False), ("2028-10-02", True)):
        found = json.loads(bot("directory", "check", "--json", "--on", on).stdout)
        assert any(item["problem"] == "holidays_end" for item in found) is warned


def test_a_table_for_people_says_the_same(copy: Path, bot: Bot) -> None:
    shown = bot("directory", "check").stdout
    assert "no_team" in shown
    assert "Solihull" in shown
    assert not any(word in shown.lower() for word in SAYS_SHUT)


PAST = ("children.yml", "check_by: 2027-02-20\n", "check_by: 2027-02-20\n    effective_to: 2026-11-01\n")


def test_a_record_whose_last_day_is_past_is_refused_by_name(copy: Path, bot: Bot) -> None:
    change(copy, *PAST)
    refused(bot("route", "Handsworth"), "children.yml: csc_birmingham: effective_to: ")
    done = bot("directory", "check", "--json")
    assert done.returncode == 1
    assert done.stderr == "children.yml: csc_birmingham: effective_to: 2026-11-01 is past\n"
    assert json.loads(done.stdout)[0]["problem"] == "ended"


@pytest.mark.parametrize(
    ("find", "put", "says"),
    [
        ('fri: "08:45-16:15", ', "", "children.yml: csc_birmingham: hours.days: fri is missing"),
        ('"08:45-16:15"', '"08:45-"', "children.yml: csc_birmingham: hours.days.fri: "),
        ('"08:45-16:15"', '""', "children.yml: csc_birmingham: hours.days.fri: "),
        ('"08:45-16:15"', "null", "children.yml: csc_birmingham: hours.days.fri: "),
        ('"08:45-16:15"', '"8.45am-4pm"', "children.yml: csc_birmingham: hours.days.fri: "),
        ('"08:45-16:15"', '"08:45-25:15"', "children.yml: csc_birmingham: hours.days.fri: "),
        ("fri: ", "friday: ", "children.yml: csc_birmingham: hours.days.friday: "),
        ("    hours: {when_shut: csc_birmingham}\n", "", "children.yml: edt_birmingham: hours: is missing"),
        ("    hours: unknown\n", "    hours:\n", "children.yml: csc_coventry: hours: is empty"),
        ("id: edt_birmingham", "id: csc_birmingham", "children.yml: csc_birmingham: id: used twice"),
        (
            "    kind: children\n",
            "    kind: children\n    kind: adults\n",
            "children.yml: csc_birmingham: kind: is given",
        ),
        ("fri: ", "thu: ", "children.yml: csc_birmingham: hours: days: thu: is given twice"),
        (
            "    free: false\n",
            "    free: false\n    fee: 2\n",
            "children.yml: csc_birmingham: fee: there is no such field",
        ),
        ("    publish: true\n", "", "children.yml: csc_birmingham: publish: is missing"),
        ("    check_by: 2027-02-20\n", "    check_by: 2027-02-30\n", "children.yml: not valid YAML: "),
        ("'+441213031888'", "'abc'", "children.yml: csc_birmingham: phone: "),
        ("agencies:\n", "agencies: [\n", "children.yml: not valid YAML: "),
    ],
)
def test_a_fault_in_the_data_is_one_line_naming_file_record_and_field(
    copy: Path, bot: Bot, find: str, put: str, says: str
) -> None:
    change(copy, "children.yml", find, put)
    refused(bot("directory", "check"), says)


@pytest.mark.parametrize(
    "words", [("serve", "--port", "1"), ("route", "B21"), ("directory", "confirm", "nspcc", "--by", "A")]
)
def test_every_command_stops_at_a_fault(copy: Path, bot: Bot, words: tuple[str, ...]) -> None:
    change(copy, "children.yml", "id: edt_birmingham", "id: csc_birmingham")
    refused(bot(*words), "DataError: children.yml: csc_birmingham: id: used twice")
