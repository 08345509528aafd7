"""What must hold when everything is quiet again, read from the database and from the stand-in for Twilio."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select

from bot.store import audit
from bot.store.models import InboundMessage, OutboundMessage
from bot.store.unit_of_work import Store
from tests.chaos_load import Text
from tests.standins.twilio_account import Account, TextMessage

_OPEN = ("queued", "sending")
# Handled without a reply on purpose: the provider has answered, or somebody sends very many messages.
_SILENT = ("provider_", "limited")


def work_left(store: Store) -> tuple[int, int, int]:
    """Messages kept, of these unanswered, and replies not yet settled."""
    with store.reading() as uow:
        kept = uow.session.scalar(select(func.count(InboundMessage.id))) or 0
        waiting = uow.session.scalar(select(func.count(InboundMessage.id)).where(InboundMessage.handled_at.is_(None)))
        unsent = uow.session.scalar(select(func.count(OutboundMessage.id)).where(OutboundMessage.state.in_(_OPEN)))
    return kept, waiting or 0, unsent or 0


def wait_until_quiet(store: Store, messages: int, patience: float) -> float:
    """Seconds until every message is kept, answered and settled, or until patience ended."""
    start = time.monotonic()
    while time.monotonic() - start < patience:
        kept, waiting, unsent = work_left(store)
        if kept >= messages and not waiting and not unsent:
            # Reports of what became of the last texts.
            time.sleep(0.5)
            break
        time.sleep(0.2)
    return time.monotonic() - start


def violations(store: Store, account: Account, texts: list[Text]) -> list[str]:
    """Every broken promise in words; empty when all hold."""
    with store.reading() as uow:
        inbound = list(uow.session.scalars(select(InboundMessage)))
        outbound = list(uow.session.scalars(select(OutboundMessage)))
        for row in outbound:
            # Opened while the session is there.
            row.__dict__["words"], row.__dict__["to"] = row.body, row.conversation.resident.address
        chain = audit.verify(uow.session, store.sealer)
    found = [*_inbound(inbound, texts), *_answers(inbound, outbound, texts), *_states(outbound)]
    found += [*_sent(outbound, account), *_order(outbound, account)]
    return [*found, f"audit: {chain.fault}"] if chain.fault else found


def _inbound(rows: list[InboundMessage], texts: list[Text]) -> Iterator[str]:
    kept = Counter(row.provider_id for row in rows)
    for text in texts:
        sid, times = text.message.sid, kept.pop(text.message.sid, 0)
        if times > 1:
            yield f"{sid} was kept {times} times"
        if times == 0 and text.acknowledged and not text.answered_at_door:
            yield f"{sid} was acknowledged and is lost"
        elif times == 0:
            yield f"{sid} was never acknowledged, and not fetched from Twilio either"
    for unknown in kept:
        yield f"{unknown} is kept and nobody sent it"
    for row in rows:
        if row.handled_at is None:
            yield f"{row.provider_id} was never answered"


def _answers(rows: list[InboundMessage], replies: list[OutboundMessage], texts: list[Text]) -> Iterator[str]:
    kinds = {text.message.sid: text.kind for text in texts}
    by_message: dict[str | None, list[OutboundMessage]] = defaultdict(list)
    for reply in replies:
        by_message[reply.in_reply_to].append(reply)
    for row in rows:
        own = sorted(by_message[row.id], key=lambda r: r.position)
        if [r.position for r in own] != list(range(len(own))):
            yield f"{row.provider_id}: positions {[r.position for r in own]}"
        if row.handled_at and not own and not (row.outcome or "").startswith(_SILENT):
            yield f"{row.provider_id}: handled as {row.outcome} without a reply"
        if kinds.get(row.provider_id or "") == "emergency" and not (own and own[0].urgent):
            yield f"{row.provider_id}: an emergency answered as {row.outcome}"


def _states(rows: list[OutboundMessage]) -> Iterator[str]:
    for row in rows:
        if row.state in _OPEN:
            yield f"{row.id} is stuck in {row.state} after {row.attempts} attempts, {row.error}"
        if row.state in {"failed", "held"} and not row.error:
            yield f"{row.id} is {row.state} without a reason"


def _sent(rows: list[OutboundMessage], account: Account) -> Iterator[str]:
    """Each row is at the provider once, and nothing else is. The callback's address says for which row a text was."""
    made: dict[str, list[TextMessage]] = defaultdict(list)
    for message in account.sent():
        made[_row_of(message)].append(message)
    for row in rows:
        texts = made.pop(row.id, [])
        due = 1 if row.state in {"sent", "delivered"} else 0
        if len(texts) != due:
            yield f"{row.id} ({row.key}, {row.state}, {row.attempts} attempts, {row.error}) was sent {len(texts)} times"
        for text in texts:
            if (text.body, text.recipient) != (row.__dict__["words"], row.__dict__["to"]):
                yield f"{row.id} was sent with other words or to another number"
            if due and text.sid != row.provider_id and len(texts) == 1:
                yield f"{row.id} says {row.provider_id}, Twilio has {text.sid}"
    for row_id in made:
        yield f"{row_id} was sent and is no row of ours"


def _order(rows: list[OutboundMessage], account: Account) -> Iterator[str]:
    """Within a conversation texts leave as they were written; urgent ones may overtake."""
    place = {_row_of(message): message.number for message in account.sent()}
    last: dict[str, int] = {}
    for row in sorted(rows, key=lambda r: (r.created_at, r.position)):
        if row.urgent or row.id not in place:
            continue
        if place[row.id] < last.get(row.conversation_id, -1):
            yield f"{row.id} ({row.key}) was sent before an earlier message of its conversation"
        last[row.conversation_id] = place[row.id]


def _row_of(message: TextMessage) -> str:
    return parse_qs(urlsplit(message.callback or "").query).get("id", ["?"])[0]
