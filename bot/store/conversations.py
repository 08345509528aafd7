"""Residents and their conversations."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.columns import new_id
from bot.store.models import Conversation, InboundMessage, OutboundMessage, Resident
from bot.store.sealing import Sealer


class Conversations:
    """Find or make the conversation of an address; lock it while it is answered."""

    def __init__(self, session: Session, sealer: Sealer) -> None:
        self._session, self._sealer = session, sealer

    def of(self, channel: str, address: str) -> Conversation | None:
        """The conversation of this address, or None."""
        index = self._sealer.index(channel, address)
        return self._session.scalars(
            select(Conversation).join(Resident).where(Resident.address_index == index)
        ).one_or_none()

    def open(self, channel: str, address: str, at: datetime) -> Conversation:
        """The conversation of this address, made when it is new. Two at once: one gets an `IntegrityError`."""
        if found := self.of(channel, address):
            return found
        index = self._sealer.index(channel, address)
        resident = Resident(id=new_id(), channel=channel, address_index=index, created_at=at)
        self._session.add(resident)
        resident.address = address
        conversation = Conversation(id=new_id(), resident=resident, created_at=at)
        self._session.add(conversation)
        self._session.flush()
        return conversation

    def lock(self, conversation_id: str) -> Conversation:
        """The conversation, with its row lock (PostgreSQL) or under the write lock (SQLite) until the commit."""
        return self._session.scalars(
            select(Conversation).where(Conversation.id == conversation_id).with_for_update()
        ).one()

    def get(self, conversation_id: str) -> Conversation:
        return self._session.get_one(Conversation, conversation_id)

    def history(self, conversation_id: str) -> tuple[list[InboundMessage], list[OutboundMessage]]:
        """All messages of the conversation, each list by time."""
        inbound = self._session.scalars(
            select(InboundMessage)
            .where(InboundMessage.conversation_id == conversation_id)
            .order_by(InboundMessage.received_at, InboundMessage.id)
        )
        outbound = self._session.scalars(
            select(OutboundMessage)
            .where(OutboundMessage.conversation_id == conversation_id)
            .order_by(OutboundMessage.created_at, OutboundMessage.position)
        )
        return list(inbound), list(outbound)

    def last_question(self, conversation_id: str) -> str | None:
        """The key of the newest message of the bot that offered a choice."""
        return self._session.scalars(
            select(OutboundMessage.key)
            .where(
                OutboundMessage.conversation_id == conversation_id,
                OutboundMessage.buttons_sealed.is_not(None),
            )
            .order_by(OutboundMessage.created_at.desc(), OutboundMessage.position.desc())
            .limit(1)
        ).one_or_none()

    def last_words(self, conversation_id: str) -> list[OutboundMessage]:
        """The bot's newest answer, all its messages in order, for "say that again"."""
        newest = self._session.scalars(
            select(OutboundMessage)
            .where(OutboundMessage.conversation_id == conversation_id, OutboundMessage.sender == "bot")
            .order_by(OutboundMessage.created_at.desc(), OutboundMessage.position.desc())
            .limit(5)
        ).all()
        if not newest:
            return []
        return sorted((m for m in newest if m.in_reply_to == newest[0].in_reply_to), key=lambda m: m.position)
