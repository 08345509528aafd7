"""Answer what waits in a conversation: each message in one transaction, under the lock, or not at all."""

import json
import re
from datetime import timedelta

import structlog

from bot.errors import DialogueUnavailable, StoreUnavailable
from bot.languages.detection import SURE
from bot.ports import Button, Utterance
from bot.safeguarding.categories import SERIOUS
from bot.safeguarding.detector import Danger, Verdict
from bot.safeguarding.signals import Signal
from bot.store.models import Conversation, InboundMessage
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import commands, language_choice, number_reports, say
from bot.usecases.commands import Command
from bot.usecases.concerns import record_emergency
from bot.usecases.services import Services
from bot.usecases.short_answers import mentioned, refuses, varieties
from bot.usecases.turn import AWAY, ActiveTurn
from bot.usecases.understand import FALLBACK, Understanding, understand

log = structlog.get_logger(__name__)
# After an answer with numbers in it, so much of the model's belief is enough to take words for "it did not work".
_MAYBE_A_NUMBER = 0.1
_A_SENTENCE, _BARE_PLACE_WORDS = 2, 4
_BUSY_SPAN = timedelta(minutes=1)
_REPORT = '/affirm{"choice": "report"}'
# What "actually no, I want to report it" may be taken for.
_MAY_BE_A_CHANGE_OF_MIND = (FALLBACK, "cancel", "concern_unsure")
_LINK = re.compile(r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_WAITS = ("utter_ask_language", "utter_language_unknown", "utter_goodbye")


def reply(services: Services, conversation_id: str) -> int:
    """Handle every unhandled message of the conversation, in order. Returns how many. Safe to call at any time."""
    handled = 0
    while (waiting := _next(services, conversation_id)) is not None:
        inbound_id, body, verdict, spoken = waiting
        heard = understand(services, body, verdict, spoken)
        try:
            done = _answer_one(services, conversation_id, inbound_id, heard, plain=False)
        except StoreUnavailable:
            raise
        except Exception as error:
            # Whatever went wrong, this person gets the safety reply and a human is told; only the kind is logged.
            log.error("dialogue_failed", inbound_id=inbound_id, kind=type(error).__name__)
            done = _answer_one(services, conversation_id, inbound_id, heard, plain=True)
        handled += done
    if handled:
        services.wake.outbox()
    return handled


def _next(services: Services, conversation_id: str) -> tuple[str, str, Verdict, str | None] | None:
    """The oldest unanswered message, the detector's verdict that came with it, and the language spoken before."""
    with services.store.reading() as uow:
        row = uow.inbox.next_unhandled(conversation_id)
        if row is None:
            return None
        danger = row.verdict.get("danger")
        verdict = Verdict(Danger(danger) if danger else None, tuple(row.verdict.get("rules", ())))
        return row.id, row.body or "", verdict, row.conversation.resident.language


def _answer_one(services: Services, conversation_id: str, inbound_id: str, heard: Understanding, plain: bool) -> bool:
    with services.store.unit() as uow:
        conversation = uow.conversations.lock(conversation_id)
        inbound = uow.inbox.next_unhandled(conversation_id)
        if inbound is None or inbound.id != inbound_id:
            # Another worker was first; the loop looks again.
            return False
        turn = _turn(services, uow, conversation, inbound, heard)
        outcome, said = _plain(turn) if plain else _respond(turn)
        said = _with_999(turn, _with_other_ways(turn, said))
        if Signal.NUMBER_FAILED in heard.signals and not plain and not inbound.opt_out_type:
            # Told beside a worry or a danger, it is on record all the same.
            number_reports.record(turn)
        say.send(turn, said)
        conversation.last_turn_at = turn.now
        inbound.handled_at, inbound.outcome = turn.now, outcome
        uow.audit(turn.now, "bot", f"answered_{outcome}", "message", inbound.id)
        uow.commit()
    log.info("message_answered", inbound_id=inbound_id, outcome=outcome, replies=len(said))
    return True


def _turn(
    services: Services,
    uow: UnitOfWork,
    conversation: Conversation,
    inbound: InboundMessage,
    heard: Understanding,
) -> ActiveTurn:
    now = services.clock()
    earlier = uow.inbox.before(inbound)
    choice = language_choice.choose(services, conversation, heard, earlier.language if earlier else None)
    if uow.outbox.staff_wrote_after(conversation.id, earlier.received_at if earlier else None):
        # This is an answer to a person: a person must see it.
        conversation.needs_person_at = now
    inbound.language = heard.detection.language if heard.detection.confidence >= SURE else choice.code
    return ActiveTurn(
        services=services,
        uow=uow,
        conversation=conversation,
        inbound=inbound,
        understanding=heard,
        language=services.answer_language(choice.code),
        variety=choice.code,
        now=now,
        tracker=conversation.tracker,
        away=now - conversation.last_turn_at if conversation.last_turn_at else timedelta(0),
        text=heard.text,
        urgent=heard.urgency.level == "emergency",
        changed_language=choice.switched,
        language_in_doubt=choice.in_doubt,
    )


def _respond(turn: ActiveTurn) -> tuple[str, list[Utterance]]:
    """Choose between the commands and the dialogue. Returns an outcome code and what to say."""
    services, conversation, text = turn.services, turn.conversation, turn.text
    if turn.inbound.opt_out_type:
        return say.opt_out_by_provider(turn)
    if not text.strip():
        return "empty", [turn.say("utter_empty", {})]
    web = conversation.resident.channel == "web"
    command = commands.read(services, turn.understanding, text, turn.variety, _offered(turn), web)
    if not turn.urgent and command.kind == "dialogue" and (busy := _busy(turn)) is not None:
        return busy
    if command.kind != "dialogue":
        outcome, said = say.HANDLERS[command.kind](turn, command)
        return outcome, [*said, *_question_again(turn, command)]
    if not turn.understanding.parsed:
        return _plain(turn)
    if not _form_is_open(turn) and all(_LINK.fullmatch(word) for word in text.split()):
        return "link", [turn.say("utter_link_only", {})]
    command = _about_the_numbers(turn, _amid_the_concern(turn, _rather_not(turn, _change_of_mind(turn, command))))
    turn.urgent = turn.urgent or command.intent == "emergency"
    said = _through_dialogue(turn, command)
    if turn.changed_language:
        said.append(turn.say("utter_language_changed", {}))
    return command.intent, said


def _offered(turn: ActiveTurn) -> list[Button]:
    """What can be chosen now, with the titles as they were shown."""
    payloads = turn.conversation.offered or []
    shown = [m.buttons for m in turn.uow.conversations.last_words(turn.conversation.id) if m.buttons]
    titles = {payload: title for title, payload in (shown[-1] if shown else [])}
    return [Button(titles.get(payload, ""), payload) for payload in payloads]


def _change_of_mind(turn: ActiveTurn, command: Command) -> Command:
    """Somebody who only talked it over before says "I want to report it": the choice is still theirs."""
    if _form_is_open(turn) or command.intent not in _MAY_BE_A_CHANGE_OF_MIND or refuses(turn.understanding.parse):
        return command
    picked = mentioned(turn.choices("utter_ask_next_step"), turn.text)
    return Command("dialogue", "concern_unsure", {"choice": "worry"}) if picked == _REPORT else command


def _rather_not(turn: ActiveTurn, command: Command) -> Command:
    """ "Leave it", in answer to "would you like to give your name?", means the name; a word that cancels is written."""
    if command.intent != "cancel" or not _form_is_open(turn) or not _was_asked(turn, "utter_ask_reporter_name"):
        return command
    written = turn.services.keywords.meaning(turn.text, varieties(turn.services, turn.variety)) == "cancel"
    return command if written else Command("dialogue", "dont_know")


def _amid_the_concern(turn: ActiveTurn, command: Command) -> Command:
    """Two questions that a message may be: the likelier is answered, as neither is an answer; "I cannot talk" too."""
    if not _form_is_open(turn) or command.entities:
        return command
    if turn.understanding.only_cannot_ring and command.intent not in (Signal.CANNOT_RING, "emergency"):
        return Command("dialogue", Signal.CANNOT_RING.value)
    doubt = turn.understanding.doubt
    if command.intent != FALLBACK or doubt is None or not all(name.startswith("ask_") for name in doubt):
        return command
    return Command("dialogue", doubt[0])


def _about_the_numbers(turn: ActiveTurn, command: Command) -> Command:
    """Where the last answer gave numbers: "Handsworth" says where, "that didn't work" is about them."""
    if command.entities or command.intent in SERIOUS or _form_is_open(turn) or not _gave_numbers(turn):
        return command
    words, place = len(turn.text.split()), turn.services.places.resolve(turn.text)
    if place.boroughs or place.ask or place.outside:
        return Command("dialogue", FALLBACK) if words <= _BARE_PLACE_WORDS else command
    if words >= _A_SENTENCE and turn.understanding.parse.probability(Signal.NUMBER_FAILED) >= _MAYBE_A_NUMBER:
        return Command("dialogue", Signal.NUMBER_FAILED.value)
    return command


def _gave_numbers(turn: ActiveTurn) -> bool:
    catalogues = turn.services.catalogues
    told = turn.uow.conversations.last_words(turn.conversation.id)
    return any(m.key in catalogues.keys and "contacts" in catalogues.holes(m.key) for m in told)


def _form_is_open(turn: ActiveTurn) -> bool:
    return bool(json.loads(turn.tracker or "{}").get("form"))


def _through_dialogue(turn: ActiveTurn, command: Command) -> list[Utterance]:
    form_was_open = _form_is_open(turn)
    said = turn.services.dialogue.respond(turn, turn.text, command.intent, command.entities)
    if not said:
        raise DialogueUnavailable("the dialogue had nothing to say")
    turn.conversation.tracker = turn.tracker
    said = _one_question(said)
    if turn.away >= AWAY and form_was_open and not turn.urgent and not turn.asking_again:
        said = [turn.say("utter_welcome_back", {}), *(u for u in said if u.key != "utter_form_hint")]
    return said


def _one_question(said: list[Utterance]) -> list[Utterance]:
    """A choice of languages, and a goodbye, wait for their answer; the form's question comes after it."""
    last = next((place for place, u in enumerate(said, 1) if u.key in _WAITS), len(said))
    return said[:last]


def _question_again(turn: ActiveTurn, command: Command) -> list[Utterance]:
    """After a command in the middle of the form: the open question, in the language of now."""
    if command.kind not in ("language", "start", "help") or not turn.understanding.parsed:
        return []
    if _form_is_open(turn):
        turn.asking_again = True
        return _through_dialogue(turn, Command("dialogue", "menu"))
    if command.kind == "language":
        return [say.offered_again(turn) or turn.say("utter_menu", {})]
    return []


def _with_999(turn: ActiveTurn, said: list[Utterance]) -> list[Utterance]:
    """Whatever a first message was taken for, its answer says where help is in danger."""
    number = turn.services.numbers()["n999"]
    if turn.conversation.last_turn_at is not None or not said or any(number in u.text or u.buttons for u in said):
        return said
    return [*said, turn.say("utter_menu", {})]


def _with_other_ways(turn: ActiveTurn, said: list[Utterance]) -> list[Utterance]:
    """Whoever says that they cannot ring gets the other ways to 999, before the question if one is asked."""
    if not turn.understanding.says_cannot_ring or not said or turn.inbound.opt_out_type:
        return said
    if any(u.key == "utter_cannot_ring" for u in said) or _asked_how_to_reach(turn):
        return said
    asks = said[-1].key.startswith("utter_ask_") and len(said) > turn.urgent
    place = len(said) - 1 if asks else len(said)
    return [*said[:place], turn.say("utter_cannot_ring", {}), *said[place:]]


def _asked_how_to_reach(turn: ActiveTurn) -> bool:
    """ "He reads my phone" may answer our own question whether we may write."""
    return _was_asked(turn, "utter_ask_may_reply", "utter_ask_safe_times")


def _was_asked(turn: ActiveTurn, *keys: str) -> bool:
    return any(m.key.startswith(keys) for m in turn.uow.conversations.last_words(turn.conversation.id))


def _busy(turn: ActiveTurn) -> tuple[str, list[Utterance]] | None:
    """Someone who sends very many messages is heard in full but answered once. Danger is always answered."""
    at, most = turn.inbound.received_at, turn.services.settings.messages_a_minute
    count = turn.uow.inbox.count_since(turn.conversation.id, at - _BUSY_SPAN, at)
    if count <= most:
        return None
    turn.conversation.needs_person_at = turn.now
    return "limited", [turn.say("utter_slow_down", {})] if count == most + 1 else []


def _plain(turn: ActiveTurn) -> tuple[str, list[Utterance]]:
    """Without the dialogue: 999 when there is danger, else numbers to ring; and a person is told."""
    turn.conversation.needs_person_at = turn.now
    # As it was raised when the message came: nothing that failed since may have doubted it.
    if turn.inbound.verdict.get("danger") == Danger.EMERGENCY:
        turn.urgent = True
        record_emergency(turn)
        return "emergency", [turn.say("utter_emergency", {})]
    if not turn.text.strip():
        return "empty", [turn.say("utter_empty", {})]
    contacts = turn.contact_lines(turn.contacts(None, None), "utter_degraded")
    return "degraded", [turn.say("utter_degraded", {"contacts": contacts})]
