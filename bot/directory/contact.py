"""One line of the answer to "whom do I ring?"."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bot.directory.agencies import Agency, Kind, Number
from bot.directory.hours import Clock


@dataclass(frozen=True, slots=True)
class Contact:
    """`phone` is what to show: a number to ring or to text, or a web address where there is no number.

    `dial` is for a link, None if nothing can be dialled. `why` is a code; catalogues have its words. `text`: a number
    to write to. `until`, `opens`: when it stops or starts being answered, London's time, None if nobody knows.
    """

    id: str
    name: str
    kind: Kind
    phone: str
    open_now: bool | None
    why: str
    checked_on: date
    dial: str | None = None
    option: int | None = None
    web: str | None = None
    text: Number | None = None
    until: datetime | None = None
    opens: datetime | None = None


def contact(agency: Agency, clock: Clock, at: datetime, why: str, *, abroad: bool = False) -> Contact:
    """How to reach an agency at that moment; from abroad by the number that can be dialled there, if there is one."""
    open_now, change = clock.state(agency, at).open_now, clock.until(agency, at)
    phone = agency.phone
    shown, dial = (phone.display, phone.dial) if phone else (None, None)
    if abroad:
        far = from_abroad(agency)
        shown, dial = (far.display, far.dial) if far else (shown, None)
    text = None if abroad else agency.text
    return Contact(
        id=agency.id,
        name=agency.name,
        kind=agency.kind,
        phone=shown or (text.display if text else "") or agency.web or "",
        open_now=open_now,
        why=why,
        checked_on=agency.checked_on,
        dial=dial,
        option=phone.option if phone else None,
        web=agency.web,
        text=text,
        until=change if open_now else None,
        opens=change if open_now is False else None,
    )


def from_abroad(agency: Agency) -> Number | None:
    """A number that can be rung from another country. Short codes cannot, and freephone mostly not."""
    if agency.phone_abroad:
        return agency.phone_abroad
    if agency.phone is None or agency.phone.e164 is None:
        return None
    return _from_abroad(agency.phone.e164)


@lru_cache(maxsize=512)
def _from_abroad(e164: str) -> Number | None:
    """As people abroad write it, None if it cannot be rung there. Kept, because it takes long to find out."""
    number = phonenumbers.parse(e164, None)
    if phonenumbers.number_type(number) not in (PhoneNumberType.FIXED_LINE, PhoneNumberType.UAN):
        return None
    return Number(display=phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL), e164=e164)
