"""`bot train`: train the model if what it is made from has changed, saying so while it works."""

import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import typer

from bot.cli.words import word
from bot.settings import ROOT, Settings

_TICK_SECONDS = 5.0


def train() -> None:
    """Train the dialogue model unless it is current."""
    from bot.dialogue.training import model_path
    from bot.dialogue.training import train as train_model

    settings = Settings.load()
    path = model_path(ROOT, settings.var)
    if path.exists():
        # What belongs to it is made anew when only its own code has changed.
        _make_indexes(settings)
        typer.echo(word("train_current", path=path))
        return
    typer.echo(word("train_reading"))
    started, done = time.monotonic(), threading.Event()
    ticker = threading.Thread(target=_tick, args=(started, done), daemon=True)
    ticker.start()
    try:
        # Rasa works on one processor for half of the time; the indexes take the other.
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as aside:
            indexes = aside.submit(_make_indexes, settings)
            path = train_model(ROOT, settings.var)
            indexes.result()
    finally:
        done.set()
        ticker.join()
    typer.echo(word("train_done", seconds=round(time.monotonic() - started), path=path))


def _make_indexes(settings: Settings) -> None:
    from bot import bootstrap
    from bot.languages.registry import Registry

    bootstrap.emergency_detector(settings.var)
    bootstrap.language_detector(Registry.load(ROOT / "translations" / "languages.yml"), settings.var)


def _tick(started: float, done: threading.Event) -> None:
    while not done.wait(_TICK_SECONDS):
        typer.echo(word("train_step", seconds=round(time.monotonic() - started)))
