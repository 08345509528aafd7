"""Training data by language: the folder an example stands in says which variety it is, and the classifier needs that.

Rasa's own reader drops the file's name and takes minutes over our files; `config.yml` names this importer instead.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import get_text_hash

from bot.languages.examples import examples

VARIETY = "variety"


class Example(Message):  # type: ignore[misc]
    """One line, never changed. Rasa copies and hashes all its data a dozen times, which took half of the training."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Example":
        return self

    @cached_property
    def _fingerprint(self) -> str:
        return str(get_text_hash("\n".join(str(self.get(part)) for part in (VARIETY, INTENT, TEXT))))

    def fingerprint(self) -> str:
        return self._fingerprint


class ByVariety(RasaFileImporter):  # type: ignore[misc]
    """Reads `data/nlu/<variety>/*.yml` beside the config file; rules, stories and domain are read as Rasa does."""

    def __init__(
        self, config_file: str | None = None, domain_path: str | None = None, training_data_paths: Any = None
    ) -> None:
        paths = [training_data_paths] if isinstance(training_data_paths, str) else list(training_data_paths or [])
        folders = [f for path in paths for f in ([path] if not Path(path).is_dir() else sorted(Path(path).iterdir()))]
        super().__init__(config_file, domain_path, [str(f) for f in folders if Path(f).name != "nlu"])
        self._nlu = Path(config_file or "config.yml").resolve().parent / "data" / "nlu"

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Every example, each with its variety."""
        return TrainingData(self._examples)

    @cached_property
    def _examples(self) -> list[Message]:
        return [
            Example(data={TEXT: text, INTENT: intent, VARIETY: folder.name})
            for folder in sorted(self._nlu.iterdir())
            for intent, text in examples(folder)
        ]
