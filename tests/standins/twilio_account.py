"""What the stand-in for Twilio remembers: messages, who has opted out, and which faults to play next."""

import itertools
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

API = "2010-04-01"


@dataclass
class TextMessage:
    """One message, inbound or outbound. `number` counts up, so that pages have a place to go on from."""

    number: int
    sid: str
    sender: str
    recipient: str
    body: str
    direction: str
    status: str
    created: datetime
    service: str | None = None
    callback: str | None = None
    error_code: int | None = None

    def as_json(self, account: str) -> dict[str, Any]:
        sent = None if self.status in {"accepted", "queued"} else format_datetime(self.created, usegmt=True)
        return {
            "account_sid": account,
            "api_version": API,
            "body": self.body,
            "date_created": format_datetime(self.created, usegmt=True),
            "date_sent": sent,
            "date_updated": format_datetime(self.created, usegmt=True),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {},
            "to": self.recipient,
            "uri": f"/{API}/Accounts/{account}/Messages/{self.sid}.json",
        }


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request. `after`: only once the message has been made.

    `kind` is error (answers `status` and `code`), hang (nothing for `seconds`) or drop (cuts the connection).
    """

    kind: str
    after: bool = False
    status: int = 503
    code: int | None = None
    seconds: float = 2.0
    on: str = "create"


@dataclass
class Account:
    """One Twilio account. `webhook` is where inbound messages go; `sign_as` the address signed for it."""

    sid: str = "AC" + "0" * 32
    token: str = "stand-in-token"
    number: str = "+441210000000"
    webhook: str = ""
    sign_as: str = ""
    # Callbacks that bring a message to this status by themselves, in order; empty: only those asked for.
    progress: tuple[str, ...] = ()
    messages: list[TextMessage] = field(default_factory=list)
    opted_out: set[str] = field(default_factory=set)
    faults: deque[Fault] = field(default_factory=deque)
    requests: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def add(self, sender: str, recipient: str, body: str, inbound: bool = False, **more: Any) -> TextMessage:
        """Keep a message. `sid` and `created` may be given."""
        more.setdefault("sid", "SM" + secrets.token_hex(16))
        more.setdefault("created", datetime.now(UTC))
        message = TextMessage(
            number=next(self._numbers),
            sender=sender,
            recipient=recipient,
            body=body,
            direction="inbound" if inbound else "outbound-api",
            status="received" if inbound else "queued",
            **more,
        )
        self.messages.append(message)
        return message

    def find(self, sid: str) -> TextMessage | None:
        return next((m for m in self.messages if m.sid == sid), None)

    def listed(self, to: str | None, sender: str | None, since: str | None, until: str | None) -> list[TextMessage]:
        """Newest first, filtered as Twilio does; dates as `YYYY-MM-DD` or ISO 8601."""
        return [
            m
            for m in reversed(self.messages)
            if (not to or m.recipient == to)
            and (not sender or m.sender == sender)
            and (not since or _day_or_time(m, since) >= since)
            and (not until or _day_or_time(m, until) <= until)
        ]

    def sent(self, recipient: str | None = None) -> list[TextMessage]:
        """What left through the API."""
        return [m for m in self.messages if m.direction != "inbound" and recipient in (None, m.recipient)]

    def next_fault(self, on: str) -> Fault | None:
        if self.faults and self.faults[0].on == on:
            return self.faults.popleft()
        return None


def _day_or_time(message: TextMessage, like: str) -> str:
    stamp = message.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return stamp if "T" in like else stamp[:10]
