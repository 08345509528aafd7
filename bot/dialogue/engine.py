"""Rasa inside this process: parse a text, answer a message. `quiet` and `without_tensorflow` must come first."""

import asyncio
import contextvars
import threading
import warnings
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import structlog

from bot.dialogue import quiet, without_tensorflow
from bot.errors import DialogueUnavailable
from bot.ports import Button, Parse, Turn, Utterance, current_turn

quiet.prepare()
without_tensorflow.prepare()

with warnings.catch_warnings(record=True):
    # Rasa's dependencies of 2021 and 2022 warn at import, on every start, about what only Rasa could change.
    # Recorded and dropped: one of them (ruamel.yaml) undoes the filter while it is imported.
    warnings.simplefilter("ignore")
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import OutputChannel, UserMessage
    from rasa.core.lock_store import InMemoryLockStore
    from rasa.core.processor import MessageProcessor

    from bot.dialogue.in_process_actions import InProcessActions
    from bot.dialogue.nlg import CatalogueNLG
    from bot.dialogue.speed import speed_up
    from bot.dialogue.tracker_store import TurnTrackerStore

quiet.silence()
log = structlog.get_logger(__name__)
_FALLBACK = "nlu_fallback"
# What holds no words of any language may be anything; nothing is more likely than anything else.
_UNREAD = (("out_of_scope", 0.0), ("menu", 0.0), ("repeat", 0.0))
_T = TypeVar("_T")


class _Collector(OutputChannel):  # type: ignore[misc]
    """Keeps what Rasa says, with its key and language."""

    def __init__(self) -> None:
        self.said: list[Utterance] = []

    @classmethod
    def name(cls) -> str:
        return "bot"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        buttons = tuple(Button(b["title"], b["payload"]) for b in message.get("buttons") or ())
        self.said.append(
            Utterance(message.get("key", ""), message.get("text") or "", message.get("said_in", ""), buttons)
        )


class RasaDialogue:
    """The trained model. Safe to use from several threads: each has an event loop of its own."""

    def __init__(self, model: Path) -> None:
        store = TurnTrackerStore(None)
        agent = Agent(
            generator=CatalogueNLG(),
            tracker_store=store,
            lock_store=InMemoryLockStore(),
            action_endpoint=InProcessActions(),
        )
        agent.load_model(model)
        if agent.processor is None:
            raise DialogueUnavailable("the model was not loaded")
        self._processor: MessageProcessor = agent.processor
        speed_up(self._processor)
        self._threads = threading.local()
        self._aside = ThreadPoolExecutor(1, "dialogue")

    @property
    def ready(self) -> bool:
        return True

    def parse(self, text: str, varieties: Mapping[str, float] | None = None) -> Parse:
        """The model's reading. `understood` is False below the threshold in config.yml."""
        # Rasa takes words after a slash for a command of its own, and quotes them in warnings.
        metadata = {"varieties": dict(varieties or {})}
        message = UserMessage(text.lstrip("/ "), sender_id="parse", metadata=metadata)
        data = self._run(self._processor.parse_message(message))
        ranking = [(r["name"], float(r["confidence"])) for r in data["intent_ranking"] if r["name"] != _FALLBACK]
        if not ranking:
            return Parse(_UNREAD[0][0], 0.0, _UNREAD if text.strip() else (), understood=False)
        understood = data["intent"]["name"] != _FALLBACK
        return Parse(ranking[0][0], ranking[0][1], tuple(ranking), understood)

    def respond(self, turn: Turn, text: str, intent: str, entities: dict[str, str]) -> list[Utterance]:
        """Let the rules answer a message that has already been understood."""
        found = [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in entities.items()]
        chosen = {"name": intent, "confidence": 1.0}
        parse = {"text": text, "intent": chosen, "intent_ranking": [chosen], "entities": found}
        collector = _Collector()
        message = UserMessage(text, collector, sender_id="conversation", parse_data=parse)
        token = current_turn.set(turn)
        try:
            self._run(self._processor.handle_message(message))
        finally:
            current_turn.reset(token)
        return collector.said

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        context = contextvars.copy_context()
        if _in_event_loop():
            # A thread that already runs a loop cannot run another; the caller waits for one that can.
            return self._aside.submit(context.run, self._run, work).result()
        runner: asyncio.Runner | None = getattr(self._threads, "runner", None)
        if runner is None:
            runner = self._threads.runner = asyncio.Runner()
        return runner.run(work, context=context)


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class NoDialogue:
    """Stands in when there is no model: whoever asks falls back to the safety replies."""

    @property
    def ready(self) -> bool:
        return False

    def parse(self, text: str, varieties: Mapping[str, float] | None = None) -> Parse:
        raise DialogueUnavailable("no model")

    def respond(self, turn: Turn, text: str, intent: str, entities: dict[str, str]) -> list[Utterance]:
        raise DialogueUnavailable("no model")
