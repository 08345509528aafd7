"""One transaction at a time: what a use case reads and writes, its audit entries, and the one commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot.errors import StoreUnavailable
from bot.store import audit
from bot.store.concerns import Concerns
from bot.store.conversations import Conversations
from bot.store.database import connect
from bot.store.inbox import Inbox
from bot.store.mail import Mails
from bot.store.number_reports import NumberReports
from bot.store.outbox import Outbox
from bot.store.referrals import Referrals
from bot.store.sealing import Sealer
from bot.store.staff import Staff


@dataclass(frozen=True)
class AuditNote:
    """One thing that happened, before it is linked into the chain. Ids and codes only."""

    at: datetime
    actor: str
    action: str
    object_kind: str
    object_id: str
    detail: str = ""


class UnitOfWork:
    """The repositories over one session. Nothing is kept unless `commit` is called."""

    def __init__(self, session: Session, sealer: Sealer) -> None:
        self.session = session
        self._sealer = sealer
        self._notes: list[AuditNote] = []
        self.conversations = Conversations(session, sealer)
        self.inbox = Inbox(session)
        self.outbox = Outbox(session)
        self.concerns = Concerns(session)
        self.staff = Staff(session)
        self.referrals = Referrals(session)
        self.mail = Mails(session)
        self.number_reports = NumberReports(session)

    def audit(self, at: datetime, actor: str, action: str, kind: str, object_id: str, detail: str = "") -> None:
        """Put on record; linked into the chain at the commit, so that the chain is locked only briefly."""
        self._notes.append(AuditNote(at, actor, action, kind, object_id, detail))

    def commit(self) -> None:
        """Write everything, the audit entries last, or nothing."""
        self.session.flush()
        if self._notes:
            audit.append(self.session, self._sealer, self._notes)
        self.session.commit()
        self._notes = []


class Store:
    """The database and the keys that open it."""

    def __init__(self, url: str, master: bytes) -> None:
        self.engine: Engine = connect(url)
        self._readers = self.engine.execution_options(read_only=True)
        self.sealer = Sealer(master)

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        """A transaction that may write. Raises `StoreUnavailable` when the database cannot be written."""
        with self._session(self.engine) as uow:
            yield uow

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A transaction that only reads, and so holds up no writer."""
        with self._session(self._readers) as uow:
            yield uow

    @contextmanager
    def _session(self, bind: Engine) -> Iterator[UnitOfWork]:
        session = Session(bind, expire_on_commit=False, info={"sealer": self.sealer})
        try:
            yield UnitOfWork(session, self.sealer)
        except IntegrityError:
            raise
        except DBAPIError as error:
            # The driver's message may quote a row, so only the kind of error is passed on.
            raise StoreUnavailable(type(error).__name__) from None
        finally:
            session.close()

    def writable(self) -> bool:
        """Whether a write transaction can be opened now."""
        try:
            with self.unit() as uow:
                uow.session.execute(text("UPDATE audit_head SET last = last WHERE id = 1"))
        except (StoreUnavailable, IntegrityError):
            return False
        return True

    def close(self) -> None:
        self.engine.dispose()


def sqlite_folder(url: str) -> Path | None:
    """The folder of an SQLite file, so that it can be made; None for other databases."""
    return Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else None
