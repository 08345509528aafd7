"""Staff, their sessions, and what is on record of them."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.store.models import AuditEntry, StaffMember, StaffSession


class Staff:
    """Find staff members and their sessions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[StaffMember]:
        return list(self._session.scalars(select(StaffMember).order_by(StaffMember.username)))

    def get(self, staff_id: str) -> StaffMember | None:
        return self._session.get(StaffMember, staff_id)

    def named(self, username: str) -> StaffMember | None:
        """For reading only; see `by_username`."""
        return self._session.scalars(
            select(StaffMember).where(StaffMember.username == _comparable(username))
        ).one_or_none()

    def by_username(self, username: str) -> StaffMember | None:
        """Under its row lock, because a sign-in counts failures."""
        return self._session.scalars(
            select(StaffMember).where(StaffMember.username == _comparable(username)).with_for_update()
        ).one_or_none()

    def locked(self, staff_id: str) -> StaffMember:
        """The account under its row lock, as the database has it now."""
        return self._session.scalars(
            select(StaffMember)
            .where(StaffMember.id == staff_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()

    def invited(self, token_hash: str) -> StaffMember | None:
        """For reading only; see `by_first_token`."""
        return self._session.scalars(
            select(StaffMember).where(StaffMember.first_token_hash == token_hash)
        ).one_or_none()

    def by_first_token(self, token_hash: str) -> StaffMember | None:
        return self._session.scalars(
            select(StaffMember).where(StaffMember.first_token_hash == token_hash).with_for_update()
        ).one_or_none()

    def session(self, token_hash: str) -> StaffSession | None:
        return self._session.scalars(select(StaffSession).where(StaffSession.token_hash == token_hash)).one_or_none()

    def end_sessions(self, staff_id: str) -> None:
        self._session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))

    def forget_ended(self, now: datetime) -> None:
        """Delete sessions that are over anyway."""
        self._session.execute(delete(StaffSession).where(StaffSession.ends_at <= now))

    def names(self) -> dict[str, str]:
        """How each member is called, by id, for pages on which colleagues see who did something."""
        return {member.id: member.name or member.username for member in self.all()}

    def usernames(self) -> dict[str, str]:
        """Username by id, for the audit log's page."""
        return {member.id: member.username for member in self.all()}

    def records(self, limit: int) -> list[AuditEntry]:
        """The newest entries of the audit log, the newest first."""
        return list(self._session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)))


def _comparable(username: str) -> str:
    # PostgreSQL refuses to compare with a NUL, and no account has one.
    return username.replace("\0", "\ufffd").strip().casefold()
