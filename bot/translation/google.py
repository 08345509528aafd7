"""Google Translate through googletrans 4.0.2, with the care it needs.

- Its client belongs to one event loop, and a new one costs 70 ms of work: one loop, on a thread of its own.
- The text travels in the URL, which httpx logs: no record of that thread passes.
- It answers a refusal with the text itself unless `raise_exception` is set, and keeps that text in a global.
- An HTML page sends its repair of broken JSON round in circles: an answer is looked at before googletrans sees it.
"""

import asyncio
import concurrent.futures
import json
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx
from googletrans import Translator as Googletrans  # type: ignore[import-untyped]

from bot.errors import SettingsError, TranslationFailed

_THREAD = "google-translate"
# More at once is answered with 429 sooner.
_AT_ONCE = 2
_LARGEST_BYTES = 1_000_000
# Google answers robots with 429, or sends them to a page with a riddle.
_THROTTLED = frozenset({302, 403, 429, 503})
# A logger's filter sees only its own records, not those of the loggers below it.
_LOUD = ("httpx", "httpcore", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))


@dataclass(frozen=True)
class Answer:
    text: str = field(repr=False)
    source: str


class GoogleTranslate:
    """Asks Google, or the server at `base`, from any thread."""

    def __init__(self, base: str = "") -> None:
        """Raises `SettingsError`."""
        try:
            self._base = httpx.URL(base) if base else None
        except httpx.InvalidURL:
            raise SettingsError("BOT_TRANSLATE_BASE: not an address") from None
        self._lock = threading.Lock()
        self._loop: _Loop | None = None

    def ask(self, text: str, source: str, target: str, seconds: float) -> Answer:
        """Codes are Google's. Answers or raises `TranslationFailed` within the seconds."""
        if seconds <= 0:
            raise TranslationFailed("timeout")
        until = time.monotonic() + seconds
        try:
            future = self._running().submit(lambda asker: asker.ask(text, source, target, until))
        except (RuntimeError, OSError):
            # No thread or no loop to be had.
            raise TranslationFailed("unavailable") from None
        try:
            error = future.exception(max(0.0, until - time.monotonic()))
        except (concurrent.futures.TimeoutError, concurrent.futures.CancelledError):
            future.cancel()
            raise TranslationFailed("timeout") from None
        if error is not None:
            raise TranslationFailed(_code_for(error)) from None
        return future.result()

    def close(self) -> None:
        with self._lock:
            loop, self._loop = self._loop, None
        if loop:
            loop.stop()

    def _running(self) -> "_Loop":
        with self._lock:
            # Dead in a process that was forked after the first call.
            if self._loop is None or not self._loop.alive:
                self._loop = _Loop(self._base)
            return self._loop


class _Loop:
    """An event loop on a thread of its own, and the client that lives there."""

    def __init__(self, base: httpx.URL | None) -> None:
        _be_quiet()
        # Named, because a server in this process may have made uvloop the usual one.
        self._loop = asyncio.SelectorEventLoop()
        # It would log what becomes of a call that was given up.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._asker: _Asker | None = None
        self._base = base
        self._thread = threading.Thread(target=self._run, name=_THREAD, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def submit(self, work: Callable[["_Asker"], Awaitable[Answer]]) -> "concurrent.futures.Future[Answer]":
        async def done() -> Answer:
            if self._asker is None:
                self._asker = _Asker(self._base)
            return await work(self._asker)

        return asyncio.run_coroutine_threadsafe(done(), self._loop)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._finish())
        finally:
            self._loop.close()

    async def _finish(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if self._asker:
            await self._asker.close()


class _Asker:
    """One googletrans client. Lives on the loop."""

    def __init__(self, base: httpx.URL | None) -> None:
        self._base = base
        # No time-out of its own: every call has one over the whole of it.
        self._googletrans = Googletrans(raise_exception=True, http2=False, timeout=httpx.Timeout(None))
        self._googletrans.client.event_hooks = {"request": [self._redirect], "response": [_judge]}
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(self, text: str, source: str, target: str, until: float) -> Answer:
        async with asyncio.timeout(until - time.monotonic()), self._turns:
            # Over the wire go these codes, not those that googletrans makes of its own table.
            found = await self._googletrans.translate(
                text.encode("utf-8", "replace").decode(), dest="en", src="auto", sl=source, tl=target, hl=target
            )
        return Answer(str(found.text), found.src if isinstance(found.src, str) else "")

    async def close(self) -> None:
        await self._googletrans.client.aclose()

    async def _redirect(self, request: httpx.Request) -> None:
        if self._base is None:
            return
        path = self._base.path.rstrip("/") + request.url.path
        request.url = request.url.copy_with(
            scheme=self._base.scheme, host=self._base.host, port=self._base.port, path=path
        )
        request.headers["Host"] = request.url.netloc.decode("ascii")


async def _judge(response: httpx.Response) -> None:
    """Let only an answer through that has the shape googletrans reads. Raises `TranslationFailed`."""
    if response.status_code != 200:
        raise TranslationFailed(_code_for_status(response.status_code))
    body = await response.aread()
    try:
        _check_shape(json.loads(body) if len(body) <= _LARGEST_BYTES else None)
    except (ValueError, RecursionError):
        raise TranslationFailed("unavailable") from None


def _check_shape(answer: object) -> None:
    """`[[[translation, original, …], …], …, source, …]`. Raises `ValueError`."""
    sentences = answer[0] if isinstance(answer, list) and answer else None
    if sentences is None:
        raise ValueError("no sentences")
    if not isinstance(sentences, list) or not all(isinstance(s, list) and s for s in sentences):
        raise ValueError("no list of sentences")
    if not all(sentence[0] is None or isinstance(sentence[0], str) for sentence in sentences):
        raise ValueError("a sentence that is no text")


def _code_for_status(status: int) -> str:
    if status in _THROTTLED:
        return "throttled"
    # The languages are all that we choose in a request besides the text, whose length we keep.
    return "language" if status == 400 else "unavailable"


def _code_for(error: BaseException) -> str:
    if isinstance(error, TranslationFailed):
        return error.code
    return "timeout" if isinstance(error, TimeoutError | httpx.TimeoutException) else "unavailable"


class _NotFromOurThread(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.threadName != _THREAD


_FILTER = _NotFromOurThread()


def _be_quiet() -> None:
    # Not by level, which whoever starts the process may set again.
    for name in _LOUD:
        logging.getLogger(name).addFilter(_FILTER)
