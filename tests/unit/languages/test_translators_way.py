"""From the English to an approved language: update, draft, import, approve, and what undoes an approval."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.errors import DataError
from bot.languages import catalogue_files, review
from bot.languages.catalogue import Catalogues, source_strings
from bot.languages.registry import Registry
from bot.settings import ROOT

DAY = date(2026, 11, 21)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The project's words alone."""
    shutil.copytree(ROOT / "translations", tmp_path / "translations")
    shutil.copy(ROOT / "domain.yml", tmp_path)
    return tmp_path


def registry(tree: Path) -> Registry:
    return Registry.load(tree / "translations" / "languages.yml")


def texts(tree: Path, code: str) -> dict[str, str]:
    return Catalogues(tree, registry(tree)).sentences(code)


def test_an_approval_says_who_and_when_and_is_of_the_words(tree: Path) -> None:
    english = source_strings(tree)
    review.approve(tree, "ur", english, texts(tree, "ur"), ["utter_menu"], "Amina Khan", DAY)
    held = review.approved(tree, "ur", english, texts(tree, "ur"))
    assert [(row.key, row.reviewer, row.date) for row in held.values()] == [("utter_menu", "Amina Khan", "2026-11-21")]
    assert registry(tree).get("ur").status == "draft", "one sentence is not the language"
    changed = {**texts(tree, "ur"), "utter_menu": "other words"}
    assert review.approved(tree, "ur", english, changed) == {}
    assert review.approved(tree, "ur", {**english, "utter_menu": "Other."}, texts(tree, "ur")) == {}


def test_a_language_is_approved_when_every_sentence_is_and_check_sees_a_change(tree: Path) -> None:
    english = source_strings(tree)
    review.approve(tree, "pl", english, texts(tree, "pl"), list(english), 'Ewa "Nowak"', DAY)
    found = registry(tree).get("pl")
    assert (found.status, found.reviewer, found.date) == ("approved", "Ewa 'Nowak'", "2026-11-21")
    assert catalogue_files.faults(tree, registry(tree)) == []
    path = catalogue_files.path_of(tree, "pl")
    words = texts(tree, "pl")["site_exit"]
    path.write_text(path.read_text("utf-8").replace(f'msgstr "{words}"', f'msgstr "{words}!"'), "utf-8")
    assert catalogue_files.faults(tree, registry(tree)) == ["pl: site_exit: changed since it was approved"]


def test_a_second_approval_takes_the_place_of_the_first(tree: Path) -> None:
    english = source_strings(tree)
    for reviewer in ("Amina Khan", "Bilal Shah"):
        review.approve(tree, "ur", english, texts(tree, "ur"), ["utter_menu"], reviewer, DAY)
    assert [row.reviewer for row in review.read(tree)] == ["Bilal Shah"]


def test_what_has_no_words_cannot_be_approved(tree: Path) -> None:
    with pytest.raises(DataError, match="utter_nonsense"):
        review.approve(tree, "ur", source_strings(tree), texts(tree, "ur"), ["utter_nonsense"], "Amina", DAY)


def test_a_broken_ledger_names_its_line(tree: Path) -> None:
    ledger = tree / "translations" / "review.tsv"
    ledger.write_text(ledger.read_text() + "utter_menu\tur\n")
    with pytest.raises(DataError, match="line 2"):
        review.read(tree)


def test_a_machines_draft_is_marked_not_served_and_keeps_away_from_danger(tree: Path) -> None:
    path = catalogue_files.path_of(tree, "pl")
    path.unlink()
    language = registry(tree).get("pl")
    filled, empty = catalogue_files.draft(tree, language, lambda text: f"po polsku: {text}")
    assert filled > 250
    with path.open("rb") as file:
        messages = {str(m.context): m for m in read_po(file) if m.id}
    assert messages["utter_menu"].fuzzy
    assert "machine-made" in messages["utter_menu"].auto_comments
    assert not messages["utter_emergency"].string
    assert sum(not m.string for m in messages.values()) == empty
    assert texts(tree, "pl") == {}, "nothing fuzzy is served"


def test_a_draft_leaves_the_words_of_people_alone(tree: Path) -> None:
    before = texts(tree, "ur")
    assert catalogue_files.draft(tree, registry(tree).get("ur"), lambda text: "x") == (0, 0)
    assert texts(tree, "ur") == before


@pytest.mark.parametrize(
    ("key", "words", "fault"),
    [
        ("utter_menu", "Bez numeru\nWybierz:", "placeholders differ"),
        ("site_exit", "Leave this page now please", None),
        ("site_home_lead", "Safeguarding means keeping children safe", "English left"),
        ("site_exit", "صفحہ چھوڑیں", "is not in Latn"),
        ("utter_goodbye", "Do widzenia. Zadzwoń 112 albo {n999}.", "has the digit"),
    ],
)
def test_a_translators_file_is_taken_whole_or_not_at_all(tree: Path, key: str, words: str, fault: str | None) -> None:
    own = catalogue_files.path_of(tree, "pl")
    with own.open("rb") as file:
        catalogue = read_po(file)
    next(m for m in catalogue if m.context == key).string = words
    theirs = tree / "theirs.po"
    theirs.write_bytes(catalogue_files._as_po(catalogue, registry(tree).get("pl")))
    before = own.read_bytes()
    found = catalogue_files.take(tree, registry(tree), "pl", theirs)
    if fault is None:
        assert found == []
        assert own.read_bytes() != before
    else:
        assert any(fault in line and key in line for line in found), found
        assert own.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Ma3 el salame, ettaslo b {n999} law fi 7ada b khatar.", None),
        ("Ma3 el salame, ettaslo b 37 aw {n999}.", "has the digit 3"),
        ("Ma3 el salame, ettaslo b 2 aw {n999}.", "has the digit 2"),
        ("Ma3 el salame, ettaslo b 99a aw {n999}.", "has the digit 9"),
    ],
)
def test_a_digit_may_be_a_letter_where_people_write_so(tree: Path, words: str, fault: str | None) -> None:
    arabizi = registry(tree).get("ar-Latn")
    found = catalogue_files._fault(arabizi, "utter_goodbye", "Goodbye. In danger, ring {n999}.", words)
    assert found == fault or (fault and fault in (found or ""))


@pytest.mark.parametrize(
    "language",
    Registry.load(ROOT / "translations" / "languages.yml").offered()[1:],
    ids=lambda lang: lang.code,
)
def test_the_header_has_the_languages_plural_rule(language) -> None:  # type: ignore[no-untyped-def]
    head = catalogue_files.path_of(ROOT, language.code).read_text("utf-8").split("\n\n")[0]
    assert f"Language: {language.code.replace('-', '_')}" in head
    assert "Plural-Forms: nplurals=" in head


@pytest.mark.skipif(
    shutil.which("msgfmt") is None, reason="gettext is not installed: msgfmt was NOT run on the catalogues"
)
@pytest.mark.parametrize(
    "code", [lang.code for lang in Registry.load(ROOT / "translations" / "languages.yml").offered()[1:]]
)
def test_msgfmt_has_nothing_to_say(code: str, tmp_path: Path) -> None:
    command = ["msgfmt", "--check", "--output-file", str(tmp_path / "bot.mo"), str(catalogue_files.path_of(ROOT, code))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
