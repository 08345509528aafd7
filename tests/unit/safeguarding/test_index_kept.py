"""The index of emergency rules is kept beside the model, and made anew when anything that it rests on changes."""

import shutil
from pathlib import Path

import pytest

from bot import bootstrap
from bot.settings import ROOT

RULES = "data/lexicon/emergency/en.yml"
MADE_OF = (
    RULES,
    "data/lexicon/laughter.yml",
    "bot/safeguarding/literals.py",
    "bot/safeguarding/detector.py",
    "bot/languages/normalise.py",
)


@pytest.mark.parametrize("changed", [name for name in MADE_OF if "laughter" not in name])
def test_it_is_made_anew_when_the_rules_the_search_or_the_folding_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    tree, var = tmp_path / "tree", tmp_path / "var"
    for name in MADE_OF:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    monkeypatch.setattr(bootstrap, "ROOT", tree)
    kept = [_made(var), _made(var)]
    assert kept[0] == kept[1], "nothing has changed"
    with (tree / changed).open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    assert _made(var) != kept[0]


def _made(var: Path) -> list[str]:
    bootstrap.emergency_detector(var)
    return [path.name for path in (var / "model").glob("lexicon-*.json")]
