"""What an agency is told of a concern: the same on the console, on the agency's page and on paper."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Words:
    """What a member of staff writes for the agency. `consent` is one of `CONSENTS`; `rung`: who was rung, and when."""

    worry: str
    known: str = ""
    done: str = ""
    wanted: str = ""
    consent: str = "not_known"
    rung: str = ""


CONSENTS = ("family_agrees", "family_told", "family_objects", "not_safe_to_tell", "not_known")


@dataclass(frozen=True)
class Message:
    """One thing the person wrote, in their words. `text` is None when it does not open with our keys."""

    at: datetime
    text: str | None
    language: str | None
    direction: str


@dataclass(frozen=True)
class ReferralForm:
    """Sections in the order of the multi-agency referral forms.

    `answers` are (name, words) as in the console; `person` holds what is known of whoever reported; their telephone
    number is never here. `status` and its times are the referral's.
    """

    referral_id: str
    concern_id: str
    reference: str
    agency_id: str
    agency: str
    agency_phone: str | None
    made_by: str
    made_at: datetime
    status: str
    status_at: datetime | None
    reason: str | None
    category: str
    urgency: str
    urgency_reasons: tuple[str, ...]
    boroughs: tuple[str, ...]
    place: str | None
    subject: tuple[tuple[str, str], ...]
    """Who it is about: answers `subject`, `child_age`, `place`."""
    story: tuple[tuple[str, str], ...]
    """What was told: answers `story`, `danger`, `how_often`, `how_long`, `explanation`."""
    additions: tuple[str, ...]
    reporter: tuple[tuple[str, str], ...]
    """Answers `relationship`, `reporter_name`, `may_reply`, `safe_times`; and writer, language, channel as codes."""
    writer: str
    language: str | None
    channel: str
    messages: tuple[Message, ...]
    told_at: datetime
    words: Words
