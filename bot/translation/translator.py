"""Machine translation with everything around it: permission, redaction, cache, circuit breaker, checks of the answer.

What comes out is either a translation with every number and known name of the original, or `TranslationFailed`.
"""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from bot.errors import TranslationFailed
from bot.languages.detection import script_of
from bot.languages.normalise import fold
from bot.languages.registry import Registry
from bot.ports import Translation
from bot.translation.breaker import CircuitBreaker
from bot.translation.cache import Cache
from bot.translation.codes import AUTO, source_code, target_code
from bot.translation.google import Answer
from bot.translation.personal import has_phone_number, redact
from bot.translation.placeholders import canonical, marks, without
from bot.translation.splitting import pieces

# A message is at most half of that; more would be throttled anyway.
LONGEST = 10_000
# Only these can be told from the letters alone.
_SCRIPTS = frozenset({"Latn", "Arab", "Cyrl", "Deva", "Beng", "Guru", "Ethi", "Grek"})
_ENOUGH_LETTERS = 4
log = structlog.get_logger(__name__)


class Engine(Protocol):
    """Who really translates. Codes are its own; answers or raises `TranslationFailed` within the seconds."""

    def ask(self, text: str, source: str, target: str, seconds: float) -> Answer: ...

    def close(self) -> None: ...


class MachineTranslator:
    """`Translator` over an engine. `seconds` is the longest that a whole call takes."""

    def __init__(
        self,
        engine: Engine,
        purposes: Collection[str],
        registry: Registry,
        clock: Callable[[], datetime],
        seconds: float,
    ) -> None:
        self._engine, self._purposes, self._registry = engine, frozenset(purposes), registry
        self._seconds = seconds
        self._cache, self._breaker = Cache(clock), CircuitBreaker(clock)

    @property
    def state(self) -> str:
        return self._breaker.state

    def translate(
        self, text: str, source: str | None, target: str, purpose: str, known: Sequence[str] = ()
    ) -> Translation:
        until = time.monotonic() + self._seconds
        try:
            return self._translate(text, source, target, purpose, known, until)
        except TranslationFailed as failed:
            log.warning("translation_failed", code=failed.code, purpose=purpose, target=target, length=len(text))
            raise

    def close(self) -> None:
        self._engine.close()

    def _translate(
        self, text: str, source: str | None, target: str, purpose: str, known: Sequence[str], until: float
    ) -> Translation:
        if purpose not in self._purposes:
            raise TranslationFailed("off")
        from_code, to_code = source_code(source), target_code(target)
        if from_code is None or to_code is None:
            raise TranslationFailed("language")
        if len(text) > LONGEST:
            raise TranslationFailed("length")
        if not text.strip():
            raise TranslationFailed("empty")
        if from_code == to_code:
            return Translation(text, source or from_code, target)
        leaving = redact(text, known)
        translated, found = self._pieces(leaving.text, from_code, to_code, target, until)
        return Translation(leaving.restore(translated), source or found or "und", target)

    def _pieces(self, text: str, from_code: str, to_code: str, target: str, until: float) -> tuple[str, str]:
        """The translation, and the language of the first piece as the engine sees it."""
        out, found = [], ""
        for piece in pieces(text):
            translated = piece.text
            if _has_letters(piece.text):
                answer = self._one(piece.text, from_code, to_code, target, until)
                translated, found = answer[0], found or answer[1]
            out.append(f"{piece.before}{translated}{piece.after}")
        return "".join(out), found

    def _one(self, text: str, from_code: str, to_code: str, target: str, until: float) -> tuple[str, str]:
        kept = self._cache.get(from_code, to_code, text)
        if kept:
            return kept
        if not self._breaker.enter():
            raise TranslationFailed("unavailable")
        answer = self._ask(text, from_code, to_code, until)
        translated = canonical(answer.text).strip()
        try:
            self._check(text, translated, target)
        except TranslationFailed:
            self._breaker.failure()
            raise
        self._breaker.success()
        result = (translated, answer.source if from_code == AUTO else from_code)
        self._cache.put(from_code, to_code, text, result)
        return result

    def _ask(self, text: str, from_code: str, to_code: str, until: float) -> Answer:
        try:
            return self._engine.ask(text, from_code, to_code, until - time.monotonic())
        except TranslationFailed as failed:
            if failed.code == "language":
                # The service is well; it only does not know this language.
                self._breaker.success()
            else:
                self._breaker.failure(at_once=failed.code == "throttled")
            raise

    def _check(self, sent: str, answer: str, target: str) -> None:
        """Whether this can be a translation. Raises `TranslationFailed`."""
        if not answer:
            raise TranslationFailed("empty")
        if marks(answer) != marks(sent) or has_phone_number(without(answer)):
            raise TranslationFailed("placeholders")
        if not _has_letters(answer):
            raise TranslationFailed("empty")
        if _letters(answer) == _letters(sent):
            raise TranslationFailed("unchanged")
        wanted = self._registry.get(target).script if target in self._registry else None
        words = without(answer)
        if wanted in _SCRIPTS and len(_letters(words)) >= _ENOUGH_LETTERS and script_of(words) != wanted:
            raise TranslationFailed("language")


def _has_letters(text: str) -> bool:
    return any(c.isalpha() for c in without(text))


def _letters(text: str) -> str:
    return "".join(c for c in fold(without(text)) if c.isalpha())
