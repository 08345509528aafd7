"""The doors for texts and for the web chat, and whoever writes at them: what a test posts, the application answers."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
from starlette.testclient import TestClient

from bot.store.models import InboundMessage, OutboundMessage
from bot.usecases.reply import reply
from bot.usecases.services import Services
from tests.functional import staff_console
from tests.person import Person
from tests.standins.sms_world import PUBLIC_URL, RESIDENT
from tests.standins.twilio import TwilioStandIn

WORRY = "the boy next door is always hungry and nobody looks after him"
DANGER = "he has a knife and he is hitting her right now"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Door:
    """The whole application without its loops: what a test posts is answered when the test says so."""

    services: Services
    client: TestClient
    twilio: TwilioStandIn
    _count: int = field(default=0)

    def texts(self, body: str, *, sender: str = RESIDENT, sid: str = "", **more: str) -> Any:
        """A signed text comes in."""
        self._count += 1
        sid = sid or f"SM{self._count:032x}"
        fields = {"MessageSid": sid, "From": sender, "To": self.twilio.account.number, "Body": body, **more}
        return self.post("/sms", urlencode(fields).encode(), self.twilio.sign(f"{PUBLIC_URL}/sms", fields))

    def post(self, path: str, raw: bytes, signature: str, **headers: str) -> Any:
        return self.client.post(
            path, content=raw, headers={"X-Twilio-Signature": signature, "Content-Type": FORM, **headers}
        )

    def person(self, address: str = RESIDENT, channel: str = "sms") -> Person:
        return Person(self.services, address, channel)

    def answered(self, address: str = RESIDENT) -> Person:
        """Answer what waits, and look at it as the person does."""
        person = self.person(address)
        reply(self.services, person.conversation().id)
        person.collect()
        return person

    def rows(self, table: type[InboundMessage] | type[OutboundMessage] = InboundMessage) -> list[Any]:
        with self.services.store.reading() as uow:
            return uow.session.query(table).all()

    def kept(self) -> list[str]:
        with self.services.store.reading() as uow:
            found = uow.session.query(InboundMessage).order_by(InboundMessage.received_at)
            return [row.body or "" for row in found]


@dataclass
class Chat:
    """Somebody in the web chat, by form or by the script's JSON."""

    door: Door
    page: str = ""

    def open(self) -> "Chat":
        self.page = self.door.client.get("/chat").text
        return self

    def fields(self, **more: Any) -> dict[str, Any]:
        names = ("form_token", "sending")
        return {name: staff_console.hidden(self.page, name) for name in names} | more

    def sends(self, message: str) -> httpx2.Response:
        answer: Any = self.door.client.post("/chat", data=self.fields(message=message))
        self.page = answer.text
        return answer  # type: ignore[no-any-return]

    def posts(self, fields: dict[str, Any]) -> httpx2.Response:
        """As JSON, with lone surrogates as a hostile sender may write them."""
        raw = json.dumps(fields).encode()
        headers = {"Content-Type": "application/json"}
        return self.door.client.post("/api/chat/messages", content=raw, headers=headers)  # type: ignore[return-value]

    @property
    def shown(self) -> str:
        """What the page shows of the conversation, as text."""
        return re.sub(r"<[^>]+>", "", self.page.split('id="log"')[1].split("<form")[0])


def useful(words: str) -> bool:
    return "999" in words
