"""Which language a message is in: from its own letters, offline, short and romanised texts included.

Character n-grams of our own examples (naive Bayes with every language's mass made equal), with pycld2 as a second
witness for the languages it knows, a second look (`kin.py`) at those that are spelt alike, and one at the words where
there are few (`few_words.py`). Public detectors alone score nothing on romanised Urdu, Punjabi, Bengali or Arabic, and
know no Pahari, Sylheti, Dari or Tigrinya.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pycld2
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from bot.languages import normalise
from bot.languages.few_words import FewWords, few
from bot.languages.keyboards import with_other_keys
from bot.languages.kin import LETTERS, OTHERS, Kin
from bot.languages.registry import SOURCE, Language, Registry

# Below this a guess does not change the language of a conversation.
SURE = 0.77
_FLOOR = 1e-6
_SHARPNESS = 0.6
_WITNESS = 3.0
# Of two languages that look alike, such as Slovak and Czech, the one of tier 1; in Latin letters, such as Urdu and
# Hindi, also the one that far more people here speak; and English before a language that has English words in it.
_FIRST_TIER, _SPOKEN_HERE, _ENGLISH = 0.1, 0.3, 1.0
_LIKELY, _LEAST_LIKELY = 4, 0.02
_FAIR_SHARE = 0.05
# Of each other language in Latin letters, so many lines for what is none of those spelt alike.
_OTHER_LINES = 150
# pycld2 alone is believed about a language of which we have no examples, when there are words and we are not sure.
_STRANGE_WORDS, _OWN = 3, 0.5
# The first word of a letter's Unicode name to ISO 15924. Han letters are written by three languages.
_NAMES = {"LATIN": "Latn", "ARABIC": "Arab", "GURMUKHI": "Guru", "BENGALI": "Beng", "DEVANAGARI": "Deva"}
_NAMES |= {"CYRILLIC": "Cyrl", "ETHIOPIC": "Ethi", "CJK": "Hani", "HANGUL": "Hang", "GREEK": "Grek"}
_NAMES |= {"GUJARATI": "Gujr", "TAMIL": "Taml", "TELUGU": "Telu", "MALAYALAM": "Mlym", "SINHALA": "Sinh"}
_NAMES |= {"HIRAGANA": "Kana", "KATAKANA": "Kana", "KATAKANA-HIRAGANA": "Kana", "FULLWIDTH": "Latn"}
# Tags of pycld2 that are older than the ones everybody uses.
_OLD_TAGS = {"iw": "he", "jw": "jv"}
_KNOWN_TO_CLD2 = {_OLD_TAGS.get(tag, tag) for _, tag in pycld2.LANGUAGES}


@dataclass(frozen=True)
class Detection:
    """`language` is a code of the registry or, for one we have no examples of, pycld2's; None: nothing to say.

    `likely` weighs the languages of the registry that the text may be in, the likeliest first.
    """

    language: str | None
    confidence: float
    script: str | None
    likely: tuple[tuple[str, float], ...] = ()


class LanguageDetector:
    """Fit from lines by language; kept as arrays and JSON. A class is a variety in one script, such as `ml/Latn`."""

    def __init__(
        self,
        registry: Registry,
        words: Sequence[str],
        classes: Sequence[str],
        logs: NDArray[np.float32],
        kin: Kin,
        few_words: FewWords,
    ) -> None:
        self._registry, self._classes, self._kin, self._few_words = registry, list(classes), kin, few_words
        self._codes = [name.split("/")[0] for name in classes]
        self._here: dict[str, list[int]] = {}
        for place, name in enumerate(classes):
            self._here.setdefault(name.split("/")[1], []).append(place)
        self._witnessed_by = [_witnessed_by(registry.get(code)) for code in self._codes]
        self._english = self._codes.index(SOURCE) if SOURCE in self._codes else None
        self._prior = [_prior(registry, code) for code in self._codes]
        # A row an n-gram: a message needs a few hundred rows, whole.
        self._logs = np.ascontiguousarray(logs, np.float32)
        self._words = list(words)
        self._places = {word: place for place, word in enumerate(words)}
        self._analyse = _counter(1).build_analyzer()

    @classmethod
    def fit(cls, registry: Registry, lines: Mapping[str, Sequence[str]]) -> "LanguageDetector":
        """Learn from lines by language code."""
        by_class = _by_script(lines)
        counter = _counter(2)
        counts = counter.fit_transform([line for found in by_class.values() for line in found])
        ends = np.cumsum([0, *map(len, by_class.values())])
        mass = np.vstack([np.asarray(counts[a:b].sum(axis=0)) for a, b in pairwise(ends)])
        logs = np.log(mass / mass.sum(axis=1, keepdims=True) + _FLOOR).astype(np.float32)
        kin = Kin.fit(_spelt_alike(registry, by_class))
        few_words = FewWords.fit({name: map(_prepared, found) for name, found in by_class.items()})
        return cls(registry, list(counter.get_feature_names_out()), list(by_class), logs.T, kin, few_words)

    def detect(self, text: str) -> Detection:
        """Judge one text, or a few messages joined."""
        script = script_of(text)
        if script is None:
            return Detection(None, 0.0, None)
        witness = self._witness(text)
        here = self._here.get(script, [])
        if not here:
            return Detection(witness, 0.8 if witness else 0.0, script)
        grams = self._analyse(text)
        counts = Counter(gram for gram in grams if gram in self._places)
        known = float(sum(counts.values()))
        rows = np.fromiter((self._places[gram] for gram in counts), np.int64, len(counts))
        values = np.fromiter(counts.values(), np.float32, len(counts))
        scores = (values @ np.take(self._logs, rows, axis=0))[here].astype(np.float64)
        scores = scores * _SHARPNESS / max(known, 1.0) ** 0.5
        scores += [_WITNESS * (self._witnessed_by[i] == witness) + self._prior[i] for i in here]
        odds = np.exp(scores - scores.max())
        odds /= odds.sum()
        if script == "Latn":
            odds = self._looked_at_again(grams, text, here, odds)
        if few(words := _prepared(text).split()):
            odds = odds * np.exp(self._few_words.weigh(words, self._english)[here])
            odds /= odds.sum()
        order = np.argsort(-odds)[:_LIKELY]
        confidence = float(odds[order[0]]) if known else 0.0
        likely = tuple((self._codes[here[i]], float(odds[i])) for i in order if odds[i] >= _LEAST_LIKELY)
        if self._stranger(text, witness, confidence):
            return Detection(witness, 0.8, script, likely)
        return Detection(likely[0][0], confidence, script, likely)

    def _looked_at_again(
        self, grams: Sequence[str], text: str, here: list[int], odds: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        shares = self._kin.weigh(grams, _prepared(text).split())
        second = dict(zip(self._kin.codes, shares.tolist(), strict=True))
        again = odds * np.array([second.get(self._codes[i], second[OTHERS]) for i in here])
        return np.asarray(again / again.sum())

    def _witness(self, text: str) -> str | None:
        tag = _cld2(text)
        return tag and (self._registry.by_tag(tag) or tag)

    def _stranger(self, text: str, witness: str | None, confidence: float) -> bool:
        """Whether pycld2 names a language that we have no examples of, and our own guess is no better than a guess."""
        if witness is None or witness.split("-")[0] in {code.split("-")[0] for code in self._codes}:
            return False
        return len(text.split()) >= _STRANGE_WORDS and confidence < _OWN

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        kept = [self._words, self._classes, self._kin.codes, self._kin.grams, self._few_words.keys]
        (folder / "languages.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        arrays = {"logs": self._logs, **self._kin.arrays}
        np.savez_compressed(
            folder / "languages.npz",
            **{name: array.astype(np.float16) for name, array in arrays.items()},
            **self._few_words.arrays,
        )

    @classmethod
    def load(cls, registry: Registry, folder: Path) -> "LanguageDetector":
        """Raises `OSError` when it was never saved there."""
        words, classes, codes, kin_grams, few_keys = json.loads((folder / "languages.json").read_text("utf-8"))
        with np.load(folder / "languages.npz", allow_pickle=False) as kept:
            arrays = {name: kept[name].astype(np.float32) for name in kept.files if not name.startswith("few_")}
            few_arrays = {name: kept[name] for name in kept.files if name.startswith("few_")}
        few_words = FewWords(few_keys, few_arrays, len(classes))
        logs = arrays.pop("logs")
        return cls(registry, words, classes, logs, Kin(codes, kin_grams, arrays), few_words)


def script_of(text: str) -> str | None:
    """The script most letters are in, as ISO 15924 (`Latn`, `Arab` …); None without letters. Kana makes it `Kana`."""
    found = Counter(_script(c) for c in text if unicodedata.category(c)[0] == "L")
    if found["Kana"]:
        # Japanese is Chinese letters with a few of its own between them.
        return "Kana"
    return found.most_common(1)[0][0] if found else None


def _spelt_alike(registry: Registry, by_class: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Lines of languages of another script in Latin letters, of those that fall back on one, and of English.

    A few of every other language in Latin letters stand under `OTHERS`.
    """
    found: dict[str, list[str]] = {}
    for name, lines in by_class.items():
        code, script = name.split("/")
        if script != "Latn":
            continue
        first = registry.get(code).fallback[0] if code != SOURCE else SOURCE
        alike = code == SOURCE or code.endswith("-Latn") or f"{first}-Latn/Latn" in by_class
        step = 1 if alike else max(1, len(lines) // _OTHER_LINES)
        found.setdefault(code if alike else OTHERS, []).extend(_prepared(line) for line in lines[::step])
    return found


def _prior(registry: Registry, code: str) -> float:
    if code == SOURCE:
        return _ENGLISH
    romanised = code.endswith("-Latn")
    here = romanised and registry.get(code.removesuffix("-Latn")).region == "here"
    return _FIRST_TIER * (registry.get(code).tier == 1) + _SPOKEN_HERE * here


def _witnessed_by(language: Language) -> str:
    """What pycld2 takes this language for: itself or, where it does not know it, the first fallback that it knows."""
    tags = [(language.code, tag) for tag in (language.code, *language.tags)]
    tags += [(code, code) for code in language.fallback if code != SOURCE]
    return next((code for code, tag in tags if tag in _KNOWN_TO_CLD2), language.code)


def _by_script(lines: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The lines of each class, without scripts that a variety is seldom written in, or written as another variety."""
    by_class: dict[str, list[str]] = {}
    for code, found in lines.items():
        scripts = Counter(script_of(line) for line in found)
        for script, count in scripts.items():
            romanised = script == "Latn" and f"{code}-Latn" in lines
            if script is not None and count >= _FAIR_SHARE * len(found) and not romanised:
                here = [line for line in found if script_of(line) == script]
                by_class[f"{code}/{script}"] = list(with_other_keys(code, script, here))
    return by_class


@cache
def _script(char: str) -> str:
    name = unicodedata.name(char, "OTHER").split()[0]
    return _NAMES.get(name, "Zyyy" if name == "OTHER" else name.title()[:4])


def _prepared(text: str) -> str:
    # Digits, links and punctuation say nothing of the language.
    kept = "".join(
        c if c == " " or unicodedata.category(c)[0] in "LM" else " " for c in normalise.clean(text).casefold()
    )
    return " ".join(kept.split())


def _counter(min_lines: int) -> CountVectorizer:
    return CountVectorizer(**LETTERS, min_df=min_lines, preprocessor=_prepared, dtype=np.float32)


def _cld2(text: str) -> str | None:
    try:
        reliable, _, details = pycld2.detect(_prepared(text))
    except (pycld2.error, UnicodeEncodeError):
        return None
    code = str(details[0][1])
    if not reliable or code == "un":
        return None
    return _OLD_TAGS.get(code, code)
