"""When to try a message again, and when to hand it to a person instead."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Ambiguous, ProviderError

MOST_ATTEMPTS = 10
# A text that comes a day late may reach a phone that is no longer safe to write to.
LONGEST_WAIT = timedelta(hours=24)
# After an unclear answer the provider needs a moment before its list shows what it made.
LOOK_UP_AFTER = timedelta(seconds=5)
_JITTER = 0.25


@dataclass(frozen=True)
class BackOff:
    """Doubles from `first` up to `longest`."""

    first: timedelta
    longest: timedelta

    def after(self, attempts: int) -> timedelta:
        """The wait after so many attempts, 1 or more."""
        return min(self.longest, self.first * (1 << min(attempts - 1, 20)))


ORDINARY = BackOff(timedelta(seconds=2), timedelta(minutes=15))
URGENT = BackOff(timedelta(seconds=2), timedelta(seconds=60))


def next_attempt(now: datetime, attempts: int, urgent: bool, error: ProviderError) -> datetime:
    """When to try again. The jitter keeps many waiting messages from coming back all at once."""
    wait = (URGENT if urgent else ORDINARY).after(attempts) * (1 + random.uniform(0, _JITTER))  # noqa: S311 - no secret
    return now + (max(wait, LOOK_UP_AFTER) if isinstance(error, Ambiguous) else wait)


def expired(now: datetime, written: datetime) -> bool:
    return now - written >= LONGEST_WAIT
