"""A mail server on loopback that speaks TLS with a certificate of its own authority, and fails as told."""

import asyncio
import contextlib
import ssl
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.standins.serving import free_port

HOST = "127.0.0.1"
SENDER = "referrals@bot.example"
USER, PASSWORD = "bot", "long and secret"
_ANSWERS = {
    "refuses": ("rcpt", "550 5.1.1 no such mailbox"),
    "greylists": ("rcpt", "451 4.7.1 come back later"),
    "refuses data": ("data", "554 5.7.1 not wanted"),
    "busy": ("data", "452 4.3.1 no room"),
}


@dataclass
class MailServer:
    """What it took in, and what goes wrong next: one fault for each letter, in order.

    `refuses`, `greylists` (451), `refuses data`, `busy` (452), `drops before` and `drops after` it has kept the letter,
    without an answer.
    """

    port: int
    ca: Path
    tls: str = "starttls"
    faults: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    @property
    def letters(self) -> list[EmailMessage]:
        """As a mail program reads them, the oldest first."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[arg-type, misc]

    def settings(self, **more: Any) -> dict[str, Any]:
        """What our settings need to reach it."""
        return {
            "smtp_host": HOST,
            "smtp_port": self.port,
            "smtp_from": SENDER,
            "smtp_tls": self.tls,
            "smtp_ca": self.ca,
            **more,
        }

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self._fault("rcpt"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if answer := self._fault("data"):
            return answer
        fault = self.faults.pop(0) if self.faults else ""
        if fault != "drops before":
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None or self.tls == "implicit")
        if fault.startswith("drops"):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 OK"

    def _fault(self, stage: str) -> str | None:
        if self.faults and _ANSWERS.get(self.faults[0], ("",))[0] == stage:
            return _ANSWERS[self.faults.pop(0)][1]
        return None


def text_of(letter: EmailMessage) -> str:
    """The text as it was written: on the way, lines end in another manner."""
    return str(letter.get_content()).replace("\r\n", "\n").rstrip()


@contextlib.contextmanager
def mail_server(tls: str = "starttls", *, certificate: str = "right", sign_in: bool = False) -> Iterator[MailServer]:
    """A server for as long as the block runs. `tls`: starttls, implicit, or none, which offers no encryption at all.

    `certificate`: right, `other name`, or `other authority`. `sign_in`: it wants `USER` and `PASSWORD`.
    """
    with tempfile.TemporaryDirectory(prefix="mail-") as folder:
        ours, theirs = trustme.CA(), trustme.CA()
        ca = Path(folder) / "ca.pem"
        ours.cert_pem.write_to_path(str(ca))
        server = MailServer(free_port(), ca, tls)
        signer = theirs if certificate == "other authority" else ours
        name = "elsewhere.example" if certificate == "other name" else HOST
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        signer.issue_cert(name).configure_cert(context)
        controller = _controller(server, context, sign_in)
        controller.start()
        try:
            yield server
        finally:
            controller.stop()


class _Controller(Controller):
    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            # With implicit TLS the library does not see that the connection is encrypted, and warns.
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(self.handler, **self.SMTP_kwargs)


def _controller(server: MailServer, context: ssl.SSLContext, sign_in: bool) -> Controller:
    options: dict[str, Any] = {"hostname": HOST, "port": server.port}
    if server.tls == "implicit":
        options["ssl_context"] = context
    elif server.tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if sign_in:
        options |= {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": server.tls != "implicit"}
    return _Controller(server, **options)


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)
