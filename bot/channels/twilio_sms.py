"""Texts and WhatsApp messages through Twilio's REST API.

Creating a message is not idempotent at Twilio, so every failure says whether the message can have been made:
`Throttled` and `Refused` mean no, `Ambiguous` means look it up (`sent_to`) before sending again.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from urllib3.exceptions import NewConnectionError

from bot.channels.addresses import as_channel, channel_of
from bot.channels.twilio_errors import STATES, error_for
from bot.errors import Ambiguous, ProviderError, Throttled
from bot.ports import ProviderMessage
from bot.settings import Settings

TIMEOUT_SECONDS = 5.0
# A trial account puts this before every body.
_TRIAL = "Sent from your Twilio trial account - "
_PAGE = 100
# Twilio lists the newest first, but not by the time we compare with: a few stragglers may stand out of order.
_OLD_IN_A_ROW = 50
_MOST = 5_000


class TwilioSms:
    """`SmsProvider` on one account and one sender: a number, or a messaging service (`MG…`)."""

    def __init__(self, settings: Settings, timeout: float = TIMEOUT_SECONDS) -> None:
        _be_quiet()
        self._settings, self._timeout = settings, timeout
        self._threads = threading.local()

    def send(self, recipient: str, body: str, message_id: str) -> str:
        with _our_errors():
            made = self._client().messages.create(
                to=recipient, body=body, **self._sender(recipient), **self._callback(message_id)
            )
        if not made.sid:
            raise Ambiguous("an answer without an id")
        return str(made.sid)

    def sent_to(self, recipient: str, since: datetime) -> list[ProviderMessage]:
        # No filter by date: Twilio's goes by the time of sending, which a message queued there lacks.
        with _our_errors():
            sender = {} if self._service else self._sender(recipient)
            listed = self._client().messages.stream(to=recipient, page_size=_PAGE, limit=_MOST, **sender)
            return [m for m in _newer(listed, since) if m.status in STATES.values()]

    def received(self, since: datetime) -> list[ProviderMessage]:
        found: list[ProviderMessage] = []
        with _our_errors():
            for to in self._own_addresses():
                listed = self._client().messages.stream(page_size=_PAGE, limit=_MOST, **to)
                found += [m for m in _newer(listed, since, self._service) if m.status == "received"]
        return sorted(found, key=lambda m: m.at)

    @property
    def _service(self) -> str | None:
        sender = self._settings.twilio_from
        return sender if sender.startswith("MG") else None

    def _sender(self, recipient: str) -> dict[str, str]:
        if self._service:
            return {"messaging_service_sid": self._service}
        return {"from_": as_channel(self._settings.twilio_from, channel_of(recipient))}

    def _own_addresses(self) -> list[dict[str, str]]:
        if self._service:
            return [{}]
        return [{"to": as_channel(self._settings.twilio_from, channel)} for channel in ("sms", "whatsapp")]

    def _callback(self, message_id: str) -> dict[str, str]:
        if not self._settings.public_url:
            return {}
        base = self._settings.public_url.rstrip("/")
        return {"status_callback": f"{base}/sms/status?{urlencode({'id': message_id})}"}

    def _client(self) -> Client:
        # One a thread: Twilio's HTTP client hands back its last answer from a shared attribute, so that with
        # two threads one message could be given the other's id.
        client: Client | None = getattr(self._threads, "client", None)
        if client is None:
            secret = self._settings.twilio_auth_token
            token = secret.get_secret_value() if secret else ""
            http = _BaseUrlClient(self._settings.twilio_api_base, self._timeout)
            client = self._threads.client = Client(self._settings.twilio_account_sid, token, http_client=http)
        return client


class _BaseUrlClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own HTTP client, pointed at another server when one is set."""

    def __init__(self, base: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._base = urlsplit(base) if base else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base is not None:
            asked = urlsplit(url)
            path = self._base.path.rstrip("/") + asked.path
            url = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))
        return super().request(method, url, *args, **kwargs)


@contextmanager
def _our_errors() -> Iterator[None]:
    """Twilio's and the network's errors as ours. Their text is left behind, because it quotes numbers."""
    try:
        yield
    except ProviderError:
        raise
    except RequestException as error:
        raise _network_error(error) from None
    except TwilioException as error:
        status, code = getattr(error, "status", None), getattr(error, "code", None)
        if not isinstance(status, int):
            raise Ambiguous("an answer that cannot be read") from None
        raise error_for(status, code) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        # A cut or foreign answer: what it was an answer to may have been done.
        raise Ambiguous("an answer that cannot be read") from None


def _network_error(error: RequestException) -> ProviderError:
    kind = type(error).__name__
    # The connection was never made, so nothing can have been sent.
    if isinstance(error, ConnectTimeout):
        return Throttled(kind)
    if isinstance(error, RequestsConnectionError):
        reason = getattr(error.args[0], "reason", None) if error.args else None
        if isinstance(reason, NewConnectionError):
            return Throttled("not connected")
    return Ambiguous(kind)


def _newer(listed: Any, since: datetime, service: str | None = None) -> list[ProviderMessage]:
    found: list[ProviderMessage] = []
    old = 0
    for record in listed:
        at = record.date_created or record.date_sent
        if at is None or at < since:
            old += 1
            if old >= _OLD_IN_A_ROW:
                break
            continue
        old = 0
        if service is None or record.messaging_service_sid == service:
            found.append(_message(record, at))
    return found


def _message(record: Any, at: datetime) -> ProviderMessage:
    inbound = str(record.direction or "") == "inbound"
    return ProviderMessage(
        provider_id=str(record.sid),
        sender=str(record.from_ or ""),
        recipient=str(record.to or ""),
        body=str(record.body or "").removeprefix(_TRIAL),
        status="received" if inbound else STATES.get(str(record.status), "sent"),
        at=at.astimezone(UTC),
    )


def _be_quiet() -> None:
    # Their debug lines and warnings carry addresses with phone numbers in them.
    for name in ("twilio", "requests", "urllib3", "httpx", "httpx2", "httpcore"):
        logging.getLogger(name).setLevel(logging.ERROR)
