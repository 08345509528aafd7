"""One measured round: so many residents at once, each writing on when answered."""

import asyncio
import itertools
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2
from sqlalchemy import select

from bot.store.models import InboundMessage, OutboundMessage
from bot.store.unit_of_work import Store
from tests.chaos_load import WORDS
from tests.standins.twilio import TwilioStandIn

_LOOK_EVERY = 0.004
_LONGEST = 20.0
# So many messages of one resident, then the next: conversations of a real length.
_MESSAGES_EACH = 5


@dataclass
class Round:
    """What was measured, in seconds. `answered` stays empty where nobody answers."""

    elapsed: float = 0.0
    acknowledged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)


class Watcher:
    """Looks into the database for the first reply row of each message waited for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._lock = threading.Lock()

    async def answered(self, sid: str) -> None:
        seen: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting[sid] = seen
        await asyncio.wait_for(seen, _LONGEST)

    @contextmanager
    def looking(self) -> Iterator[None]:
        ending = threading.Event()
        thread = threading.Thread(target=self._look, args=(ending,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join()

    def _look(self, ending: threading.Event) -> None:
        while not ending.wait(_LOOK_EVERY):
            with self._lock:
                asked = list(self._waiting)
            if not asked:
                continue
            with self._store.reading() as uow:
                replied = select(InboundMessage.provider_id).join(
                    OutboundMessage, OutboundMessage.in_reply_to == InboundMessage.id
                )
                found = set(uow.session.scalars(replied.where(InboundMessage.provider_id.in_(asked))))
            with self._lock:
                told = [self._waiting.pop(sid) for sid in found if sid in self._waiting]
            for seen in told:
                seen.get_loop().call_soon_threadsafe(_done, seen)


def _done(seen: "asyncio.Future[None]") -> None:
    if not seen.done():
        seen.set_result(None)


class Writers:
    """Residents who write through one door, each with a number that no earlier one had."""

    def __init__(self, twilio: TwilioStandIn, url: str, watcher: Watcher | None) -> None:
        self._twilio, self._url, self._watcher = twilio, url, watcher
        self._numbers = itertools.count()
        self._dice = random.Random(0)

    def run(self, at_once: int, seconds: float) -> Round:
        measured = Round()
        asyncio.run(self._run(measured, at_once, seconds))
        return measured

    async def _run(self, measured: Round, at_once: int, seconds: float) -> None:
        limits = httpx2.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        async with httpx2.AsyncClient(timeout=_LONGEST, limits=limits, trust_env=False) as client:
            start = time.perf_counter()
            async with asyncio.TaskGroup() as tasks:
                for _ in range(at_once):
                    tasks.create_task(self._write(client, measured, start + seconds))
            measured.elapsed = time.perf_counter() - start

    async def _write(self, client: httpx2.AsyncClient, measured: Round, until: float) -> None:
        while time.perf_counter() < until:
            sender = f"+4477{next(self._numbers):08}"
            for _ in range(_MESSAGES_EACH):
                await self._one(client, measured, sender)
                if time.perf_counter() >= until:
                    return

    async def _one(self, client: httpx2.AsyncClient, measured: Round, sender: str) -> None:
        account = self._twilio.account
        message = account.add(sender, account.number, self._dice.choice(WORDS), inbound=True)
        fields = self._twilio.inbound_fields(message)
        headers = {"X-Twilio-Signature": self._twilio.sign(self._url, fields)}
        start = time.perf_counter()
        answer = await client.post(self._url, data=fields, headers=headers)
        answer.raise_for_status()
        measured.acknowledged.append(time.perf_counter() - start)
        if self._watcher is not None:
            await self._watcher.answered(message.sid)
            measured.answered.append(time.perf_counter() - start)
