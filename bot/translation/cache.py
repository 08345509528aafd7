"""Translations kept in memory for a while. No key can be read back, and values hold no more than what was sent."""

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta


class Cache:
    """The newest `size` answers, each for `life`. Keys are HMACs under a key that dies with the process."""

    def __init__(self, clock: Callable[[], datetime], size: int = 500, life: timedelta = timedelta(hours=1)) -> None:
        self._clock, self._size, self._life = clock, size, life
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[datetime, tuple[str, str]]] = OrderedDict()

    def get(self, source: str, target: str, text: str) -> tuple[str, str] | None:
        """The translation and the language it was found to be from."""
        key = self._key(source, target, text)
        with self._lock:
            self._drop_old()
            found = self._kept.get(key)
            return found[1] if found else None

    def put(self, source: str, target: str, text: str, answer: tuple[str, str]) -> None:
        key = self._key(source, target, text)
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (self._clock(), answer)
            self._drop_old()
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)

    def _drop_old(self) -> None:
        # In the order they were put, so the oldest stand in front.
        oldest_kept = self._clock() - self._life
        while self._kept and next(iter(self._kept.values()))[0] <= oldest_kept:
            self._kept.popitem(last=False)

    def _key(self, source: str, target: str, text: str) -> bytes:
        message = "\0".join((source, target, text)).encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, message, hashlib.sha256)
