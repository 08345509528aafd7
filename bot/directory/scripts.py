"""Place names outside the Latin script: as our tables spell them, and, failing that, by their consonants."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from rapidfuzz.distance import Indel
from rapidfuzz.process import extract

from bot.directory.gazetteer import Gazetteer
from bot.languages.normalise import fold

# Letters that keyboards and spellings vary without changing the word.
_SAME = str.maketrans(
    "\u06a4\u06c6\u06ce\u06d0\u06cd\u0695\u06b5\u06ab\u067c\u0689\u0693\u0451\u0456\u0a70\u0901\u0981",
    "\u0641\u0648\u06cc\u06cc\u06cc\u0631\u0644\u06af\u0679\u0688\u0691\u0435\u0438\u0a02\u0902\u0982",
)
# Nuktas and the Gurmukhi addak.
_DROPPED = re.compile("[\u093c\u09bc\u0a3c\u0abc\u0a71\u0301\u0308\u0342]")
# What stands glued before a name: "and", "in", "to" and the like in Arabic, Hebrew and Ethiopic.
_GLUED_BEFORE = frozenset(
    ["و", "ب", "ف", "ل", "ال", "بال", "وال", "فی", "ב", "ל", "מ", "ה", "ו", "ש", "በ", "የ", "ከ", "ለ", "ኣብ", "ናይ"]
)
# Viramas, and in Malayalam the anusvara and the chillus.
_FINALS = re.compile("[\u094d\u09cd\u0acd\u0bcd\u0c4d\u0d4d\u0dca\u0d02\u0d7a-\u0d7f]$")
_SHORT_WORD = 3
_LONGEST_ENDING = 5
_MOST_BOROUGHS = 3
_SHORTEST = 5
_ARTICLE = "\u0627\u0644"  # No English name begins with the Arabic article.

_LETTERS = {
    **dict.fromkeys("\u0628\u067eбпבפπ", "p"),
    **dict.fromkeys("\u062a\u062b\u062f\u0630\u0637\u0679\u0688дтדטתδθτ", "t"),
    **dict.fromkeys("\u062c\u062e\u063a\u0642\u06a9\u06af\u06a0гґкגכךקγκ", "k"),
    **dict.fromkeys("\u0686\u0632\u0698\u0633\u0634\u0635\u0636\u0638жзсцчшщזסשצץζσς", "s"),
    **dict.fromkeys("\u0645мםמμ", "m"),
    **dict.fromkeys("\u0646нןנν", "n"),
    **dict.fromkeys("\u0644лלλ", "l"),
    **dict.fromkeys("\u0631\u0691рרρ", "r"),
    **dict.fromkeys("\u0627\u0639аэоуиאעαεηιοωάέήίόώ", "a"),
    **dict.fromkeys("\u062d\u0647хהχ", "h"),
    **{"ξ": "ks", "ψ": "ps"},
}
# In the names that Unicode gives to syllables, the sound is the last word: BENGALI LETTER BHA, ETHIOPIC SYLLABLE BI.
_NAMED = re.compile(
    "DEVANAGARI|BENGALI|GURMUKHI|GUJARATI|TAMIL|TELUGU|KANNADA|MALAYALAM|ETHIOPIC|HANGUL|KATAKANA|HIRAGANA"
)
_DIGRAPHS = {"tch": "s", "sch": "sk", "ch": "s", "sh": "s", "ph": "f", "th": "t", "ck": "k"}


def script_key(text: str) -> str:
    """`text`, folded already, with its letters in one spelling where a script has several."""
    return unicodedata.normalize("NFC", _DROPPED.sub("", unicodedata.normalize("NFD", text))).translate(_SAME)


def skeleton(text: str) -> str:
    """The consonants in eight classes (p t k s m n l r), after an "a" or "h" if it begins with a vowel or an h."""
    letters = [_spoken(c) for c in text if not c.isascii()]
    start = next((spoken for spoken in letters if spoken), "")[:1]
    return _squeezed(start, "".join(letters))


@lru_cache(maxsize=2048)
def latin_skeleton(name: str) -> str:
    """The same for an English name."""
    text = name.casefold().replace(" ", "")
    for written, heard in _DIGRAPHS.items():
        text = text.replace(written, heard)
    text = re.sub("dg(?=e)", "s", re.sub("c(?=[eiy])", "s", text)).replace("x", "ks")
    return _squeezed(text[:1], text)


_CLASS = str.maketrans("bpdtgkqcszjmnlr", "ppttkkkksssmnlr")


def _squeezed(start: str, letters: str) -> str:
    first = "a" if start in tuple("aeiou") else "h" if start == "h" else ""
    plain = re.sub("[^ptksmnlr]", "", letters.translate(_CLASS))
    return first + re.sub(r"(.)\1+", r"\1", plain.replace("nk", "n"))


@lru_cache(maxsize=4096)
def _spoken(char: str) -> str:
    """About how a letter sounds, in Latin letters."""
    known = _LETTERS.get(char)
    if known is not None:
        return known
    name = unicodedata.name(char, "")
    if "ANUSVARA" in name or "BINDI" in name or "TIPPI" in name:
        return "n"
    if not _NAMED.match(name) or "VOWEL" in name or "SIGN" in name:
        return ""
    spoken = name.split()[-1].lower()
    for written, heard in (("ph", "f"), ("c", "s"), ("sh", "s"), ("ng", "n"), ("ny", "n"), ("ts", "s")):
        spoken = spoken.replace(written, heard)
    return spoken


class ScriptNames:
    """Finds names written in any other script; `aliases` maps what is written to an English name's key."""

    def __init__(self, aliases: Mapping[str, str], districts: Mapping[str, Collection[str]], words: Gazetteer):
        """`words` has the words for "road" and "not", which make something else of a name beside them."""
        self._starts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for written, name in sorted(aliases.items(), key=lambda pair: -len(pair[0])):
            stem = _stem(script_key(written))
            self._starts[stem[:2]].append((stem, name))
        streets = _keys(words.streets_in_scripts)
        self._undone_before = streets | _keys(words.denying_before_in_scripts)
        self._undone_after = streets | _keys(words.denying_after_in_scripts)
        self._districts = districts
        self._skeletons = {name: latin_skeleton(name) for name in districts}

    def find(self, text: str) -> tuple[list[str], str]:
        """Names found in text that went through `key`, less streets and denied ones; and what is left of the text."""
        left = script_key(text)
        found: list[str] = []
        at = 0
        while at < len(left):
            hit = self._at(left, at)
            if hit is None:
                at += 1
                continue
            written, name = hit
            if not self._is_undone(left, at, at + len(written)):
                found.append(name)
            left = f"{left[:at]} {left[at + len(written) :]}"
        return found, left

    def _at(self, text: str, at: int) -> tuple[str, str] | None:
        for written, name in self._starts.get(text[at : at + 2], ()):
            if text.startswith(written, at) and _stands_alone(text, at, at + len(written), written):
                return written, name
        return None

    def _is_undone(self, text: str, start: int, end: int) -> bool:
        before, after = text[:start].strip(), text[end:].strip()
        if _unspaced(text[start:end]):
            return after.startswith(tuple(self._undone_after)) or before.endswith(tuple(self._undone_before))
        return bool(
            self._undone_before.intersection(before.split()[-2:]) or self._undone_after.intersection(after.split()[:2])
        )

    def by_ear(self, text: str) -> list[str]:
        """Known names whose consonants are those of the whole text. Several districts: ask; too unsure: nothing."""
        heard = skeleton(text)
        if len(heard) < _SHORTEST + (" " in text) or text.startswith(_ARTICLE):
            return []
        close = extract(heard, self._skeletons, scorer=Indel.distance, processor=None, score_cutoff=1, limit=None)
        exact = [set(name.split()) for _, apart, name in close if apart == 0]
        # Who writes just "Birmingham" in a spelling of their own does not mean the longer "Birmingham NEC".
        names = [name for _, apart, name in close if not apart or not any(e < set(name.split()) for e in exact)]
        districts = {d for name in names for d in self._districts[name]}
        return names if exact and len(districts) <= _MOST_BOROUGHS else []


def _keys(words: Iterable[str]) -> frozenset[str]:
    return frozenset(script_key(fold(word)) for word in words)


def _stem(written: str) -> str:
    """Without a final vowel-killer or nasal, which make way for a vowel when an ending follows."""
    stem = _FINALS.sub("", written)
    return stem if len(stem) > _SHORT_WORD else written


def _stands_alone(text: str, start: int, end: int, written: str) -> bool:
    """Whether this is a word, give or take what its language glues on; scripts without spaces have no words."""
    if _unspaced(written):
        return True
    before = text[:start].split(" ")[-1]
    ending = text[end:].split(" ", 1)[0]
    if before and (before not in _GLUED_BEFORE or len(written) < 4):
        return False
    # A syllable of Hangul or Ethiopic holds as much as two letters.
    size = len(written) * (2 if "\u1200" <= written[0] <= "\u139f" or "\uac00" <= written[0] <= "\ud7a3" else 1)
    return len(ending) <= (_LONGEST_ENDING if size > _SHORT_WORD else 0)


def _unspaced(text: str) -> bool:
    """Whether the script writes without spaces between words: Han, kana, Thai, Lao, Burmese, Khmer."""
    return any(
        0x0E00 <= ord(c) <= 0x0EFF
        or 0x1000 <= ord(c) <= 0x109F
        or 0x1780 <= ord(c) <= 0x17FF
        or 0x3040 <= ord(c) <= 0x9FFF
        for c in text
    )
