"""Referrals to agencies."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from bot.store.models import Concern, ConcernEvent, Referral


class Referrals:
    """Keep and find referrals. Whoever changes one holds its concern's lock first, so that nobody waits in a ring."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, referral_id: str) -> Referral | None:
        return self._session.get(Referral, referral_id)

    def locked(self, referral_id: str) -> Referral:
        """The referral under its row lock, as the database has it now."""
        return self._session.scalars(
            select(Referral)
            .where(Referral.id == referral_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()

    def by_link(self, link_hash: str) -> Referral | None:
        return self._session.scalars(select(Referral).where(Referral.link_hash == link_hash)).one_or_none()

    def of_concern(self, concern_id: str) -> list[Referral]:
        """The newest first."""
        return list(
            self._session.scalars(
                select(Referral)
                .where(Referral.concern_id == concern_id)
                .order_by(Referral.created_at.desc(), Referral.id)
            )
        )

    def due(self, now: datetime) -> Referral | None:
        """One that has to be chased, the longest due first. Not locked: look again under the lock."""
        return self._session.scalars(
            select(Referral).where(Referral.status == "sent", Referral.due_at <= now).order_by(Referral.due_at).limit(1)
        ).one_or_none()

    def unsettled(self, concern_ids: list[str] | None = None) -> list[Referral]:
        """Those that may call for somebody: on their way, unanswered, undecided, failed, or declined and nothing since.

        A decline is settled by a later referral, by closing the concern, or, on a concern closed before, by a note.
        """
        query = (
            select(Referral)
            .join(Concern, Concern.id == Referral.concern_id)
            .where(
                or_(
                    Referral.status.in_(("waiting", "sent", "acknowledged", "failed")),
                    and_(Referral.status == "declined", ~_settled()),
                )
            )
        )
        if concern_ids is not None:
            query = query.where(Referral.concern_id.in_(concern_ids))
        return list(self._session.scalars(query.order_by(Referral.created_at)))


def _settled() -> ColumnElement[bool]:
    later = aliased(Referral)
    referred_again = (
        select(later.id)
        .where(
            later.concern_id == Referral.concern_id,
            later.created_at > Referral.answered_at,
            later.status != "withdrawn",
        )
        .exists()
    )
    noted = (
        select(ConcernEvent.id)
        .where(
            ConcernEvent.concern_id == Referral.concern_id,
            ConcernEvent.kind == "note",
            ConcernEvent.at > Referral.answered_at,
        )
        .exists()
    )
    closed_since = Concern.closed_at > Referral.answered_at
    return or_(referred_again, and_(Concern.status == "closed", or_(closed_since, noted)))
