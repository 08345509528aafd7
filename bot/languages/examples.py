"""The lines people might write, by language, as the training data holds them (`data/nlu/<code>/*.yml`)."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.languages.registry import Registry


def examples(folder: Path) -> Iterator[tuple[str, str]]:
    """(intent, line) of every Rasa NLU file in the folder."""
    for path in sorted(folder.glob("*.yml")):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for entry in data["nlu"]:
            for line in entry["examples"].splitlines():
                if line.startswith("- "):
                    yield entry["intent"], line[2:].strip()


def lines_by_language(root: Path, registry: Registry) -> dict[str, list[str]]:
    """Every line by language code, for the languages that have any."""
    lines = {lang.code: [line for _, line in examples(root / "data" / "nlu" / lang.code)] for lang in registry}
    return {code: found for code, found in lines.items() if found}
