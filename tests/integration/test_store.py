"""The store on both databases: schema, sealing at rest, the audit chain, the outbox's order."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.errors import SealBroken, StoreUnavailable
from bot.store import audit, schema
from bot.store.columns import new_id
from bot.store.models import InboundMessage, OutboundMessage
from bot.store.unit_of_work import Store
from tests.conftest import MASTER, NOON


def test_migrations_make_what_the_models_say_and_can_be_undone(store: Store) -> None:
    assert schema.differences(store.engine) == []
    schema.downgrade(store.engine)
    assert schema.differences(store.engine) != []
    schema.upgrade(store.engine)
    assert schema.differences(store.engine) == []


def keep(store: Store, words: str, provider_id: str | None = None) -> str:
    with store.unit() as uow:
        conversation = uow.conversations.open("sms", "+447700900123", NOON)
        row = InboundMessage(
            id=new_id(), conversation_id=conversation.id, provider_id=provider_id, verdict={}, received_at=NOON
        )
        uow.session.add(row)
        row.body = words
        uow.audit(NOON, "test", "kept", "message", row.id)
        uow.commit()
        return row.id


def test_words_and_numbers_are_sealed_in_the_tables(store: Store) -> None:
    keep(store, "kanarienvogel")
    with store.reading() as uow:
        rows = uow.session.execute(text("SELECT body_sealed FROM inbound_messages")).all()
        people = uow.session.execute(text("SELECT address_sealed, address_index FROM residents")).all()
        assert b"kanarienvogel" not in bytes(rows[0][0])
        assert b"7700900123" not in bytes(people[0][0])
        assert "7700900123" not in people[0][1]


def test_a_sealed_value_moved_to_another_row_does_not_open(store: Store) -> None:
    first, second = keep(store, "one"), keep(store, "two")
    with store.unit() as uow:
        uow.session.execute(
            text(
                "UPDATE inbound_messages SET body_sealed ="
                " (SELECT body_sealed FROM inbound_messages WHERE id = :a) WHERE id = :b"
            ),
            {"a": first, "b": second},
        )
        uow.commit()
    with store.reading() as uow, pytest.raises(SealBroken):
        _ = uow.session.get_one(InboundMessage, second).body


def test_one_address_is_one_conversation(store: Store) -> None:
    keep(store, "one")
    keep(store, "two")
    with store.reading() as uow:
        found = uow.conversations.of("sms", "+447700900123")
        assert found is not None
        inbound, _ = uow.conversations.history(found.id)
        assert sorted(m.body or "" for m in inbound) == ["one", "two"]
        assert found.resident.address == "+447700900123"


def test_nothing_is_kept_without_a_commit(store: Store) -> None:
    with store.unit() as uow:
        uow.conversations.open("sms", "+447700900123", NOON)
    with store.reading() as uow:
        assert uow.conversations.of("sms", "+447700900123") is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET action = 'other' WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit WHERE id = 3",
        "UPDATE audit SET object_id = 'x' WHERE id = 1",
    ],
)
def test_any_change_to_the_audit_log_is_found(store: Store, tampering: str) -> None:
    for n in range(3):
        keep(store, f"message {n}")
    with store.reading() as uow:
        assert audit.verify(uow.session, store.sealer).fault is None
    with store.unit() as uow:
        uow.session.execute(text(tampering))
        uow.session.commit()
    with store.reading() as uow:
        assert audit.verify(uow.session, store.sealer).fault is not None


def queue(store: Store, key: str, position: int = 0, urgent: bool = False) -> str:
    with store.unit() as uow:
        conversation = uow.conversations.open("sms", "+447700900123", NOON)
        row = OutboundMessage(
            id=new_id(), conversation_id=conversation.id, position=position, key=key, language="en", urgent=urgent,
            state="queued", next_attempt_at=NOON, created_at=NOON,
        )  # fmt: skip
        uow.session.add(row)
        row.body = key
        uow.commit()
        return row.id


def test_messages_of_one_conversation_are_claimed_in_order_and_urgent_ones_first(store: Store) -> None:
    queue(store, "second", position=1)
    queue(store, "first", position=0)
    queue(store, "danger", position=2, urgent=True)
    claimed = []
    for _ in range(3):
        with store.unit() as uow:
            row = uow.outbox.claim(NOON, timedelta(minutes=1))
            assert row is not None
            claimed.append(row.key)
            row.state = "sent"
            uow.commit()
    assert claimed == ["danger", "first", "second"]


def test_a_message_left_by_a_dead_process_is_claimed_again_and_marked_unsure(store: Store) -> None:
    queue(store, "first")
    with store.unit() as uow:
        assert uow.outbox.claim(NOON, timedelta(seconds=30)) is not None
        uow.commit()
    with store.unit() as uow:
        assert uow.outbox.claim(NOON + timedelta(seconds=10), timedelta(seconds=30)) is None
        again = uow.outbox.claim(NOON + timedelta(seconds=31), timedelta(seconds=30))
        assert again is not None
        assert again.unsure
        assert again.attempts == 2


def test_a_database_that_cannot_be_written_says_so(tmp_path) -> None:  # type: ignore[no-untyped-def]
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    whole = Store(url, MASTER)
    schema.upgrade(whole.engine)
    whole.close()
    read_only = Store(f"sqlite:///file:{tmp_path / 'bot.sqlite3'}?mode=ro&uri=true", MASTER)
    assert not read_only.writable()
    with pytest.raises(StoreUnavailable), read_only.unit() as uow:
        uow.conversations.open("sms", "+447700900123", NOON)
    read_only.close()
