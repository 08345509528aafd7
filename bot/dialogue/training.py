"""Train the model when what it is made from has changed."""

import hashlib
import os
import shutil
from pathlib import Path

from bot.dialogue import quiet, without_tensorflow
from bot.errors import DialogueUnavailable

_INPUTS = (
    "domain.yml",
    "config.yml",
    "data/nlu",
    "data/rules",
    "data/stories",
    "data/lexicon/vocabulary",
    "bot/dialogue/intent_classifier.py",
    "bot/dialogue/importer.py",
    "bot/dialogue/network.py",
    "bot/dialogue/reader.py",
    "bot/dialogue/vocabulary.py",
    "bot/languages/latin.py",
    "bot/languages/normalise.py",
)
_INPUTS_ENDING = {".yml", ".py"}


def fingerprint(root: Path) -> str:
    """16 hexadecimal characters that change when any input of the training changes."""
    digest = hashlib.sha256()
    for name in _INPUTS:
        path = root / name
        files = sorted(p for p in path.rglob("*") if p.suffix in _INPUTS_ENDING) if path.is_dir() else [path]
        for file in files:
            digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def model_path(root: Path, folder: Path) -> Path:
    """Where the model made from the present inputs is, or would be."""
    return folder / "model" / f"{fingerprint(root)}.tar.gz"


def train(root: Path, folder: Path) -> Path:
    """Train unless the model is current. Returns the model's path."""
    target = model_path(root, folder)
    if target.exists():
        return target
    quiet.prepare()
    without_tensorflow.prepare()
    # Rasa's own progress bars print a line for every rule; this is how Rasa is told to leave them out.
    os.environ["LOG_LEVEL"] = "WARNING"
    import rasa.model_training

    quiet.silence()
    target.parent.mkdir(parents=True, exist_ok=True)
    output = target.parent / f"training-{os.getpid()}"
    data = [str(root / "data" / part) for part in ("rules", "stories")]
    result = rasa.model_training.train(
        str(root / "domain.yml"), str(root / "config.yml"), data, str(output), force_training=True
    )
    if result.model is None:
        raise DialogueUnavailable("the training gave no model")
    # A rename is atomic: a process that starts meanwhile sees the whole model or none.
    Path(result.model).replace(target)
    shutil.rmtree(output, ignore_errors=True)
    for old in target.parent.glob("*.tar.gz"):
        if old != target:
            old.unlink()
    return target
