"""The sound of a name, roughly, so that it is found in another script: Zainab, زینب, ਜ਼ੈਨਬ, Зайнаб.

Consonants fall into classes that scripts agree on; vowels, which many scripts leave out, count only for short names.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from bot.languages.normalise import fold

_LATIN = regex.compile(r"\p{Latin}")
# In this order: x is two sounds, and afterwards stands for the one of "ch".
_PAIRS = {"x": "ks", "ck": "k", "kh": "k", "gh": "g", "sh": "s", "ch": "x", "th": "t", "dh": "d", "bh": "b", "ph": "f"}
_LATIN_CLASSES = str.maketrans(
    {**dict(zip("qcpjz", "kkbgd", strict=True)), "a": "A", **dict.fromkeys("eiy", "I"), **dict.fromkeys("ouvw", "U")}
)


def _table(classes: dict[str, str]) -> dict[str, str]:
    return {name: one for one, names in classes.items() for name in names.split()}


_SCRIPTS = {
    *("ARABIC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM"),
    *("ETHIOPIC", "CYRILLIC"),
}
# By the last word of a letter's Unicode name without its vowels (KHA: KH), or by that word for a vowel.
_CONSONANTS = _table(
    {
        "b": "B BH P",
        "t": "T TT TH TTH",
        "d": "D DD DH DDH DDDH Z",
        "g": "G GH GG J JH ZH",
        "k": "K KH Q",
        "s": "S SH SS SZ TS TZ SHCH",
        "x": "C CH",
        "r": "R RR",
        "l": "L LL",
        "n": "N NN NNN NG NY",
        "f": "F PH",
        "h": "H HH",
        "m": "M",
        "U": "V W",
        "I": "Y",
    }
)
_VOWELS = _table({"A": "A AA", "I": "I II E EE AI IE YERU YO", "U": "U UU O OO AU YU"})
_ARABIC = _table(
    {
        "b": "BEH PEH",
        "t": "TEH TTEH TAH THEH",
        "d": "DAL DDAL THAL ZAIN DAD ZAH",
        "g": "JEEM JEH GHAIN GAF",
        "s": "SEEN SHEEN SAD",
        "k": "KAF KEHEH QAF KHAH",
        "r": "REH RREH",
        "h": "HAH HEH",
        "x": "TCHEH",
        "f": "FEH",
        "l": "LAM",
        "m": "MEEM",
        "n": "NOON",
        "A": "ALEF AIN MARBUTA",
        "U": "WAW",
        "I": "YEH MAKSURA",
    }
)
_NASALS = {"ANUSVARA", "TIPPI", "BINDI", "CANDRABINDU"}
_VOWEL = frozenset("AIU")
_SILENT = regex.compile(r"(?<=.)[hA]+$")


@dataclass(frozen=True)
class Outline:
    """`full`: classes of consonants in lower case, vowels as A, I and U."""

    full: str
    latin: bool

    @classmethod
    def of(cls, word: str) -> "Outline":
        latin = bool(_LATIN.match(word))
        classes = _latin(word) if latin else "".join(_classes(unicodedata.normalize("NFC", word)))
        return cls(_SILENT.sub("", classes), latin)

    @property
    def consonants(self) -> str:
        return str(regex.sub(r"(.)\1+", r"\1", "".join(c for c in self.full if c not in _VOWEL)))

    def agrees(self, other: "Outline") -> bool:
        """Whether both can be one name, written in two scripts."""
        if (self.latin and other.latin) or not self.consonants or self.consonants != other.consonants:
            return False
        if len(self.consonants) > 2:
            return True
        if self.latin or other.latin:
            latin, written = (self, other) if self.latin else (other, self)
            sound = "".join(f"{c}*" if c in _VOWEL else f"{c}+" for c in regex.sub(r"(.)\1+", r"\1", latin.full))
            return regex.fullmatch(sound, written.full) is not None
        return len(self.consonants) > 1


def _latin(word: str) -> str:
    plain = "".join(c for c in fold(word) if c.isascii())
    for pair, one in _PAIRS.items():
        plain = plain.replace(pair, one)
    return plain.translate(_LATIN_CLASSES)


def _classes(word: str) -> Iterator[str]:
    for char, after in zip(word, [*word[1:], ""], strict=True):
        found = _class_of(char)
        # A dot below makes z of j.
        dotted = found == "g" and after and "NUKTA" in unicodedata.name(after, "")
        yield "d" if dotted else found


@cache
def _class_of(char: str) -> str:
    script, *words = unicodedata.name(char, "OTHER").split()
    if script not in _SCRIPTS or not words:
        return ""
    if _NASALS & set(words):
        return "n"
    if script == "ARABIC":
        return next((_ARABIC[word] for word in reversed(words) if word in _ARABIC), "")
    if words[-1] in _VOWELS:
        return _VOWELS[words[-1]]
    if not {"LETTER", "SYLLABLE"} & set(words):
        return ""
    return _CONSONANTS.get("".join(c for c in words[-1] if c not in "AEIOU"), "")
