"""A circuit breaker: after several failures in a row of time nobody asks again, until one trial has gone well."""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

State = Literal["closed", "open", "half_open"]


class CircuitBreaker:
    """Opens at `failures` within `window`, or at once when told to; rests, then lets one trial through.

    Each trial that fails doubles the rest, up to `longest`. A trial that never reports is forgotten after `trial`.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        failures: int = 5,
        window: timedelta = timedelta(minutes=1),
        rest: timedelta = timedelta(minutes=2),
        longest: timedelta = timedelta(hours=2),
        trial: timedelta = timedelta(minutes=2),
    ) -> None:
        self._clock, self._most, self._window = clock, failures, window
        self._first_rest, self._longest, self._trial = rest, longest, trial
        self._lock = threading.Lock()
        self._failed: deque[datetime] = deque()
        self._rest = rest
        self._open_until: datetime | None = None
        self._trial_until: datetime | None = None

    @property
    def state(self) -> str:
        with self._lock:
            return self._state(self._clock())

    def enter(self) -> bool:
        """Whether to ask now. Who was let in must report `success` or `failure`."""
        with self._lock:
            now = self._clock()
            state = self._state(now)
            if state == "half_open":
                if self._trial_until is not None and now < self._trial_until:
                    return False
                self._trial_until = now + self._trial
            return state != "open"

    def success(self) -> None:
        with self._lock:
            # An answer to what was asked before the breaker opened says nothing new.
            if self._state(self._clock()) == "open":
                return
            self._failed.clear()
            self._open_until = self._trial_until = None
            self._rest = self._first_rest

    def failure(self, *, at_once: bool = False) -> None:
        """Count one; `at_once` opens the breaker whatever the count."""
        with self._lock:
            now = self._clock()
            state = self._state(now)
            if state == "open":
                return
            if state == "half_open":
                self._rest = min(self._rest * 2, self._longest)
                self._open(now)
                return
            self._failed.append(now)
            while now - self._failed[0] > self._window:
                self._failed.popleft()
            if at_once or len(self._failed) >= self._most:
                self._open(now)

    def _open(self, now: datetime) -> None:
        self._failed.clear()
        self._open_until, self._trial_until = now + self._rest, None

    def _state(self, now: datetime) -> State:
        if self._open_until is None:
            return "closed"
        return "open" if now < self._open_until else "half_open"
