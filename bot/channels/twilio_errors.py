"""What Twilio's statuses and error codes mean to us, in one place.

Codes: https://www.twilio.com/docs/api/errors. Statuses: the Message resource's `status`.
"""

from bot.errors import Ambiguous, ProviderError, Refused, Throttled

# A message's status at Twilio, in the outbox's words.
STATES = {
    "accepted": "sent",
    "scheduled": "sent",
    "queued": "sent",
    "sending": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}

# Error codes of a refused request to send. A code that is missing here goes by its HTTP status.
CODES: dict[int, type[ProviderError]] = {
    20429: Throttled,  # too many requests
    21611: Throttled,  # our number's queue is full
    30001: Throttled,  # our account's queue is full
    30022: Throttled,  # over the daily limit of the carrier
    63018: Throttled,  # WhatsApp's rate limit
    63038: Throttled,  # over the account's daily limit
    # Our own set-up is wrong. An operator can mend it, and the messages that waited then go out.
    20003: Throttled,  # wrong token, as while it is being changed
    20005: Throttled,  # account suspended
    20404: Throttled,  # no such account
    21212: Throttled,  # our sender is not a number
    21603: Throttled,  # no sender given
    21606: Throttled,  # our sender cannot text
    21659: Throttled,  # our sender is not ours
    21408: Refused,  # texts to this country are switched off
    21211: Refused,  # not a phone number
    21217: Refused,  # not a phone number
    21265: Refused,  # a short code
    21602: Refused,  # no words
    21604: Refused,  # no recipient
    21610: Refused,  # the recipient has texted STOP
    21612: Refused,  # no route from our number to this one
    21614: Refused,  # not a mobile number
    21617: Refused,  # over 1,600 characters
    63003: Refused,  # not on WhatsApp
    63016: Refused,  # WhatsApp: over a day since the person wrote
}

# The person has opted out at Twilio, whatever our own record says.
OPTED_OUT = 21610

# Nothing in the answer says whether the message was made.
_AMBIGUOUS_STATUSES = frozenset({408, 409})
# The request did not reach an account of ours, or was turned away at the gate: nothing was sent.
_LATER_STATUSES = frozenset({401, 403, 404, 425, 429})


def error_for(status: int, code: int | None) -> ProviderError:
    """Our error for Twilio's answer. Its own message is dropped, because it quotes the number."""
    known = CODES.get(code or 0)
    # Twilio's library puts the HTTP status in the place of a missing code.
    said = code if code != status else None
    return (known or _by_status(status))(f"http {status}", said)


def _by_status(status: int) -> type[ProviderError]:
    if status >= 500 or status in _AMBIGUOUS_STATUSES:
        return Ambiguous
    if status in _LATER_STATUSES or status < 400:
        return Throttled
    return Refused
