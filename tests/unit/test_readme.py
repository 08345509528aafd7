"""The README is the front page: short, true, and with the two commands that somebody new needs."""

import re

from bot.settings import ROOT

README = ROOT / "README.md"
SHORTEST, LONGEST = 400, 700


def text() -> str:
    return README.read_text(encoding="utf-8")


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def code() -> str:
    """What stands in code blocks and between backticks."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text(), re.DOTALL))


def test_it_is_short_enough_to_be_read() -> None:
    assert SHORTEST <= len(text().split()) <= LONGEST


def test_it_has_the_two_commands() -> None:
    assert {"run", "test"} <= set(re.findall(r"\bmake ([a-z]+)", code()))


def test_every_command_it_names_exists() -> None:
    assert set(re.findall(r"\bmake ([a-z]+)", code())) <= targets()


def test_every_file_it_links_to_exists() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text())
    assert [link for link in links if not (ROOT / link).exists()] == []
