"""The tables. Whatever a person wrote, and every name, number and address, is in a `_sealed` column."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.store.columns import Base, Sealed, SealedJson, UtcDateTime, new_id

_ID = String(36)


def _id() -> Any:
    return mapped_column(_ID, primary_key=True, default=new_id)


def _time(*, index: bool = False) -> Any:
    return mapped_column(UtcDateTime, index=index)


class Resident(Base):
    """Someone who writes: a phone number, or one web chat. `address` is E.164 or the web session's token."""

    __tablename__ = "residents"
    id: Mapped[str] = _id()
    channel: Mapped[str] = mapped_column(String(10))
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    address_index: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str | None] = mapped_column(String(20))
    language_chosen: Mapped[bool] = mapped_column(default=False)
    opted_out_at: Mapped[datetime | None] = _time()
    may_reply: Mapped[str | None] = mapped_column(String(10))
    safe_times_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = _time()
    address = Sealed()
    safe_times = Sealed()


class Conversation(Base):
    """The one conversation of a resident: the dialogue's sealed state, and what was last offered to choose from."""

    __tablename__ = "conversations"
    id: Mapped[str] = _id()
    resident_id: Mapped[str] = mapped_column(ForeignKey("residents.id"), unique=True)
    tracker_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    offered: Mapped[list[str] | None] = mapped_column(JSON)
    draft_notice: Mapped[str | None] = mapped_column(String(20))
    introduced: Mapped[bool] = mapped_column(default=False)
    needs_person_at: Mapped[datetime | None] = _time()
    last_turn_at: Mapped[datetime | None] = _time()
    left_at: Mapped[datetime | None] = _time()
    created_at: Mapped[datetime] = _time()
    resident: Mapped[Resident] = relationship()
    tracker = Sealed()


class InboundMessage(Base):
    """What a resident sent, committed before it is acknowledged. `verdict` is the detector's, and holds no words."""

    __tablename__ = "inbound_messages"
    __table_args__ = (Index("ix_inbound_conversation_received", "conversation_id", "received_at"),)
    id: Mapped[str] = _id()
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    verdict: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opt_out_type: Mapped[str | None] = mapped_column(String(10))
    language: Mapped[str | None] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = _time()
    handled_at: Mapped[datetime | None] = _time(index=True)
    outcome: Mapped[str | None] = mapped_column(String(30))
    conversation: Mapped[Conversation] = relationship()
    body = Sealed()


class OutboundMessage(Base):
    """The outbox. `state`: queued, sending, sent, delivered, failed, held; web messages are `shown` from the start."""

    __tablename__ = "outbound_messages"
    __table_args__ = (
        UniqueConstraint("in_reply_to", "position", name="uq_outbound_reply"),
        Index("ix_outbound_due", "state", "next_attempt_at"),
        Index("ix_outbound_conversation_created", "conversation_id", "created_at"),
    )
    id: Mapped[str] = _id()
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    in_reply_to: Mapped[str | None] = mapped_column(ForeignKey("inbound_messages.id"))
    position: Mapped[int] = mapped_column(default=0)
    sender: Mapped[str] = mapped_column(String(10), default="bot")
    key: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(20))
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    buttons_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[bool] = mapped_column(default=False)
    next_attempt_at: Mapped[datetime] = _time()
    lease_until: Mapped[datetime | None] = _time()
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    error: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = _time()
    sent_at: Mapped[datetime | None] = _time()
    conversation: Mapped[Conversation] = relationship()
    body = Sealed()
    buttons = SealedJson()


class Concern(Base):
    """A worry as staff see it. `status`: unfinished, submitted, acknowledged, closed, noted."""

    __tablename__ = "concerns"
    id: Mapped[str] = _id()
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    status: Mapped[str] = mapped_column(String(15), index=True)
    category: Mapped[str] = mapped_column(String(30))
    urgency: Mapped[str] = mapped_column(String(15))
    urgency_reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    writer: Mapped[str] = mapped_column(String(15))
    boroughs: Mapped[list[str]] = mapped_column(JSON, default=list)
    language: Mapped[str] = mapped_column(String(20))
    answers_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = _time()
    submitted_at: Mapped[datetime | None] = _time()
    due_at: Mapped[datetime] = _time()
    acknowledged_at: Mapped[datetime | None] = _time()
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None] = _time()
    conversation: Mapped[Conversation] = relationship()
    answers = SealedJson()


class ConcernEvent(Base):
    """One line of a concern's timeline."""

    __tablename__ = "concern_events"
    id: Mapped[str] = _id()
    concern_id: Mapped[str] = mapped_column(ForeignKey("concerns.id"), index=True)
    at: Mapped[datetime] = _time()
    kind: Mapped[str] = mapped_column(String(30))
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    detail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    detail = Sealed()


class Referral(Base):
    """A concern handed to an agency. `route`: email, or by_hand (telephoned, printed, the agency's own form).

    `status`: waiting (its mail is not out yet), sent, acknowledged, accepted, declined, done, failed, withdrawn.
    `due_at` is when it is chased next. `code_hash` is the one-time code that opens the link, gone once it is used.
    """

    __tablename__ = "referrals"
    id: Mapped[str] = _id()
    concern_id: Mapped[str] = mapped_column(ForeignKey("concerns.id"), index=True)
    agency_id: Mapped[str] = mapped_column(String(60))
    route: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(15), index=True)
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    mailbox_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = _time()
    created_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    sent_at: Mapped[datetime | None] = _time()
    due_at: Mapped[datetime | None] = _time(index=True)
    chases: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None] = _time()
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_until: Mapped[datetime | None] = _time()
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_until: Mapped[datetime | None] = _time()
    code_tries: Mapped[int] = mapped_column(default=0)
    codes_sent: Mapped[int] = mapped_column(default=0)
    session_hash: Mapped[str | None] = mapped_column(String(64))
    session_until: Mapped[datetime | None] = _time()
    concern: Mapped[Concern] = relationship()
    words = SealedJson()
    reason = Sealed()
    mailbox = Sealed()


class Mail(Base):
    """An e-mail to an agency. `kind`: referral, chase, code. `state`: queued, sending, sent, failed.

    The text is wiped when it has been sent: it holds a link or a code.
    """

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due", "state", "next_attempt_at"),)
    id: Mapped[str] = _id()
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    recipient_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    subject: Mapped[str] = mapped_column(String(120))
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = _time()
    lease_until: Mapped[datetime | None] = _time()
    error: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = _time()
    sent_at: Mapped[datetime | None] = _time()
    referral: Mapped[Referral] = relationship()
    recipient = Sealed()
    body = Sealed()


class NumberReport(Base):
    """A resident says that a number did not work. `agencies`: ids of the records it may be about, likeliest first."""

    __tablename__ = "number_reports"
    id: Mapped[str] = _id()
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    inbound_id: Mapped[str | None] = mapped_column(ForeignKey("inbound_messages.id"), unique=True)
    agencies: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = _time()
    settled_at: Mapped[datetime | None] = _time(index=True)
    settled_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = Sealed()


class StaffMember(Base):
    """Someone who reviews. `first_token_hash` is the one-time sign-in, gone once a password is set."""

    __tablename__ = "staff"
    id: Mapped[str] = _id()
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last: Mapped[int | None] = mapped_column()
    first_token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    first_token_until: Mapped[datetime | None] = _time()
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = _time()
    disabled_at: Mapped[datetime | None] = _time()
    created_at: Mapped[datetime] = _time()
    name = Sealed()
    totp = Sealed()


class StaffSession(Base):
    """A signed-in browser. Only a hash of its token is kept. `step`: password (second factor due), enrol, or full."""

    __tablename__ = "staff_sessions"
    id: Mapped[str] = _id()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = _time()
    seen_at: Mapped[datetime] = _time()
    ends_at: Mapped[datetime] = _time()
    staff: Mapped[StaffMember] = relationship()


class AuditEntry(Base):
    """One link of the audit chain. `detail` holds ids and codes, never words or addresses."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = _time()
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[str] = mapped_column(String(60), index=True)
    detail: Mapped[str] = mapped_column(String(400), default="")
    link: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """One row: where the chain ends. Locked while entries are added, so the chain has no forks and no lost tail."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)
    link: Mapped[str] = mapped_column(String(64), default="")
