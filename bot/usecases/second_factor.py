"""Time-based one-time codes (RFC 6238): six digits, 30 seconds, each good for one sign-in."""

import hmac
from datetime import datetime

import pyotp

from bot.languages.normalise import digits_only

STEP = 30
# A phone's clock may be one step ahead or behind.
_WINDOW = (0, -1, 1)


def new_secret() -> str:
    """160 random bits in base 32."""
    return pyotp.random_base32(32)


def address(secret: str, username: str, issuer: str) -> str:
    """What an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime, last: int | None) -> int | None:
    """The time step this code is for, if it is right and later than the last one used; else None."""
    totp, given = pyotp.TOTP(secret, interval=STEP), digits_only(code)
    current = int(now.timestamp()) // STEP
    for step in (current + shift for shift in _WINDOW):
        if hmac.compare_digest(totp.generate_otp(step), given) and (last is None or step > last):
            return step
    return None
