"""Texting and mailing without an account: what would be sent is kept, and shown to whoever develops."""

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from bot.ports import Letter, ProviderMessage

OUR_NUMBER = "+440000000000"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ConsoleSms:
    """`SmsProvider` in memory. `show` gets every message that would have been sent."""

    def __init__(
        self,
        show: Callable[[ProviderMessage], None] = lambda _message: None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._show, self._clock = show, clock
        self._lock = threading.Lock()
        self._messages: list[ProviderMessage] = []

    def send(self, recipient: str, body: str, message_id: str) -> str:
        message = self._keep(OUR_NUMBER, recipient, body, "sent")
        self._show(message)
        return message.provider_id

    def sent_to(self, recipient: str, since: datetime) -> list[ProviderMessage]:
        return [m for m in self._since(since) if m.recipient == recipient and m.status != "received"]

    def received(self, since: datetime) -> list[ProviderMessage]:
        return [m for m in self._since(since) if m.status == "received"]

    def arrive(self, sender: str, body: str) -> ProviderMessage:
        """Someone texts us."""
        return self._keep(sender, OUR_NUMBER, body, "received")

    def _keep(self, sender: str, recipient: str, body: str, status: str) -> ProviderMessage:
        message = ProviderMessage(f"console-{uuid.uuid4()}", sender, recipient, body, status, self._clock())
        with self._lock:
            self._messages.append(message)
        return message

    def _since(self, since: datetime) -> list[ProviderMessage]:
        with self._lock:
            return [m for m in self._messages if m.at >= since]


class ConsoleMail:
    """`Mailer` in memory. `show` gets every letter that would have been sent."""

    def __init__(self, show: Callable[[Letter], None] = lambda _letter: None) -> None:
        self._show = show
        self._lock = threading.Lock()
        self._letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        with self._lock:
            self._letters.append(letter)
        self._show(letter)

    @property
    def sent(self) -> list[Letter]:
        """Everything so far, the oldest first."""
        with self._lock:
            return list(self._letters)
