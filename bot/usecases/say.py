"""Put replies into the outbox, and answer the commands that never reach the dialogue."""

from collections.abc import Callable
from dataclasses import replace

from bot.languages.registry import SOURCE
from bot.ports import Button, Utterance
from bot.store.columns import new_id
from bot.store.models import OutboundMessage
from bot.usecases import language_choice
from bot.usecases.commands import Command
from bot.usecases.turn import ActiveTurn

Answer = tuple[str, list[Utterance]]
# Names shown to somebody whose language is in doubt: the likely ones and English. Any other can be written.
_IN_DOUBT, _MOST_SPOKEN = 7, 9
# A language with less of a chance is named only where its turn comes.
_LIKELY_ENOUGH = 0.1
# They are named already, or the person is leaving.
_NO_LANGUAGES_AFTER = ("utter_ask_language", "utter_language_unknown", "utter_language_changed", "utter_goodbye")


def send(turn: ActiveTurn, said: list[Utterance]) -> None:
    """Write the replies to the outbox, with the notices due once; remember what can be chosen by number."""
    conversation = turn.conversation
    if said:
        said = [*said, *_notices(turn, said)]
        buttons = [u.buttons for u in said if u.buttons]
        conversation.offered = [b.payload for b in buttons[-1]] if buttons else None
    web = conversation.resident.channel == "web"
    for position, utterance in enumerate(said):
        row = OutboundMessage(
            id=new_id(),
            conversation_id=conversation.id,
            in_reply_to=turn.inbound.id,
            position=position,
            key=utterance.key,
            language=utterance.language,
            urgent=turn.urgent and position == 0,
            state="shown" if web else "queued",
            next_attempt_at=turn.now,
            created_at=turn.now,
        )
        turn.uow.session.add(row)
        row.body = utterance.text if web else as_text(utterance)
        if utterance.buttons:
            row.buttons = [[b.title, b.payload] for b in utterance.buttons]


def as_text(utterance: Utterance) -> str:
    """The message as texted: choices as numbered lines."""
    lines = [f"{number} {button.title}" for number, button in enumerate(utterance.buttons, 1)]
    return "\n".join([utterance.text, *lines])


def _notices(turn: ActiveTurn, said: list[Utterance]) -> list[Utterance]:
    notices = []
    conversation = turn.conversation
    if turn.language.status == "draft" and conversation.draft_notice != turn.language.code:
        conversation.draft_notice = turn.language.code
        notices.append(turn.say("utter_draft_notice", {"language_name": turn.language.name}))
    if conversation.resident.channel != "web" and not conversation.introduced and not turn.urgent:
        conversation.introduced = True
        notices.append(turn.say("utter_intro_sms", {}))
    if not turn.urgent and (languages := _languages(turn, said)):
        notices.append(languages)
    return notices


def _languages(turn: ActiveTurn, said: list[Utterance]) -> Utterance | None:
    """Once, for somebody whose language we do not speak or cannot tell: those that we speak, by name.

    Without numbers: another question is open, and its numbers are the ones that count.
    """
    conversation, code = turn.conversation, turn.variety
    unspoken = code is not None and code.split("-")[0] != "en" and turn.language.code == "en"
    if any(u.key in _NO_LANGUAGES_AFTER for u in said):
        return None
    if unspoken and conversation.draft_notice != code:
        conversation.draft_notice = code
    elif not (turn.language_in_doubt and conversation.last_turn_at is None):
        return None
    utterance = turn.say("utter_language_unknown" if unspoken else "utter_ask_language", {})
    choices = language_buttons(turn)[: _MOST_SPOKEN if unspoken else _IN_DOUBT]
    names = " \u00b7 ".join(button.title for button in choices)
    return replace(utterance, text=f"{utterance.text}\n{names}", buttons=())


def opt_out_by_provider(turn: ActiveTurn) -> Answer:
    """Twilio has already answered STOP, START or HELP itself; we keep the state and say nothing twice."""
    kind = (turn.inbound.opt_out_type or "").upper()
    if kind == "STOP":
        turn.conversation.resident.opted_out_at = turn.now
    elif kind == "START":
        turn.conversation.resident.opted_out_at = None
    return f"provider_{kind.lower()}"[:30], []


def _stop(turn: ActiveTurn, _command: Command) -> Answer:
    # The confirmation goes out although the person has now opted out: it is the one message the rules allow.
    turn.conversation.resident.opted_out_at = turn.now
    turn.uow.audit(turn.now, "resident", "opted_out", "conversation", turn.conversation.id)
    return "opted_out", [turn.say("utter_opted_out", {})]


def _stop_ask(turn: ActiveTurn, _command: Command) -> Answer:
    return "opt_out_asked", [turn.say("utter_opt_out_ask", {})]


def _start(turn: ActiveTurn, _command: Command) -> Answer:
    turn.conversation.resident.opted_out_at = None
    turn.uow.audit(turn.now, "resident", "opted_in", "conversation", turn.conversation.id)
    return "opted_in", [turn.say("utter_opted_in", {})]


def _help(turn: ActiveTurn, _command: Command) -> Answer:
    return "help", [turn.say("utter_help", {})]


def _language(turn: ActiveTurn, command: Command) -> Answer:
    language_choice.set_language(turn.conversation, command.entities["language"])
    turn.language = turn.services.answer_language(command.entities["language"])
    return "language", [turn.say("utter_language_changed", {})]


def offered_again(turn: ActiveTurn) -> Utterance | None:
    """What was last offered outside the form, in the language of now."""
    if not turn.conversation.offered:
        return None
    key = turn.uow.conversations.last_question(turn.conversation.id) or ""
    if not key.startswith("utter_") or key in ("utter_ask_language", "utter_language_unknown"):
        return None
    utterance = turn.say_if_plain(key)
    return utterance if utterance and utterance.buttons else None


HANDLERS: dict[str, Callable[[ActiveTurn, Command], Answer]] = {
    "stop": _stop,
    "stop_ask": _stop_ask,
    "start": _start,
    "help": _help,
    "language": _language,
}


def language_buttons(turn: ActiveTurn) -> tuple[Button, ...]:
    """Languages by their own names, as many as one digit can number: the likely ones, then the others.

    Both with the most spoken here first: of a word like "hello" or "salam" the likeliest is known by chance.
    """
    services = turn.services
    offered = [lang for lang in services.registry.offered() if services.answer_language(lang.code) == lang]
    likely_ones = turn.understanding.detection.likely
    guesses = {services.answer_language(code) for code, chance in likely_ones if chance >= _LIKELY_ENOUGH}
    likely = [lang for lang in offered if lang in guesses]
    choices = dict.fromkeys([*likely, services.registry.get(SOURCE), *offered])
    return tuple(Button(lang.name, f'/ask_language{{"language": "{lang.code}"}}') for lang in list(choices)[:9])
