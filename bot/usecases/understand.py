"""What a message means: language, danger, intent, urgency. A live message and `bot understand` both come here."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import DialogueUnavailable
from bot.languages import normalise
from bot.languages.detection import Detection
from bot.ports import Parse
from bot.safeguarding.categories import SERIOUS, category_of
from bot.safeguarding.detector import Danger, Verdict
from bot.safeguarding.urgency import Signs, Urgency

if TYPE_CHECKING:
    from bot.usecases.services import Services

FALLBACK = "nlu_fallback"
_NOTHING = Parse(FALLBACK, 0.0, (), understood=False)
# When the model is unsure which worry it is but fairly sure that it is one, it is taken as a worry.
_SURELY_SERIOUS = 0.5
# "No, not now" has something of an emergency's words and is none.
_PLAIN_ANSWERS = ("affirm", "deny", "dont_know")


@dataclass(frozen=True)
class Understanding:
    """One message understood. `parsed` is False when there was no model to ask."""

    text: str
    detection: Detection
    verdict: Verdict
    parse: Parse
    urgency: Urgency
    parsed: bool

    @property
    def intent(self) -> str:
        """What it is taken for; the detector's emergency outranks the model."""
        return "emergency" if self.verdict.danger is Danger.EMERGENCY else self.parse.intent

    @property
    def path(self) -> str:
        """The intent that the dialogue acts on: doubt about danger asks the danger question, doubt alone the menu."""
        if self.urgency.level == "emergency":
            return "emergency"
        serious = [name for name, _ in self.parse.ranking if name in SERIOUS and name != "emergency"]
        if self.urgency.level == "check" and self.intent not in serious:
            if self.verdict.danger is None and self.parse.understood and self.parse.intent in _PLAIN_ANSWERS:
                return self.parse.intent
            return "concern_unsure"
        weight = sum(chance for name, chance in self.parse.ranking if name in SERIOUS)
        if serious and weight >= _SURELY_SERIOUS and self.parse.intent not in serious:
            return serious[0]
        return self.parse.intent if self.parse.understood or self.parse.intent in serious else FALLBACK

    def as_json(self) -> dict[str, Any]:
        """The design's JSON for one line."""
        confidence = 1.0 if self.verdict.danger is Danger.EMERGENCY else self.parse.confidence
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
            "entities": list(self.parse.entities),
        }


def understand(services: "Services", text: str, verdict: Verdict | None = None) -> Understanding:
    """Read one message. Never fails: without a model the detector's verdict, given or made here, stands alone."""
    verdict = verdict or services.detector.examine(text)
    try:
        parse, parsed = services.dialogue.parse(normalise.clean(text)), True
    except DialogueUnavailable:
        parse, parsed = _NOTHING, False
    signs = Signs(
        intent=parse.intent if parse.understood else "",
        emergency=parse.probability("emergency"),
        detector=str(verdict.danger) if verdict.danger else None,
    )
    return Understanding(
        text=text,
        detection=services.languages.detect(text),
        verdict=verdict,
        parse=parse,
        urgency=services.urgency.decide(signs),
        parsed=parsed,
    )
