"""E-mail through one mail server, over TLS with a verified certificate, or not at all.

A mail holds no word of a concern, but its link is a secret: where TLS cannot be had, nothing is sent. A server that
has the whole message may still lose the line that says so; the repeat carries the same `Message-ID`, by which
receivers know it.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from bot.errors import Ambiguous, ProviderError, Refused, SettingsError, Throttled
from bot.ports import Letter
from bot.settings import Settings

TIMEOUT_SECONDS = 20.0
# RFC 5322 allows 998; shorter ones would break the link, or hide it in an encoding. Seven bits: not every server on the
# way takes eight.
_LINES = policy.SMTP.clone(max_line_length=900, cte_type="7bit")


class SmtpMail:
    """`Mailer` on one server. Every letter has a connection of its own, so threads may share it."""

    def __init__(self, settings: Settings, timeout: float = TIMEOUT_SECONDS) -> None:
        """Raises `SettingsError`."""
        self._settings, self._timeout = settings, timeout
        self._domain = settings.smtp_from.rpartition("@")[2]
        self._context = _context(settings)
        if bool(settings.smtp_user) != bool(settings.smtp_password):
            raise SettingsError("BOT_SMTP_PASSWORD: user and password go together")

    def send(self, letter: Letter) -> None:
        with _our_errors():
            server = self._connect()
        try:
            with _our_errors():
                self._sign_in(server)
                self._envelope(server, letter.recipient)
            _hand_over(server, self._message(letter))
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        host, port = self._settings.smtp_host, self._settings.smtp_port
        # Our own name is the sender's domain: the machine's would tell strangers about the network behind it.
        if self._settings.smtp_tls == "implicit":
            return smtplib.SMTP_SSL(host, port, self._domain, timeout=self._timeout, context=self._context)
        return smtplib.SMTP(host, port, self._domain, timeout=self._timeout)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._settings.smtp_tls == "starttls":
            if not server.has_extn("starttls"):
                raise Refused("no_tls")
            code, _ = server.starttls(context=self._context)
            if code != 220:
                raise _answered(code)
            server.ehlo()
        if self._settings.smtp_password is not None:
            server.login(self._settings.smtp_user, self._settings.smtp_password.get_secret_value())

    def _envelope(self, server: smtplib.SMTP, recipient: str) -> None:
        for code, _ in (server.mail(self._settings.smtp_from), server.rcpt(recipient)):
            if code not in (250, 251):
                raise _answered(code)

    def _message(self, letter: Letter) -> bytes:
        message = EmailMessage(policy=_LINES)
        message["Message-ID"] = f"<{letter.id}@{self._domain}>"
        message["Date"] = format_datetime(letter.written)
        message["From"] = self._settings.smtp_from
        message["To"] = letter.recipient
        message["Subject"] = letter.subject
        # No robot shall answer it, and none of its answers shall be taken for the agency's.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(letter.body)
        return message.as_bytes()


def _context(settings: Settings) -> ssl.SSLContext:
    """Certificates and host names are checked; that is the library's default, and nothing here weakens it."""
    try:
        context = ssl.create_default_context(cafile=str(settings.smtp_ca) if settings.smtp_ca else None)
    except (OSError, ssl.SSLError):
        raise SettingsError("BOT_SMTP_CA: no file with certificates") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _hand_over(server: smtplib.SMTP, message: bytes) -> None:
    try:
        code, _ = server.data(message)
    except smtplib.SMTPDataError as error:
        # The server did not want to hear it: nothing was handed over.
        raise _answered(error.smtp_code) from None
    except (smtplib.SMTPException, OSError):
        raise Ambiguous("broke_off") from None
    if code < 0:
        raise Ambiguous("no_answer")
    if code != 250:
        raise _answered(code)


@contextmanager
def _our_errors() -> Iterator[None]:
    """The library's and the network's errors, before anything was handed over, as ours. Their text names addresses."""
    try:
        yield
    except ProviderError:
        raise
    except ssl.SSLCertVerificationError:
        raise Refused("certificate") from None
    except ssl.SSLError:
        raise Throttled("tls") from None
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused("no_sign_in") from None
    except smtplib.SMTPException:
        raise Throttled("broke_off") from None
    except OSError:
        raise Throttled("not_reached") from None


def _answered(code: int) -> ProviderError:
    """RFC 5321, 4.2.1: 5yz is final, 4yz is not. The library has -1 for an answer that it could not read."""
    if 500 <= code <= 599:
        return Refused(str(code), code)
    return Throttled(str(code), code) if code > 0 else Throttled("no_answer")
