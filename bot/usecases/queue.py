"""What staff see first: concerns by urgency and age with their clocks, and who else waits for a person. No words."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import NotFound
from bot.safeguarding.reference import find_reference, shown
from bot.safeguarding.urgency import URGENCIES
from bot.store.models import Concern, OutboundMessage
from bot.store.unit_of_work import UnitOfWork
from bot.usecases.referral_troubles import TROUBLES, referral_troubles
from bot.usecases.services import Services

_MOST = 200


@dataclass(frozen=True)
class Row:
    """A concern in a list. `due_at` is None while nothing waits for staff; `news`: something came since they looked.

    `referral` is what is wrong with its referrals: `declined`, `failed` (a mail), `late`, or None.
    """

    id: str
    reference: str
    status: str
    category: str
    urgency: str
    boroughs: tuple[str, ...]
    language: str
    writer: str
    created_at: datetime
    due_at: datetime | None
    late: bool
    news: bool
    acknowledged_by: str | None
    referral: str | None = None

    @property
    def waits(self) -> bool:
        """Whether somebody has to look at it."""
        return self.due_at is not None


@dataclass(frozen=True)
class Caller:
    """A conversation that needs a person; `concern_id` when there is a concern to read it with."""

    conversation_id: str
    concern_id: str | None
    channel: str
    language: str | None
    since: datetime


@dataclass(frozen=True)
class Board:
    """The queue. `failed` counts failed texts in conversations that nobody has dealt with since.

    `referrals` are the concerns, closed ones too, whose referral was declined, is late, or could not be mailed.
    """

    now: datetime
    waiting: tuple[Row, ...]
    taken: tuple[Row, ...]
    callers: tuple[Caller, ...]
    failed: int
    referrals: tuple[Row, ...] = ()

    @property
    def late(self) -> int:
        return sum(row.late for row in self.waiting)


@dataclass(frozen=True)
class FailedText:
    """A message that could not be sent or delivered. Its words stay on the conversation's page."""

    id: str
    conversation_id: str
    sender: str
    language: str
    created_at: datetime
    error: str


def board(services: Services) -> Board:
    """The queue as it stands."""
    with services.store.reading() as uow:
        now = services.clock()
        rows = _rows(services, uow, uow.concerns.queue(), now)
        callers = tuple(_caller(uow, c.id) for c in uow.concerns.calling())
        referrals = _rows(services, uow, uow.concerns.some(referral_troubles(uow, now)), now)
        failed = sum(m.conversation.needs_person_at is not None for m in uow.outbox.failed())
    waiting = sorted((r for r in rows if r.waits), key=lambda r: (URGENCIES.index(r.urgency), r.created_at))
    taken = tuple(r for r in rows if not r.waits)
    referrals.sort(key=lambda r: (TROUBLES.index(r.referral or ""), URGENCIES.index(r.urgency), r.created_at))
    return Board(now, tuple(waiting), taken, callers, failed, tuple(referrals))


def shelf(services: Services, status: str) -> list[Row]:
    """The newest concerns that were only noted, or that are closed."""
    with services.store.reading() as uow:
        return _rows(services, uow, uow.concerns.newest(status, _MOST), services.clock())


def find(services: Services, text: str) -> str:
    """The id of the concern with the reference in this text. Raises `NotFound`."""
    reference = find_reference(text)
    with services.store.reading() as uow:
        concern = uow.concerns.by_reference(reference) if reference else None
    if concern is None:
        raise NotFound("no concern with this reference")
    return concern.id


def failed_texts(services: Services) -> list[FailedText]:
    """Texts given up on, the newest first."""
    with services.store.reading() as uow:
        return [_failed(m) for m in uow.outbox.failed()]


def row_of(services: Services, uow: UnitOfWork, concern: Concern, now: datetime) -> Row:
    """One concern as the lists show it."""
    return _rows(services, uow, [concern], now)[0]


def _rows(services: Services, uow: UnitOfWork, concerns: list[Concern], now: datetime) -> list[Row]:
    news = uow.concerns.news([c.id for c in concerns])
    names, troubles = uow.staff.names(), referral_troubles(uow, now, [c.id for c in concerns])
    return [_row(services, c, news.get(c.id), names, troubles.get(c.id), now) for c in concerns]


def _row(
    services: Services,
    concern: Concern,
    news: datetime | None,
    names: dict[str, str],
    trouble: str | None,
    now: datetime,
) -> Row:
    due_at = _due_at(services, concern, news)
    return Row(
        id=concern.id,
        reference=shown(concern.reference),
        status=concern.status,
        category=concern.category,
        urgency=concern.urgency,
        boroughs=tuple(concern.boroughs),
        language=concern.language,
        writer=concern.writer,
        created_at=concern.created_at,
        due_at=due_at,
        late=due_at is not None and now > due_at,
        news=news is not None,
        acknowledged_by=names.get(concern.acknowledged_by or ""),
        referral=trouble,
    )


def _due_at(services: Services, concern: Concern, news: datetime | None) -> datetime | None:
    if concern.status in ("closed", "noted"):
        return None
    if concern.acknowledged_at is None:
        return concern.due_at
    return None if news is None else news + services.urgency.due_in(concern.urgency)


def _caller(uow: UnitOfWork, conversation_id: str) -> Caller:
    conversation = uow.conversations.get(conversation_id)
    concern = next(iter(uow.concerns.of_conversation(conversation_id)), None)
    assert conversation.needs_person_at is not None
    return Caller(
        conversation_id,
        concern.id if concern else None,
        conversation.resident.channel,
        conversation.resident.language,
        conversation.needs_person_at,
    )


def _failed(message: OutboundMessage) -> FailedText:
    return FailedText(
        message.id,
        message.conversation_id,
        message.sender,
        message.language,
        message.created_at,
        message.error or "",
    )
