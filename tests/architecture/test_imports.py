"""Imports point down, and each vendor's library stays in its room. Read from the syntax tree, so nothing hides."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Higher numbers may import lower ones. Rooms of the same height may not import each other unless `BESIDE` says so.
HEIGHT = {
    "settings": 0, "errors": 0, "ports": 0,
    "languages": 1, "safeguarding": 1, "directory": 1,
    "channels": 2, "dialogue": 2, "translation": 2, "store": 2,
    "usecases": 3,
    "bootstrap": 4,
    "web": 5, "pages": 5,
    "site": 6, "staff": 6, "sms": 6, "jobs": 6, "actions": 6,
    "app": 7,
    "cli": 8,
}  # fmt: skip
# Names, places and danger are all found in text that `languages` has made comparable.
BESIDE = {("safeguarding", "languages"), ("directory", "languages"), ("ports", "errors"), ("settings", "errors")}
BESIDE |= {("pages", "web"), ("web", "pages")}
VENDORS = {
    "rasa": {"dialogue", "cli"},
    "rasa_sdk": {"dialogue", "actions"},
    "twilio": {"channels", "sms"},
    "googletrans": {"translation"},
    "httpx": {"translation"},
    "sqlalchemy": {"store", "usecases"},
    "alembic": {"store"},
    "cryptography": {"store"},
    "argon2": {"usecases"},
    "pyotp": {"usecases"},
    "starlette": {"app", "web", "pages", "site", "staff", "sms"},
    "uvicorn": {"cli"},
    "jinja2": {"pages"},
    "weasyprint": {"staff"},
    "typer": {"cli"},
    "holidays": {"directory"},
    "rapidfuzz": {"directory", "dialogue"},
    "sklearn": {"dialogue", "languages"},
    "pycld2": {"languages"},
    "babel": {"languages", "site", "staff"},  # catalogues; dates on pages
}
# Exceptions, each with its reason.
ALLOWED = {
    ("usecases", "sqlalchemy"): {"sqlalchemy.exc"},  # a unique key that two doors hit at once is an answer, not a fault
    ("cli", "rasa"): {"rasa.__main__"},  # `bot rasa …` hands over to Rasa's own command
}


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "actions" if parts[0] == "actions" else parts[1]


def files() -> list[Path]:
    found = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").rglob("*.py")]
    return [path for path in found if path.parent != ROOT / "bot" or path.stem != "__init__"]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module in ("bot", "actions"))


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    here = room_of(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "actions" and here != "actions":
            pytest.fail(f"{here} imports actions by statement; dialogue loads it by name")
        if parts[0] != "bot" or len(parts) < 2:
            continue
        there = parts[1]
        assert there in HEIGHT, f"{name}: add the room to HEIGHT"
        if there != here and (here, there) not in BESIDE:
            assert HEIGHT[there] < HEIGHT[here], f"{here} may not import {there}: imports point down"


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_each_vendor_library_stays_in_its_room(path: Path) -> None:
    here = room_of(path)
    for name in imports(path):
        rooms = VENDORS.get(name.split(".")[0])
        assert rooms is None or here in rooms, f"{name} belongs in {sorted(rooms or ())}, not in {here}"
        allowed = ALLOWED.get((here, name.split(".")[0]))
        assert allowed is None or name in allowed, f"{here} may import only {sorted(allowed or ())}"


def test_the_rule_would_notice_an_upward_import(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text("from bot.usecases import receive\nimport rasa.core.agent\n")
    assert set(imports(sample)) == {"bot.usecases", "rasa.core.agent"}
    assert HEIGHT["usecases"] > HEIGHT["store"]
