"""Kinds of concern: what the dialogue calls an intent, staff and the directory call a category."""

PREFIX = "concern_"
CATEGORIES = (
    "physical",
    "neglect",
    "emotional",
    "sexual",
    "exploitation",
    "domestic_abuse",
    "harmful_practice",
    "online",
    "radicalisation",
    "education",
    "missing",
    "self_harm",
    "adult",
    "unsure",
    "child",
    "parent",
    "emergency",
)
WORRIES = tuple(f"{PREFIX}{name}" for name in CATEGORIES[:14])
_OTHERS = {"child_disclosure": "child", "parent_needs_help": "parent", "emergency": "emergency"}
# Whatever may be somebody at risk: in doubt the concern conversation opens, never small talk.
SERIOUS = (*WORRIES, *_OTHERS)


def category_of(intent: str) -> str | None:
    """The category an intent speaks of, or None for a question or small talk."""
    if intent in WORRIES:
        return intent.removeprefix(PREFIX)
    return _OTHERS.get(intent)
