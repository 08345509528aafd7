"""Make text comparable: one form for matching words, one clean form for keeping and showing.

Nothing here deletes a letter of any script: Indic and Thai vowel signs are marks, not punctuation, and stay.
"""

import re
import unicodedata
from collections.abc import Callable

import regex

# Zero-width and direction controls. Joiners (200C, 200D) shape letters, and FE0F and 20E3 make a keycap of a digit, so
# these go only when matching.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_JOINERS = re.compile("[\u200c\u200d\ufe0f\u20e3]")
_APOSTROPHES = re.compile("['\u2018\u2019\u201b\u02bc\u0060\u00b4\u02b9]")
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
# In other scripts than Latin and Greek a mark makes another letter.
_ACCENTS = regex.compile(r"(?<=[\x00-\x7f\u0370-\u03ff])\p{Mn}+")
_INSIDE_NUMBER = re.compile(r"\.(?<=[0-9]\.)(?=[0-9])")
_REPEATS = re.compile(r"([^\W\d_])\1{2,}")
_SENTENCE_ENDS = frozenset(".!?;\n\u0964\u0965\u06d4\u061f\u061b\u3002\uff01\uff1f\u1362\u2026")
_COMMAS = frozenset(",\u060c\u3001\uff0c\u1363")
_MOST_KEPT = 20_000

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("\u0623\u0625\u0622\u0671", "\u0627"),  # alef forms
        # Yeh forms, bari yeh, yeh with hamza. Not Sorani e, which tells three from thirty, nor those of Pashto.
        **dict.fromkeys("\u0649\u064a\u06d2\u0626", "\u06cc"),
        "\u0643": "\u06a9",  # kaf
        **dict.fromkeys("\u0629\u06c1\u06c3\u06be\u06d5\u06c0", "\u0647"),  # heh forms
        **dict.fromkeys("\u0624\u06c6", "\u0648"),  # waw with hamza, Sorani o
        "\u06b5": "\u0644",  # Sorani dark l
        "\u0695": "\u0631",  # Sorani strong r; many type these three on a keyboard that lacks them
        **dict(zip("\u067c\u0689\u0693\u06ab", "\u0679\u0688\u0691\u06af", strict=True)),  # Pashto, as Urdu types it
        "\u0451": "\u0435",  # Russian yo
        "\u0491": "\u0433",  # Ukrainian g with upturn
    }
)
# Latin letters whose stroke, ring or missing dot is no mark of its own.
_STROKES = str.maketrans({"\u0142": "l", "\u0111": "d", "\u0131": "i", "\u00f8": "o", "\u00e6": "ae", "\u0153": "oe"})

# Letters of Ge'ez that sound alike and that Amharic spells either way, each with its seven vowels.
_GEEZ = {0x1210: 0x1200, 0x1280: 0x1200, 0x1220: 0x1230, 0x12D0: 0x12A0, 0x1340: 0x1338}
_LETTERS |= {one + vowel: chr(other + vowel) for one, other in _GEEZ.items() for vowel in range(7)}
_LETTERS |= {0x1203: "\u1200", 0x1213: "\u1200", 0x1283: "\u1200", 0x12A3: "\u12a0", 0x12D3: "\u12a0"}


def clean(text: str) -> str:
    """Drop control, direction and lone-surrogate characters; keep line breaks, letters, emoji and joiners."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co"))
    return "".join(kept).strip()


def fold(text: str, *, accents: bool = False) -> str:
    """Fold letters that people write in more than one way; punctuation is untouched.

    Case, Latin and Greek accents, Arabic letter forms and vowel marks, and digits of every script come out in one form.
    With `accents`, those of Latin and Greek letters stay.
    """
    if text.isascii():
        return text.lower()
    text = _JOINERS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).casefold()
    if accents:
        return unicodedata.normalize("NFKC", text).translate(_FOLDED)
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFKC", bare).translate(_FOLDED_BARE)


def for_matching(text: str, *, accents: bool = False) -> str:
    """Words parted by single spaces, sentences by ' . ', commas kept as ' , ', with a space at each end.

    "She isn't breathing!! Help" becomes " she isnt breathing . help ". With `accents`, those of Latin and Greek letters
    stay.
    """
    folded = _REPEATS.sub(r"\1", _APOSTROPHES.sub("", fold(text, accents=accents)))
    words = ".".join(part.translate(_FOR_MATCHING) for part in _INSIDE_NUMBER.split(folded)).split()
    joined = [w for i, w in enumerate(words) if not (w == "." and (i == 0 or words[i - 1] == "."))]
    return f" {' '.join(joined)} "


def digits_only(text: str) -> str:
    """The digits of the text as ASCII, whatever script they were written in."""
    return "".join(c for c in fold(text) if c.isascii() and c.isdigit())


class _Table(dict[int, str]):
    """What becomes of each character, worked out when it is first met: `str.translate` is much faster than a loop."""

    def __init__(self, becomes: Callable[[str], str]) -> None:
        super().__init__()
        self._becomes = becomes

    def __missing__(self, code: int) -> str:
        becomes = self._becomes(chr(code))
        # Nobody fills the memory by sending every character there is.
        if len(self) < _MOST_KEPT:
            self[code] = becomes
        return becomes


def _folded(char: str) -> str:
    if _ARABIC_MARKS.match(char):
        return ""
    char = char.translate(_LETTERS)
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)


def _matched(char: str) -> str:
    if char in _SENTENCE_ENDS:
        return " . "
    if char in _COMMAS:
        return " , "
    category = unicodedata.category(char)
    if category[0] in "LMN":
        return char
    # Emoji carry meaning of their own, so each stands as a word. Variation selectors are marks and stay above.
    return f" {char} " if category == "So" else " "


_FOLDED = _Table(_folded)
_FOLDED_BARE = _Table(lambda char: "".join(map(_folded, char.translate(_STROKES))))
_FOR_MATCHING = _Table(_matched)
