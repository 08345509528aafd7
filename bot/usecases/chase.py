"""Ask again, one working day after a referral was sent and no word came: by mail, or by calling on staff."""

import structlog

from bot.directory.working_days import next_working_day
from bot.errors import SealBroken
from bot.store.models import Referral
from bot.usecases import letters, referral_steps
from bot.usecases.services import Services

log = structlog.get_logger(__name__)


def chase_one(services: Services) -> bool:
    """Chase the referral that has been due longest. False when none was. Raises `StoreUnavailable`."""
    with services.store.reading() as uow:
        found = uow.referrals.due(services.clock())
    if found is None:
        return False
    with services.store.unit() as uow:
        referral, concern = referral_steps.locked(uow, found.id)
        now = services.clock()
        # Under the lock: another process may have chased it, or the agency answered.
        if referral.status != "sent" or referral.due_at is None or referral.due_at > now:
            return True
        referral.chases += 1
        referral.due_at = next_working_day(now, services.directory.holidays)
        by_mail = services.mail is not None and letters.may_link(services) and _has_mailbox(referral)
        # A mail that is still on its way asks the same.
        if by_mail and not uow.mail.on_its_way(referral.id):
            letters.put_link(services, uow, referral, "chase", now)
        referral_steps.record(services, uow, referral, concern, "chased", now, "chase")
        uow.commit()
    log.info("referral_chased", referral_id=found.id, by_mail=by_mail, chases=referral.chases)
    services.wake.mail()
    return True


def _has_mailbox(referral: Referral) -> bool:
    # One that does not open must not stop the chase of all the others: staff see that it is late.
    try:
        return referral.mailbox is not None
    except SealBroken:
        return False
