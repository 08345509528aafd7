"""What a concern's page shows of its referrals, and what the form to refer it offers."""

from typing import Any

from bot.safeguarding import referral as life
from bot.usecases import refer
from bot.usecases.referral_form import CONSENTS
from bot.usecases.services import Services


def section(services: Services, concern_id: str) -> dict[str, Any]:
    """The values of `staff_referrals.html`. Raises `NotFound`."""
    return {
        "referrals": refer.of_concern(services, concern_id),
        "choices": refer.choices(services, concern_id),
        "routes": life.ROUTES,
        "consents": CONSENTS,
        "next_answers": next_answers,
        "referral_sending": refer.new_sending(),
    }


def next_answers(status: str, allowed: tuple[str, ...] = life.BY_STAFF) -> list[str]:
    """What an agency may still say when its referral stands there."""
    return [answer for answer in allowed if life.may_become(status, answer)]
