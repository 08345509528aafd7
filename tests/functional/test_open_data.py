"""`bot directory import`: our own data changes nothing, somebody else's waits, a fault leaves all as it was."""

import io
import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.directory.agencies import read_records
from bot.directory.choose import Directory
from bot.directory.open_referral import page_of, services_of
from bot.settings import ROOT
from tests.functional.terminal import Result, Run, run_bot

PACKAGED = ROOT / "data" / "directory"
LINE = {
    "id": "ac148810-d857-441c-9679-408f346de14b",
    "name": "Walsall Listening Line",
    "status": "active",
    "service_areas": [{"name": "Walsall"}],
    "phones": [{"number": "01922 123456"}],
    "assured_date": "2026-11-01",
}


Feed = Callable[[Any], str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the packaged directory, which the commands use."""
    copy = tmp_path / "directory"
    shutil.copytree(PACKAGED, copy)
    monkeypatch.setenv("BOT_DIRECTORY", str(copy))
    monkeypatch.chdir(tmp_path)
    return copy


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*arguments: str) -> Result:
        return run_bot(monkeypatch, capsys, "directory", *arguments)

    return run_it


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    """Write something as a file to import; text and bytes as they are, anything else as JSON."""

    def write(content: Any) -> str:
        path = tmp_path / "feed.json"
        raw = content if isinstance(content, str | bytes) else json.dumps(content)
        path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
        return str(path)

    return write


def our_own() -> dict[str, Any]:
    """The page that `/directory.json` gives."""
    directory = Directory.load(PACKAGED)
    today = datetime.now(UTC).date()
    return page_of(services_of([a for n in directory.agencies if (a := directory.published(n, today))], {}), 1, 1000)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(result: Result, *words: str) -> None:
    assert (result.status, result.out) == (1, "")
    (line,) = result.err.splitlines()
    assert line.isprintable()
    assert all(word in line for word in words), line


def test_our_own_data_changes_nothing(run: Run, folder: Path, feed: Feed) -> None:
    before = contents(folder)
    page = our_own()
    result = run("import", feed(page), "--by", "Amina")
    assert (result.status, result.err) == (0, "")
    assert f"0 new, {page['total_items']} here already" in result.out
    assert contents(folder) == before


def test_an_empty_folder_is_filled_and_nothing_of_it_is_given_out(
    run: Run, feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("BOT_DIRECTORY", str(empty))
    page = our_own()
    assert f"{page['total_items']} new" in run("import", feed(page)).out
    records = [agency for _, agency in read_records(empty)]
    assert len(records) == page["total_items"]
    assert not any(agency.publish or agency.confirmed for agency in records)
    assert [path.name for path in (empty / "agencies").iterdir()] == ["imported.yml"]
    before = contents(empty)
    assert "0 new" in run("import", feed(page)).out
    assert contents(empty) == before


def test_somebody_elses_service_waits_until_it_is_rung(run: Run, folder: Path, feed: Feed) -> None:
    result = run("import", feed([LINE]), "--by", "Amina Khan")
    assert (result.status, result.err) == (0, "")
    assert "1 new" in result.out
    text = (folder / "agencies" / "imported.yml").read_text(encoding="utf-8")
    assert text.startswith("# Records imported by")
    assert "display: 01922 123456" in text
    (agency,) = (a for path, a in read_records(folder) if path.name == "imported.yml")
    assert "Amina Khan" in (agency.unpublished_because or "")
    assert Directory.load(folder).published(agency.id) is None
    assert run("confirm", agency.id, "--by", "Amina Khan").status == 0
    confirmed = Directory.load(folder).published(agency.id)
    assert confirmed
    assert confirmed.phone == agency.phone


def test_the_same_feed_twice_adds_nothing_and_another_is_put_behind_it(run: Run, folder: Path, feed: Feed) -> None:
    path = folder / "agencies" / "imported.yml"
    run("import", feed([LINE]))
    path.write_text(path.read_text() + "  # A note of an operator.")
    first = path.read_text()
    assert "0 new, 1 here already" in run("import", feed([LINE])).out
    assert path.read_text() == first
    run("import", feed([LINE, LINE | {"id": "other", "name": "Another"}]))
    assert path.read_text().startswith(first)
    assert len(read_records(folder)) == len(read_records(PACKAGED)) + 2


def test_other_content_under_an_id_that_we_have_is_refused_by_name(run: Run, folder: Path, feed: Feed) -> None:
    page = our_own()
    service = next(s for s in page["contents"] if s["phones"] and s["phones"][0]["number"] == "+441213031888")
    phone = service["phones"][0]
    phone["number"], phone["attributes"][0]["value"] = "+441213031889", "0121 303 1889"
    before = contents(folder)
    refused(run("import", feed([LINE, service])), "csc_birmingham", "phone")
    assert contents(folder) == before


def test_a_number_that_changed_elsewhere_is_refused_too(run: Run, feed: Feed) -> None:
    run("import", feed([LINE]))
    refused(run("import", feed([LINE | {"phones": [{"number": "01922 123457"}]}])), "walsall_listening_line", "phone")


def test_a_dry_run_writes_nothing(run: Run, folder: Path, feed: Feed) -> None:
    before = contents(folder)
    result = run("import", feed([LINE, LINE | {"id": "gone", "status": "defunct"}]), "--dry-run")
    assert (result.status, result.err) == (0, "")
    assert "1 would be new, 0 here already, 1 not running, 0 elsewhere" in result.out
    assert contents(folder) == before


def test_standard_input_is_read(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + json.dumps([LINE]).encode())))
    assert "1 new" in run("import", "-").out


DEEP = 200_000
FAULTS: dict[str, tuple[Any, list[str]]] = {
    "empty": ("", ["not JSON"]),
    "a web page": ("<html>", ["not JSON"]),
    "another encoding": (b"\xff\xfe[]", ["not JSON"]),
    "open lists": ("[" * DEEP, ["nested too deeply"]),
    "open fields": ('{"contents":' * DEEP, ["nested too deeply"]),
    "lists": ("[" * DEEP + "]" * DEEP, ["nested too deeply"]),
    "a long number": ('[{"id": ' + "9" * 10_000 + "}]", ["not JSON"]),
    "no number": ('[{"minimum_age": NaN}]', ["NaN"]),
    "a key twice": ('{"id": "a", "id": "b"}', ["twice"]),
    "50 MB": (b"[" + b" " * 50_000_000 + b"]", ["larger than 10 MB"]),
    "a number": ("3", ["list of services"]),
    "no name": ([LINE, {k: v for k, v in LINE.items() if k != "name"}], ["service 2", "name: is missing"]),
    "an id twice": ([LINE, LINE], ["service 2 (Walsall Listening Line): id", "twice"]),
    "no phone number": ([LINE, LINE | {"id": "b", "phones": [{"number": "12345"}]}], ["service 2", "phones.0.number"]),
    "a hidden letter": ([LINE, LINE | {"id": "b", "name": "x\ny\u202e"}], ["service 2", "name"]),
    "a wrong type": ([LINE, LINE | {"id": "b", "phones": "01922 123456"}], ["service 2", "phones"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_line_and_nothing_is_written(run: Run, folder: Path, feed: Feed, fault: str) -> None:
    content, words = FAULTS[fault]
    before = contents(folder)
    refused(run("import", feed(content)), "feed.json", *words)
    assert contents(folder) == before


def test_a_file_that_is_not_there_is_one_line(run: Run) -> None:
    refused(run("import", "nowhere.json"), "nowhere.json")


def test_a_folder_that_is_not_there_is_not_made(
    run: Run, feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_DIRECTORY", str(tmp_path / "no_such_folder"))
    refused(run("import", feed([LINE])), "no_such_folder")
    assert not (tmp_path / "no_such_folder").exists()


@pytest.mark.parametrize("name", ["", "  ", "A\tB", "A\nB", "A" * 101])
def test_a_name_that_is_none_is_refused(run: Run, folder: Path, feed: Feed, name: str) -> None:
    before = contents(folder)
    refused(run("import", feed([LINE]), "--by", name), "--by")
    assert contents(folder) == before


def test_a_directory_that_is_broken_already_gets_nothing_more(run: Run, folder: Path, feed: Feed) -> None:
    (folder / "agencies" / "imported.yml").write_text("agencies: []\n")
    before = contents(folder)
    refused(run("import", feed([LINE])), "imported.yml")
    assert contents(folder) == before


def test_a_full_disk_leaves_the_old_file(run: Run, folder: Path, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", feed([LINE]))
    before = contents(folder)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    refused(run("import", feed([LINE | {"id": "other"}])), "No space left")
    assert contents(folder) == before
