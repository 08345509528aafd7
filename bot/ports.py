"""What the rooms promise each other: values that cross between them, and the interfaces with more than one maker."""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Button:
    """A choice. Pressed on the web or texted as its number, it stands for the payload, such as `/affirm`."""

    title: str
    payload: str


@dataclass(frozen=True)
class Utterance:
    """One message the bot says: the catalogue key, the words, the language they are in."""

    key: str
    text: str
    language: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Parse:
    """What the model makes of a text. `ranking` holds (intent, probability 0 to 1), the best first."""

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    understood: bool = True

    def probability(self, intent: str) -> float:
        return dict(self.ranking).get(intent, 0.0)


class Turn(Protocol):
    """One message being answered, inside its transaction. `tracker` is the dialogue's state as JSON, or None."""

    tracker: str | None

    def say(self, key: str, values: dict[str, str]) -> Utterance:
        """The catalogue's words for this key in the conversation's language, with standing values filled in."""
        ...


# Rasa calls its parts (tracker store, words, actions) without saying for whom; this tells them.
current_turn: ContextVar[Turn] = ContextVar("current_turn")


class Dialogue(Protocol):
    """The dialogue engine: Rasa, or nothing when there is no model."""

    @property
    def ready(self) -> bool: ...

    def parse(self, text: str, varieties: Mapping[str, float] | None = None) -> Parse:
        """Read a text. `varieties` weighs the languages it may be in, by code. Raises `DialogueUnavailable`."""
        ...

    def respond(self, turn: Turn, text: str, intent: str, entities: dict[str, str]) -> list[Utterance]:
        """Answer one message; the turn's tracker is read and replaced. Raises `DialogueUnavailable`."""
        ...


@dataclass(frozen=True)
class ProviderMessage:
    """A message as the SMS provider has it. Addresses in E.164, `whatsapp:` before them for WhatsApp."""

    provider_id: str
    sender: str
    recipient: str
    body: str
    status: str
    at: datetime


class SmsProvider(Protocol):
    """Sends and looks up texts. Each call may take seconds; none may be made with a transaction open."""

    def send(self, recipient: str, body: str, message_id: str) -> str:
        """The provider's id. Raises `Refused`, `Throttled` or `Ambiguous`."""
        ...

    def sent_to(self, recipient: str, since: datetime) -> list[ProviderMessage]:
        """What the provider has from us to this address. Raises `ProviderError`."""
        ...

    def received(self, since: datetime) -> list[ProviderMessage]:
        """What the provider has for us. Raises `ProviderError`."""
        ...


@dataclass(frozen=True)
class Letter:
    """An e-mail in plain text. `id` is our row's: a repeat carries the same `Message-ID`. `written` dates it."""

    id: str
    recipient: str
    subject: str
    body: str
    written: datetime


class Mailer(Protocol):
    """Sends e-mail over verified TLS. A call may take a minute; none may be made with a transaction open."""

    def send(self, letter: Letter) -> None:
        """Raises `Refused`, `Throttled` or `Ambiguous`."""
        ...


@dataclass(frozen=True)
class Translation:
    """What a machine made of a text. `source` is the language it was told, or found, the text to be in."""

    text: str = field(repr=False)
    source: str
    target: str
    machine: bool = True


class Translator(Protocol):
    """Machine translation. A call may take seconds; none may be made with a transaction open."""

    @property
    def state(self) -> str:
        """`off`, `closed` (at work), `open` (resting after failures) or `half_open` (about to try again)."""
        ...

    def translate(
        self, text: str, source: str | None, target: str, purpose: str, known: Sequence[str] = ()
    ) -> Translation:
        """Translate between BCP 47 languages (`source` None: find out) for a purpose the operator allows.

        `known`: names of people in the concern, which do not leave. Raises `TranslationFailed`, and nothing else.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
