"""Threads that answer conversations as soon as something arrives in them."""

import queue
import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


class Answering:
    """A few threads; each ring of a conversation is answered, and rings that still wait are one."""

    def __init__(self, answer: Callable[[str], object], threads: int) -> None:
        self._answer = answer
        self._rung: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._waiting: set[str] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        names = [f"answering-{number}" for number in range(threads)]
        self._threads = [threading.Thread(target=self._run, name=name, daemon=True) for name in names]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def ring(self, conversation_id: str) -> None:
        with self._lock:
            if conversation_id in self._waiting:
                return
            self._waiting.add(conversation_id)
        self._rung.put(conversation_id)

    def stop(self) -> None:
        """What still waits is left to the next sweep."""
        self._stopping.set()
        for _ in self._threads:
            self._rung.put(None)

    def join(self, timeout: float) -> None:
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout / len(self._threads))

    def _run(self) -> None:
        while (conversation_id := self._rung.get()) is not None:
            if self._stopping.is_set():
                return
            with self._lock:
                # Before the answer: what arrives during it rings again.
                self._waiting.discard(conversation_id)
            try:
                self._answer(conversation_id)
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave everyone unanswered
                # The sweeper tries again. The kind alone: an error's text may quote a message.
                log.error("answering_failed", conversation_id=conversation_id, kind=type(error).__name__)
