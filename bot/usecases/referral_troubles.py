"""Which concerns have a referral that calls for somebody, whatever the concern's own status."""

from datetime import datetime

from bot.safeguarding.referral import is_late
from bot.store.models import Mail, Referral
from bot.store.unit_of_work import UnitOfWork

TROUBLES = ("declined", "failed", "late")
"""The worst first."""


def referral_troubles(uow: UnitOfWork, now: datetime, concern_ids: list[str] | None = None) -> dict[str, str]:
    """Concern id to the worst trouble of its referrals; all concerns unless some are named."""
    referrals = uow.referrals.unsettled(concern_ids)
    mails = uow.mail.newest([r.id for r in referrals])
    found: dict[str, str] = {}
    for referral in referrals:
        trouble = _trouble(referral, mails.get(referral.id), now)
        if trouble is not None:
            found[referral.concern_id] = min(trouble, found.get(referral.concern_id, trouble), key=TROUBLES.index)
    return found


def mail_error(referral: Referral, mail: Mail | None) -> str | None:
    """Why the mail that the referral stands on is not out; None when it is, or when the agency has answered."""
    kind = {"waiting": "referral", "failed": "referral", "sent": "chase"}.get(referral.status)
    return mail.error if mail is not None and mail.kind == kind else None


def _trouble(referral: Referral, mail: Mail | None, now: datetime) -> str | None:
    if referral.status == "declined":
        return "declined"
    if referral.status == "failed" or (mail_error(referral, mail) and mail and mail.state == "failed"):
        return "failed"
    if is_late(referral.status, referral.created_at, referral.due_at, referral.chases, now):
        return "late"
    return None
