"""What a message means: language, danger, intent, urgency. A live message and `bot understand` both come here."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import DialogueUnavailable
from bot.languages import normalise
from bot.languages.detection import Detection
from bot.ports import Parse
from bot.safeguarding.categories import SERIOUS, category_of
from bot.safeguarding.detector import Danger, Verdict
from bot.safeguarding.signals import Signal, names_emergency_number
from bot.safeguarding.urgency import Signs, Urgency
from bot.usecases.story import entities

if TYPE_CHECKING:
    from bot.usecases.services import Services

FALLBACK = "nlu_fallback"
_NOTHING = Parse(FALLBACK, 0.0, (), understood=False)
# When the model is unsure which worry it is but fairly sure that it is one, it is taken as a worry.
_SURELY_SERIOUS = 0.5
# Beside a greeting less will do: "salam, the children upstairs cry a lot at night".
_COURTESY, _SERIOUS_BESIDE, _MORE_THAN_COURTESY = ("greet", "thanks", "goodbye"), 0.25, 4
# Only the model hears a signal: above this, in words too few for a story, it is taken for one; else the next reading
# is, if it is above the other.
_A_STORY = 14
_SURE_OF_A_SIGNAL, _ENOUGH = 0.4, 0.15
# So many words beside "nobody answers" may tell a worry.
_A_WORRY_TAKES = 4
# "I have no credit, does it cost anything?" is answered first; the other ways to 999 come with the answer.
_ASKED_TOO = ("ask_cost", "ask_privacy", "ask_language")
# How much the language of the conversation weighs beside what a message itself looks like.
_SPOKEN_BEFORE = 0.5
# "No, not now" has something of an emergency's words and is none.
_PLAIN_ANSWERS = ("affirm", "deny", "dont_know")
# The lexicon's alarm becomes the question when the model is fairly sure that these words are none: so many at most,
# since a clause of a long story is easily drowned, and a bare number never. Chosen on new lines before they were
# learned; on tests/evaluation/development 3 of 1,058 true alarms become the question, and 47 of 49 false ones.
_FAIRLY_SURE, _FEW_ENOUGH, _NEVER_DOUBTED, _HIDING = 0.3, 50, "number.", "hiding"
# What may be a bare name: so many words and letters at most; where words are not parted, as many as a name has.
_NAME_WORDS, _NAME_LETTERS, _NAME_SIGNS = 2, 16, 4
_UNSPACED = ("Hani", "Kana", "Thai")
# Words in a language that none of ours is likely to be are read by chance: then the model may raise a doubt, no alarm.
_LIKELY_OURS, _SEVERAL_WORDS = 0.3, 4
# A clause of a message that is else read as talk is a worry from here on, in so many words: "hello love, its my
# neighbours lad, they never feed him". Chosen on the development sets, where it keeps 17 of 35 worries that would be
# answered as talk, and takes 4 of 910 harmless messages for one.
_TALK, _A_WORRY_AMONG, _A_CLAUSE, _A_CLAUSE_IN_LETTERS = "out_of_scope", 0.7, 3, 6
_CLAUSES = re.compile("[.,;:!?\n\u060c\u061b\u061f\u06d4\u0964\u1362\u1363\u3001\u3002\uff01\uff0c\uff1f]+")
# A second reading that is at least so likely beside the first, and likely enough for itself, makes a doubt.
_CLOSE, _LEAST_OF_TWO = 0.55, 0.15
# What all kinds of worry are asked as.
A_WORRY = "concern_unsure"
_TOPICS = ("ask_", "concern_", "child_disclosure", "parent_needs_help", *tuple(Signal))


@dataclass(frozen=True)
class Understanding:
    """One message understood. `parsed` is False when there was no model to ask."""

    text: str
    detection: Detection
    verdict: Verdict
    parse: Parse
    urgency: Urgency
    parsed: bool
    signals: frozenset[Signal] = frozenset()

    @property
    def intent(self) -> str:
        """What it is taken for; the detector's emergency outranks the model."""
        return "emergency" if self.verdict.danger is Danger.EMERGENCY else self.signalled or self._read[0]

    @property
    def _read(self) -> tuple[str, bool]:
        """The model's intent, and whether it is sure enough; a signal that it only suspects gives way to the next."""
        long = len(self.text.split()) >= _A_STORY and not self.signals
        if self.parse.intent not in tuple(Signal) or (self.parse.confidence >= _SURE_OF_A_SIGNAL and not long):
            return self.parse.intent, self.parse.understood
        others = [(name, chance) for name, chance in self.parse.ranking if name not in tuple(Signal)]
        name, chance = others[0] if others else (FALLBACK, 0.0)
        return name, chance >= _ENOUGH

    @property
    def signalled(self) -> str | None:
        """The signal that is what the message is about: not where danger or a worry is told as well."""
        if self.verdict.danger is not None or self._weight_of_worries >= _SURELY_SERIOUS:
            return None
        if Signal.NUMBER_FAILED in self.signals:
            return Signal.NUMBER_FAILED.value
        if Signal.CANNOT_RING in self.signals and self.urgency.level != "check" and self.parse.intent not in _ASKED_TOO:
            return Signal.CANNOT_RING.value
        return None

    @property
    def says_cannot_ring(self) -> bool:
        """Heard by the lexicon of signals, or by the model where there may be danger."""
        read = self.verdict.danger is not None and self.parse.intent == Signal.CANNOT_RING
        return read or Signal.CANNOT_RING in self.signals

    @property
    def only_cannot_ring(self) -> bool:
        """Heard by lexicon and model alike, whatever doubt about danger the model has beside it."""
        heard = Signal.CANNOT_RING in self.signals and self.verdict.danger is None
        return heard and self.parse.intent == Signal.CANNOT_RING.value and self.urgency.level != "emergency"

    @property
    def _weight_of_worries(self) -> float:
        return _weight(self.parse)

    @property
    def doubt(self) -> tuple[str, str] | None:
        """Two readings so close that the person is asked which; all worries are one. None where a worry comes first."""
        if self.urgency.level in ("emergency", "check") or self.signalled:
            return None
        odds: dict[str, float] = {}
        for name, chance in self.parse.ranking:
            topic = A_WORRY if name.startswith("concern_") else name
            odds[topic] = odds.get(topic, 0.0) + chance
        ranked = [*sorted(odds.items(), key=lambda item: -item[1]), ("", 0.0), ("", 0.0)]
        (first, most), (second, next_most) = ranked[:2]
        topics = first.startswith("ask_") and second.startswith(_TOPICS)
        return (first, second) if topics and next_most >= max(_CLOSE * most, _LEAST_OF_TWO) else None

    @property
    def path(self) -> str:
        """The intent that the dialogue acts on: doubt about danger asks the danger question, doubt alone the menu."""
        if self.urgency.level == "emergency":
            return "emergency"
        if self.signalled:
            return self.signalled
        read, understood = self._read
        serious = [name for name, _ in self.parse.ranking if name in SERIOUS and name != "emergency"]
        if self.urgency.level == "check" and self.intent not in serious:
            if self.verdict.danger is None and understood and read in _PLAIN_ANSWERS:
                return read
            return "concern_unsure"
        courteous = read in _COURTESY and len(self.text.split()) > _MORE_THAN_COURTESY
        if serious and self._weight_of_worries >= (_SERIOUS_BESIDE if courteous else _SURELY_SERIOUS):
            return read if read in serious else serious[0]
        return FALLBACK if self.doubt or not (understood or read in serious) else read

    def as_json(self, services: "Services") -> dict[str, Any]:
        """The design's JSON for one line."""
        certain = self.verdict.danger is Danger.EMERGENCY or self.signalled
        confidence = 1.0 if certain else self.parse.confidence
        return {
            "text": self.text,
            "language": self.detection.language,
            "language_confidence": round(self.detection.confidence, 4),
            "script": self.detection.script,
            "intent": self.intent,
            "confidence": round(confidence, 4),
            "ranking": [{"intent": n, "confidence": round(c, 4)} for n, c in self.parse.ranking[:3]],
            "urgency": self.urgency.level,
            "reasons": [*self.urgency.reasons, *self.verdict.rules],
            "category": category_of(self.intent),
            "entities": entities(services, self),
        }


def understand(
    services: "Services", text: str, verdict: Verdict | None = None, spoken: str | None = None
) -> Understanding:
    """Read one message. Never fails: without a model the detector's verdict, given or made here, stands alone.

    `spoken` is the language of the conversation so far: a few words are read in it, too.
    """
    verdict, signals = verdict or services.detector.examine(text), services.signals.heard(text)
    detection = services.languages.detect(text)
    varieties = dict(detection.likely)
    if (before := _written_in(services, spoken, detection.script)) is not None:
        varieties[before] = varieties.get(before, 0.0) + _SPOKEN_BEFORE
    if Signal.NUMBER_FAILED in signals and names_emergency_number(text) and verdict.danger is not Danger.EMERGENCY:
        # Who rings 999 and reaches nobody is in danger still.
        verdict = Verdict(Danger.EMERGENCY, (*verdict.rules, "number.failed"))
    try:
        whole, parsed = services.dialogue.parse(normalise.clean(text), varieties), True
        clause = _worry_in_a_clause(services, text, whole, varieties)
        parse = clause or _worry_beside(services, text, signals, varieties) or whole
    except DialogueUnavailable:
        whole, parsed = _NOTHING, False
        parse, clause = whole, None
    emergency = max(whole.probability("emergency"), parse.probability("emergency"))
    # A clause alone asks about danger and raises no alarm.
    share = services.urgency.share((whole if clause else parse).probability)
    if whole.confidence > 0 and share < _FAIRLY_SURE and _may_be_doubted(verdict, text, whole):
        verdict = Verdict(Danger.CHECK, verdict.rules)
    read = parse.understood and not _by_chance(detection, text)
    signs = Signs(
        intent=parse.intent if read else "",
        emergency=emergency,
        share=share if read else 0.0,
        bare=_may_be_a_name(text, detection.script),
        detector=str(verdict.danger) if verdict.danger else None,
    )
    return Understanding(
        text=text,
        detection=detection,
        verdict=verdict,
        parse=parse,
        urgency=services.urgency.decide(signs),
        parsed=parsed,
        signals=signals,
    )


def _may_be_a_name(text: str, script: str | None) -> bool:
    letters = _NAME_SIGNS if script in _UNSPACED else _NAME_LETTERS
    return len(text.split()) <= _NAME_WORDS and len(text.strip()) <= letters


def _by_chance(detection: Detection, text: str) -> bool:
    likeliest = max((weight for _, weight in detection.likely), default=1.0)
    return likeliest < _LIKELY_OURS and len(text.split()) >= _SEVERAL_WORDS


def _may_be_doubted(verdict: Verdict, text: str, parse: Parse) -> bool:
    if verdict.danger is not Danger.EMERGENCY or len(text.split()) > _FEW_ENOUGH:
        return False
    # "I'm hiding and can't talk" is read as the second half of it.
    hides = parse.intent == Signal.CANNOT_RING and any(_HIDING in rule for rule in verdict.rules)
    return not hides and not any(rule.startswith(_NEVER_DOUBTED) for rule in verdict.rules)


def _written_in(services: "Services", spoken: str | None, script: str | None) -> str | None:
    """The language of the conversation in the script of this message: whoever writes Urdu may go on in Roman Urdu."""
    codes = (spoken, f"{spoken}-Latn") if spoken is not None else ()
    return next((c for c in codes if c in services.registry and services.registry.get(c).script == script), None)


def _worry_beside(
    services: "Services", text: str, signals: frozenset[Signal], varieties: dict[str, float]
) -> Parse | None:
    """The reading of a worry told beside "nobody answered" or "I cannot ring": no such words may drown it."""
    if not signals - {Signal.ABROAD}:
        return None
    left = services.signals.beside(text)
    if len(left.split()) < _A_WORRY_TAKES:
        return None
    parse = services.dialogue.parse(left, varieties)
    return parse if _weight(parse) >= _SURELY_SERIOUS else None


def _worry_in_a_clause(services: "Services", text: str, whole: Parse, varieties: dict[str, float]) -> Parse | None:
    """The reading of the clause that is most surely a worry, where a greeting or a place has drowned it."""
    if whole.intent != _TALK:
        return None
    clauses = [clause.strip() for clause in _CLAUSES.split(normalise.clean(text))]
    if len(clauses) == 1:
        return None
    read = [services.dialogue.parse(clause, varieties) for clause in clauses if _tells(clause)]
    likeliest = max(read, key=_weight, default=whole)
    return likeliest if _weight(likeliest) >= _A_WORRY_AMONG else None


def _tells(clause: str) -> bool:
    """Whether a clause is long enough to tell anything. Letters count where words are not parted."""
    words = len(clause.split())
    return words >= _A_CLAUSE or (words == 1 and not clause.isascii() and len(clause) >= _A_CLAUSE_IN_LETTERS)


def _weight(parse: Parse) -> float:
    """How sure the model is that it is some worry."""
    return sum(chance for name, chance in parse.ranking if name in SERIOUS)
