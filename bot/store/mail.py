"""E-mails to agencies, from the moment they are written until the mail server has them or they have failed for good."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.store.models import Mail

_OPEN_STATES = ("queued", "sending")


class Mails:
    """Claim and settle e-mails."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, now: datetime, lease: timedelta) -> Mail | None:
        """Take the next due mail; one whose lease ran out was left by a dead process. Codes first: someone waits."""
        due = or_(
            and_(Mail.state == "queued", Mail.next_attempt_at <= now),
            and_(Mail.state == "sending", Mail.lease_until <= now),
        )
        row = self._session.scalars(
            select(Mail)
            .where(due)
            .order_by((Mail.kind == "code").desc(), Mail.created_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is not None:
            row.state, row.lease_until, row.attempts = "sending", now + lease, row.attempts + 1
        return row

    def locked(self, mail_id: str) -> Mail:
        """The mail under its row lock, as the database has it now."""
        return self._session.scalars(
            select(Mail).where(Mail.id == mail_id).with_for_update().execution_options(populate_existing=True)
        ).one()

    def get(self, mail_id: str) -> Mail | None:
        return self._session.get(Mail, mail_id)

    def on_its_way(self, referral_id: str) -> bool:
        """Whether a mail with this referral's link is still to be sent."""
        waiting = select(Mail.id).where(
            Mail.referral_id == referral_id, Mail.kind != "code", Mail.state.in_(_OPEN_STATES)
        )
        return self._session.scalar(waiting.limit(1)) is not None

    def newest(self, referral_ids: list[str]) -> dict[str, Mail]:
        """The latest mail with the link, for each referral that has one. Those no longer wanted are left out."""
        rows = self._session.scalars(
            select(Mail)
            .where(Mail.referral_id.in_(referral_ids), Mail.kind != "code", Mail.state != "dropped")
            .order_by(Mail.created_at, Mail.id)
        )
        return {row.referral_id: row for row in rows}
