"""Somebody who writes to the bot in a test, by the path of a live message."""

from dataclasses import dataclass, field

from bot.store.models import Concern, Conversation, OutboundMessage
from bot.usecases.receive import Inbound, receive
from bot.usecases.reply import reply
from bot.usecases.services import Services


@dataclass
class Person:
    """`says` returns the keys of what the bot answers; `answers` keeps the messages themselves."""

    services: Services
    address: str = "+447700900123"
    channel: str = "sms"
    answers: list[OutboundMessage] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def says(self, text: str, provider_id: str | None = None) -> list[str]:
        receipt = receive(self.services, Inbound(self.channel, self.address, text, provider_id))
        reply(self.services, receipt.conversation_id)
        return self.collect()

    def collect(self) -> list[str]:
        """What has come since the last look."""
        with self.services.store.reading() as uow:
            conversation = uow.conversations.of(self.channel, self.address)
            assert conversation is not None
            _, outbound = uow.conversations.history(conversation.id)
            self.answers = [m for m in outbound if m.id not in self._seen]
            self.texts = [m.body or "" for m in self.answers]
            self._seen |= {m.id for m in outbound}
        return [m.key for m in self.answers]

    @property
    def text(self) -> str:
        """All of the last answer."""
        return "\n".join(self.texts)

    def conversation(self) -> Conversation:
        with self.services.store.reading() as uow:
            found = uow.conversations.of(self.channel, self.address)
            assert found is not None
            _ = found.resident
            return found

    def concerns(self) -> list[Concern]:
        with self.services.store.reading() as uow:
            everyone = uow.concerns.queue(("unfinished", "submitted", "acknowledged", "noted", "closed"))
            return [c for c in everyone if c.conversation_id == self.conversation().id]

    def told(self) -> dict[str, object]:
        """The answers on the person's newest concern."""
        with self.services.store.reading() as uow:
            found = uow.concerns.latest(self.conversation().id)
            assert found is not None
            return dict(found.answers)
