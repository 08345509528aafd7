"""A thread that does one kind of work again and again, and that no error can end."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


class Loop:
    """Calls `work` at every ring and at least every so many seconds, again at once while it returns True."""

    def __init__(self, name: str, work: Callable[[], bool], every: float) -> None:
        self._name, self._work, self._every = name, work, every
        self._bell, self._stopping = threading.Event(), threading.Event()
        self._failures = 0
        # A daemon: a call that hangs must not keep the process from ending; a lease finds its message again.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ring(self) -> None:
        self._bell.set()

    def stop(self) -> None:
        """Ask it to end; `join` waits."""
        self._stopping.set()
        self._bell.set()

    def join(self, timeout: float) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Cleared before the work: what rings during the work leads to another round.
            self._bell.clear()
            if not self._once() and not self._stopping.is_set():
                self._bell.wait(self._every)

    def _once(self) -> bool:
        try:
            more = self._work()
        except Exception as error:  # noqa: BLE001 - no error may end the loop
            # The kind alone: an error's text may quote a message or a number.
            log.error("loop_failed", loop=self._name, kind=type(error).__name__)
            pause = min(_LONGEST_PAUSE, self._every, _FIRST_PAUSE * 2**self._failures)
            self._failures = min(self._failures + 1, 16)
            self._stopping.wait(pause)
            return True
        self._failures = 0
        return more
