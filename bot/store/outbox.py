"""Messages to residents, from the moment they are written until the provider has them or they have failed for good."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from bot.store.models import OutboundMessage

_OPEN_STATES = ("queued", "sending")


class Outbox:
    """Queue, claim and settle outbound messages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, now: datetime, lease: timedelta) -> OutboundMessage | None:
        """Take the next due message: urgent ones first, and in order within a conversation.

        A message whose lease ran out was left by a dead process: it may have been sent, so it is marked unsure.
        """
        earlier = aliased(OutboundMessage)
        blocked = (
            select(earlier.id)
            .where(
                earlier.conversation_id == OutboundMessage.conversation_id,
                earlier.state.in_(_OPEN_STATES),
                or_(
                    earlier.created_at < OutboundMessage.created_at,
                    and_(
                        earlier.created_at == OutboundMessage.created_at,
                        earlier.position < OutboundMessage.position,
                    ),
                ),
            )
            .exists()
        )
        due = or_(
            and_(OutboundMessage.state == "queued", OutboundMessage.next_attempt_at <= now),
            and_(OutboundMessage.state == "sending", OutboundMessage.lease_until <= now),
        )
        row = self._session.scalars(
            select(OutboundMessage)
            .where(due, or_(OutboundMessage.urgent, ~blocked))
            .order_by(OutboundMessage.urgent.desc(), OutboundMessage.created_at, OutboundMessage.position)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is not None:
            row.unsure = row.unsure or row.state == "sending"
            row.state, row.lease_until, row.attempts = "sending", now + lease, row.attempts + 1
        return row

    def get(self, message_id: str) -> OutboundMessage | None:
        return self._session.get(OutboundMessage, message_id)

    def locked(self, message_id: str) -> OutboundMessage:
        """The message under its row lock, as the database has it now."""
        return self._session.scalars(
            select(OutboundMessage)
            .where(OutboundMessage.id == message_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()

    def by_provider_id(self, provider_id: str) -> OutboundMessage | None:
        return self._session.scalars(
            select(OutboundMessage).where(OutboundMessage.provider_id == provider_id)
        ).one_or_none()

    def claimed_provider_ids(self, provider_ids: list[str]) -> set[str]:
        """Which of the provider's messages already belong to one of ours."""
        rows = self._session.scalars(
            select(OutboundMessage.provider_id).where(OutboundMessage.provider_id.in_(provider_ids))
        )
        return {row for row in rows if row is not None}

    def staff_wrote_after(self, conversation_id: str, at: datetime | None) -> bool:
        """Whether a member of staff has written to the conversation since then."""
        wrote = select(OutboundMessage.id).where(
            OutboundMessage.conversation_id == conversation_id, OutboundMessage.sender == "staff"
        )
        if at is not None:
            wrote = wrote.where(OutboundMessage.created_at > at)
        return self._session.scalar(wrote.limit(1)) is not None

    def failed(self) -> list[OutboundMessage]:
        """Messages given up on, newest first, for staff to see."""
        return list(
            self._session.scalars(
                select(OutboundMessage)
                .where(OutboundMessage.state == "failed")
                .order_by(OutboundMessage.created_at.desc())
                .limit(200)
            )
        )
