"""Messages that residents sent."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.models import InboundMessage


class Inbox:
    """Keep, find and mark inbound messages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_provider_id(self, provider_id: str) -> InboundMessage | None:
        return self._session.scalars(
            select(InboundMessage).where(InboundMessage.provider_id == provider_id)
        ).one_or_none()

    def known(self, provider_ids: list[str]) -> set[str]:
        """Which of these the store already has."""
        rows = self._session.scalars(
            select(InboundMessage.provider_id).where(InboundMessage.provider_id.in_(provider_ids))
        )
        return {row for row in rows if row is not None}

    def next_unhandled(self, conversation_id: str) -> InboundMessage | None:
        """The oldest message of the conversation that is still unanswered."""
        return self._session.scalars(
            select(InboundMessage)
            .where(InboundMessage.conversation_id == conversation_id, InboundMessage.handled_at.is_(None))
            .order_by(InboundMessage.received_at, InboundMessage.id)
            .limit(1)
        ).one_or_none()

    def before(self, message: InboundMessage) -> InboundMessage | None:
        """The message that the same person sent before this one."""
        return self._session.scalars(
            select(InboundMessage)
            .where(
                InboundMessage.conversation_id == message.conversation_id,
                InboundMessage.received_at < message.received_at,
            )
            .order_by(InboundMessage.received_at.desc())
            .limit(1)
        ).one_or_none()

    def waiting_conversations(self, received_before: datetime) -> list[str]:
        """Conversations with a message that has waited since before this time."""
        return list(
            self._session.scalars(
                select(InboundMessage.conversation_id)
                .where(InboundMessage.handled_at.is_(None), InboundMessage.received_at <= received_before)
                .distinct()
            )
        )

    def count_since(self, conversation_id: str, since: datetime, until: datetime) -> int:
        """How many messages of the conversation came in this span, both ends included."""
        return (
            self._session.scalar(
                select(func.count())
                .select_from(InboundMessage)
                .where(
                    InboundMessage.conversation_id == conversation_id,
                    InboundMessage.received_at >= since,
                    InboundMessage.received_at <= until,
                )
            )
            or 0
        )
