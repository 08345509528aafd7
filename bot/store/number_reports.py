"""What residents say of numbers that did not work, until a supervisor has rung them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.models import NumberReport, OutboundMessage


class NumberReports:
    """Keep and find reports of failed numbers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_message(self, inbound_id: str) -> NumberReport | None:
        return self._session.scalars(select(NumberReport).where(NumberReport.inbound_id == inbound_id)).one_or_none()

    def since(self, conversation_id: str, at: datetime) -> list[NumberReport]:
        """The reports of this conversation from then on, the oldest first, but for numbers found to work."""
        rows = self._session.scalars(
            select(NumberReport)
            .where(NumberReport.conversation_id == conversation_id, NumberReport.created_at >= at)
            .order_by(NumberReport.created_at)
        )
        return [row for row in rows if row.outcome != "works"]

    def open(self) -> list[NumberReport]:
        """Those that nobody has settled, the oldest first."""
        return list(
            self._session.scalars(
                select(NumberReport)
                .where(NumberReport.settled_at.is_(None))
                .order_by(NumberReport.created_at, NumberReport.id)
            )
        )

    def settled(self) -> list[NumberReport]:
        """Those that somebody has rung, the latest call first."""
        return list(
            self._session.scalars(
                select(NumberReport)
                .where(NumberReport.settled_at.is_not(None))
                .order_by(NumberReport.settled_at.desc(), NumberReport.id)
            )
        )

    def locked(self, report_id: str) -> NumberReport | None:
        """The report under its row lock, as the database has it now."""
        return self._session.scalars(
            select(NumberReport)
            .where(NumberReport.id == report_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()

    def last_texts(self, conversation_id: str, most: int = 30) -> Sequence[OutboundMessage]:
        """What the conversation was told last, the newest first, in which the numbers stand."""
        return self._session.scalars(
            select(OutboundMessage)
            .where(OutboundMessage.conversation_id == conversation_id)
            .order_by(OutboundMessage.created_at.desc(), OutboundMessage.position)
            .limit(most)
        ).all()
