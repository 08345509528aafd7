"""Residents who text, delivered as Twilio does it: signed, tried again after a failure, now and then twice or never."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

import httpx2

from tests.standins.twilio import TwilioStandIn
from tests.standins.twilio_account import Fault, TextMessage

ATTEMPTS = 5
# As Twilio's own; below it the door must have answered.
_PATIENCE = 15.0
_IN_FLIGHT = 16

EMERGENCIES = (
    "He is hitting her right now, please help",
    "she is not breathing, come quick",
    "my dad has a knife and he is going to kill us",
)
_KINDS: dict[str, tuple[float, tuple[str, ...]]] = {
    "greeting": (0.15, ("hello", "hi there", "salaam", "dzień dobry", "السلام علیکم")),
    "worry": (
        0.3,
        (
            "the little boy next door looks starved and takes food from our bins",
            "I think my neighbour hits her children, I hear screaming most nights",
            "a girl in my class has bruises on her arms and will not say why",
            "a boy of nine on my road never goes to school and nobody has seen him for weeks",
            "dziecko sąsiadów jest ciągle głodne",
        ),
    ),
    "answer": (0.33, ("1", "2", "3", "yes", "no", "Sparkhill", "B11 4AA", "I don't know", "a neighbour", "skip")),
    "question": (0.1, ("is it anonymous?", "who are you", "what happens if I tell you", "menu", "thanks")),
    "emergency": (0.09, EMERGENCIES),
    "opt_out": (0.03, ("STOP", "START", "HELP")),
}
# What somebody who tells of a worry writes, for runs that only measure.
WORDS = tuple(body for kind in ("greeting", "worry", "answer", "question") for body in _KINDS[kind][1])


@dataclass
class Text:
    """One message of a resident and what became of it at our door."""

    message: TextMessage
    kind: str
    lost: bool = False
    acknowledged: bool = False
    answered_at_door: bool = False


@dataclass
class Load:
    """Sends messages at a steady rate; `texts` is the record, `counts` what happened on the way."""

    twilio: TwilioStandIn
    url: str
    residents: int
    dice: random.Random
    timeout: float
    texts: list[Text] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    posting: int = 0

    async def run(self, messages: int, rate: float) -> None:
        """Returns when the last has been acknowledged or given up by Twilio."""
        self._room = asyncio.Semaphore(_IN_FLIGHT)
        loop = asyncio.get_running_loop()
        async with (
            httpx2.AsyncClient(timeout=_PATIENCE, trust_env=False) as self._client,
            asyncio.TaskGroup() as tasks,
        ):
            start = loop.time()
            for number in range(messages):
                await asyncio.sleep(max(0.0, start + number / rate - loop.time()))
                await self._room.acquire()
                tasks.create_task(self._text())

    async def _text(self) -> None:
        try:
            text = self._compose()
            self.texts.append(text)
            if self.dice.random() < 0.06:
                # Two replies to a message, so about 3 % of what we send.
                self.twilio.account.faults.append(self._fault())
                self.counts["faults"] += 1
            if text.lost:
                self.counts["never delivered"] += 1
            elif self.dice.random() < 0.05:
                self.counts["delivered twice"] += 1
                await asyncio.gather(self._deliver(text), self._deliver(text, self.dice.choice((0.0, 0.02, 1.5))))
            else:
                await self._deliver(text)
        finally:
            self._room.release()

    def _compose(self) -> Text:
        kind = self.dice.choices(list(_KINDS), [share for share, _ in _KINDS.values()])[0]
        sender = f"+447700{900_000 + self.dice.randrange(self.residents):06}"
        body = self.dice.choice(_KINDS[kind][1])
        message = self.twilio.account.add(sender, self.twilio.account.number, body, inbound=True)
        return Text(message, kind, lost=self.dice.random() < 0.02)

    def _fault(self) -> Fault:
        after = self.dice.random() < 0.6
        too_slow = self.timeout + 0.3
        return self.dice.choice(
            (
                Fault("error", after=True, status=503),
                Fault("hang", after=after, seconds=too_slow),
                Fault("drop", after=after),
                Fault("error", status=429, code=20429),
                Fault("error", status=503, on="list"),
            )
        )

    async def _deliver(self, text: Text, later: float = 0.0) -> None:
        await asyncio.sleep(later)
        fields = self.twilio.inbound_fields(text.message)
        headers = {"X-Twilio-Signature": self.twilio.sign(self.url, fields)}
        for attempt in range(ATTEMPTS):
            self.posting += 1
            try:
                answer = await self._client.post(self.url, data=fields, headers=headers)
            except httpx2.HTTPError as error:
                self.counts["cut off" if not isinstance(error, httpx2.TimeoutException) else "timed out"] += 1
            else:
                if answer.status_code == 200:
                    text.acknowledged = True
                    text.answered_at_door = text.answered_at_door or "<Message>" in answer.text
                    return
                self.counts[f"HTTP {answer.status_code}"] += 1
            finally:
                self.posting -= 1
            await asyncio.sleep(0.2 * 2**attempt)
        self.counts["given up by Twilio"] += 1
