"""Rasa in this process: without TensorFlow, and from any thread."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.dialogue import without_tensorflow
from bot.ports import Dialogue


def test_the_model_loads_and_answers_without_tensorflow(dialogue: Dialogue) -> None:
    assert "tensorflow" not in sys.modules
    assert dialogue.parse("hello there").intent == "greet"


def test_every_placeholder_stands_for_a_module_that_rasa_has() -> None:
    import rasa

    for name in without_tensorflow._NEURAL:
        path = name.removeprefix("rasa.").replace(".", "/") + ".py"
        assert any((Path(folder) / path).exists() for folder in rasa.__path__), name


def test_several_threads_read_at_once(dialogue: Dialogue) -> None:
    texts = ["hello there", "is this anonymous", "what signs should I look for", "thank you so much"] * 5
    alone = [dialogue.parse(text).intent for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert [parse.intent for parse in pool.map(dialogue.parse, texts)] == alone


def test_readings_are_chances_whatever_the_guess_at_the_language(dialogue: Dialogue) -> None:
    guesses: list[dict[str, float]] = [{}, {"en": 0.2}, {"en": 0.5, "ur-Latn": 0.4}, {"sw": 0.01}]
    for text in ("help", "999", "she has a knife"):
        for guess in guesses:
            total = sum(chance for _, chance in dialogue.parse(text, guess).ranking)
            assert 0 < total <= 1.0001, (text, guess)


def test_it_can_be_called_where_an_event_loop_runs(dialogue: Dialogue) -> None:
    async def inside() -> str:
        return dialogue.parse("hello there").intent

    assert asyncio.run(inside()) == "greet"
