"""Concerns and their timelines."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.safeguarding.urgency import URGENCIES
from bot.store.columns import new_id
from bot.store.models import Concern, ConcernEvent, Conversation, InboundMessage, OutboundMessage

OPEN_STATUSES = ("unfinished", "submitted", "acknowledged")
# Lines of the timeline that the person who writes has caused.
BY_RESIDENT = ("unfinished", "submitted", "noted", "reopened", "added", "urgency_raised")


class Concerns:
    """Keep and find concerns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, concern_id: str) -> Concern | None:
        return self._session.get(Concern, concern_id)

    def some(self, concern_ids: Iterable[str]) -> list[Concern]:
        """Those with these ids, in no order."""
        return list(self._session.scalars(select(Concern).where(Concern.id.in_(list(concern_ids)))))

    def locked(self, concern_id: str) -> Concern | None:
        """The concern with its conversation locked, so that no message joins it before the commit."""
        found = self._session.get(Concern, concern_id)
        if found is None:
            return None
        self._session.scalars(
            select(Conversation.id).where(Conversation.id == found.conversation_id).with_for_update()
        ).one()
        return self._session.scalars(
            select(Concern).where(Concern.id == concern_id).with_for_update().execution_options(populate_existing=True)
        ).one()

    def by_reference(self, reference: str) -> Concern | None:
        return self._session.scalars(select(Concern).where(Concern.reference == reference)).one_or_none()

    def latest(self, conversation_id: str) -> Concern | None:
        """The newest concern of the conversation that is not closed."""
        return self._session.scalars(
            select(Concern)
            .where(Concern.conversation_id == conversation_id, Concern.status != "closed")
            .order_by(Concern.created_at.desc())
            .limit(1)
        ).one_or_none()

    def queue(self, statuses: tuple[str, ...] = OPEN_STATUSES, limit: int = 500) -> list[Concern]:
        """Most urgent first; within one urgency those nobody has acknowledged first, then the oldest."""
        rank = case({name: place for place, name in enumerate(URGENCIES)}, value=Concern.urgency, else_=len(URGENCIES))
        return list(
            self._session.scalars(
                select(Concern)
                .where(Concern.status.in_(statuses))
                .order_by(rank, Concern.acknowledged_at.is_not(None), Concern.created_at)
                .limit(limit)
            )
        )

    def newest(self, status: str, limit: int) -> list[Concern]:
        """Concerns of one status, the newest first."""
        return list(
            self._session.scalars(
                select(Concern).where(Concern.status == status).order_by(Concern.created_at.desc()).limit(limit)
            )
        )

    def of_conversation(self, conversation_id: str) -> list[Concern]:
        """All concerns of the conversation, the newest first."""
        return list(
            self._session.scalars(
                select(Concern).where(Concern.conversation_id == conversation_id).order_by(Concern.created_at.desc())
            )
        )

    def news(self, concern_ids: list[str]) -> dict[str, datetime]:
        """Since when somebody has to look again: the first word after it was acknowledged, or answer to staff."""
        told = (
            select(Concern.id, func.min(ConcernEvent.at))
            .join(ConcernEvent, ConcernEvent.concern_id == Concern.id)
            .where(ConcernEvent.kind.in_(BY_RESIDENT), ConcernEvent.at > Concern.acknowledged_at)
        )
        asked = (
            select(OutboundMessage.id)
            .where(
                OutboundMessage.conversation_id == InboundMessage.conversation_id,
                OutboundMessage.sender == "staff",
                OutboundMessage.created_at < InboundMessage.received_at,
            )
            .exists()
        )
        answered = (
            select(Concern.id, func.min(InboundMessage.received_at))
            .join(InboundMessage, InboundMessage.conversation_id == Concern.conversation_id)
            .where(InboundMessage.received_at > Concern.acknowledged_at, asked)
        )
        found: dict[str, datetime] = {}
        for query in (told, answered):
            for concern_id, at in self._session.execute(
                query.where(Concern.id.in_(concern_ids), Concern.status != "closed").group_by(Concern.id)
            ):
                found[concern_id] = min(at, found.get(concern_id, at))
        return found

    def told(self, concern_id: str) -> int:
        """How often the person who writes has changed this concern: tells whether a page is still current."""
        return (
            self._session.scalar(
                select(func.count())
                .select_from(ConcernEvent)
                .where(ConcernEvent.concern_id == concern_id, ConcernEvent.kind.in_(BY_RESIDENT))
            )
            or 0
        )

    def conversation(self, conversation_id: str) -> Conversation | None:
        return self._session.get(Conversation, conversation_id)

    def calling(self) -> list[Conversation]:
        """Conversations in which a person is needed, the longest wait first."""
        return list(
            self._session.scalars(
                select(Conversation)
                .where(Conversation.needs_person_at.is_not(None))
                .order_by(Conversation.needs_person_at)
                .limit(200)
            )
        )

    def timeline(self, concern_id: str) -> list[ConcernEvent]:
        return list(
            self._session.scalars(
                select(ConcernEvent)
                .where(ConcernEvent.concern_id == concern_id)
                .order_by(ConcernEvent.at, ConcernEvent.id)
            )
        )

    def add_event(
        self,
        concern: Concern,
        at: datetime,
        kind: str,
        detail: str | None = None,
        staff_id: str | None = None,
    ) -> ConcernEvent:
        """Write one line of the timeline; `detail` is sealed."""
        event = ConcernEvent(id=new_id(), concern_id=concern.id, at=at, kind=kind, staff_id=staff_id)
        self._session.add(event)
        event.detail = detail
        return event
