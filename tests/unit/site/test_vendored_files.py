"""What is vendored is what was recorded, and carries nothing that only gov.uk may use."""

import hashlib
import json
import re

from bot.pages import STATIC

STATIC_FILES = STATIC["/static"]
VENDOR = STATIC_FILES / "vendor"
RECORD = json.loads((VENDOR / "VENDOR.json").read_text(encoding="utf-8"))


def test_every_vendored_file_is_recorded_and_unchanged() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "VENDOR.json"
    }
    assert found == RECORD["sha256"]


def test_the_record_says_where_the_files_came_from() -> None:
    assert RECORD["package"] == "govuk-frontend@6.3.0"
    assert RECORD["integrity"].startswith("sha512-")
    assert RECORD["licence"] == "MIT"


def test_no_government_font_or_emblem_is_served() -> None:
    for path in STATIC_FILES.rglob("*"):
        if path.suffix in {".css", ".js", ".svg"}:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"GDS Transport|@font-face|crown|crest", text, re.IGNORECASE), path.name


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in STATIC_FILES.rglob("*"):
        if path.suffix in {".css", ".js"}:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"url\(|@import|sourceMappingURL|importScripts", text), path.name


def test_the_right_to_left_sheet_is_the_mirror_of_the_other() -> None:
    plain = (VENDOR / "govuk-frontend.min.css").read_text(encoding="utf-8")
    mirrored = (VENDOR / "govuk-frontend.rtl.min.css").read_text(encoding="utf-8")
    assert plain.count("{") == mirrored.count("{")
    assert plain.count("margin-left:") == mirrored.count("margin-right:")
