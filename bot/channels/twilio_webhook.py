"""Twilio's side of the webhook door: its signature, and TwiML."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.twiml.messaging_response import MessagingResponse  # type: ignore[import-untyped]

SIGNATURE = "X-Twilio-Signature"


def signed_by_twilio(token: str, url: str, fields: Mapping[str, str], signature: str) -> bool:
    """Whether the signature is Twilio's for exactly this address and these fields."""
    return bool(RequestValidator(token).validate(url, dict(fields), signature))


def no_answer() -> str:
    """TwiML that says nothing: the reply goes out through the outbox."""
    return str(MessagingResponse())


def answer(text: str) -> str:
    """TwiML that makes Twilio send this text back at once."""
    twiml = MessagingResponse()
    twiml.message(text)
    return str(twiml)
