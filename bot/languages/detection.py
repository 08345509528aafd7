"""Which language a message is in: from its own letters, offline, short and romanised texts included.

Character n-grams of our own examples (naive Bayes with every language's mass made equal), with pycld2 as a second
witness for the languages it knows. Public detectors alone score nothing on romanised Urdu, Punjabi, Bengali or Arabic.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pycld2
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from bot.languages import normalise
from bot.languages.registry import Registry

# Below this a guess does not change the language of a conversation.
SURE = 0.77
_FLOOR = 2e-6
_SHARPNESS = 0.45
_WITNESS = 3.0
_NAMES = {"LATIN": "Latn", "ARABIC": "Arab", "GURMUKHI": "Guru", "BENGALI": "Beng", "DEVANAGARI": "Deva"}
_NAMES |= {"CYRILLIC": "Cyrl", "ETHIOPIC": "Ethi", "CJK": "Hani", "HANGUL": "Hang", "GREEK": "Grek"}


@dataclass(frozen=True)
class Detection:
    """`language` is a code of the registry or, for one we have no examples of, pycld2's; None: nothing to say."""

    language: str | None
    confidence: float
    script: str | None


class LanguageDetector:
    """Fit from lines by language; kept as arrays and JSON."""

    def __init__(
        self, registry: Registry, words: Sequence[str], codes: Sequence[str], logs: NDArray[np.float32]
    ) -> None:
        self._registry, self._codes, self._logs = registry, list(codes), logs
        self._known = {c.split("-")[0] for c in codes}
        vocabulary = {word: place for place, word in enumerate(words)}
        self._counts = CountVectorizer(
            analyzer="char_wb",
            ngram_range=(1, 4),
            vocabulary=vocabulary,
            preprocessor=_prepared,
            dtype=np.float32,
        )
        self._words = list(words)

    @classmethod
    def fit(cls, registry: Registry, lines: Mapping[str, Sequence[str]]) -> "LanguageDetector":
        """Learn from lines by language code."""
        counter = CountVectorizer(
            analyzer="char_wb", ngram_range=(1, 4), min_df=2, preprocessor=_prepared, dtype=np.float32
        )
        counter.fit([line for code in lines for line in lines[code]])
        mass = np.vstack([np.asarray(counter.transform(lines[code]).sum(axis=0)) for code in lines])
        logs = np.log(mass / mass.sum(axis=1, keepdims=True) + _FLOOR).astype(np.float32)
        return cls(registry, list(counter.get_feature_names_out()), list(lines), logs)

    def detect(self, text: str) -> Detection:
        """Judge one text, or a few messages joined."""
        script = script_of(text)
        if script is None:
            return Detection(None, 0.0, None)
        here = [i for i, code in enumerate(self._codes) if self._registry.get(code).script == script]
        witness = _cld2(text)
        if not here:
            return Detection(witness, 0.8 if witness else 0.0, script)
        counts = self._counts.transform([text])
        known = float(counts.sum())
        scores = np.asarray(counts @ self._logs[here].T)[0] if known else np.zeros(len(here))
        scores = scores * _SHARPNESS / max(known, 1.0) ** 0.5
        for place, i in enumerate(here):
            if self._codes[i] == witness:
                scores[place] += _WITNESS
        odds = np.exp(scores - scores.max())
        odds /= odds.sum()
        best = int(odds.argmax())
        if self._stranger(text, witness, script, float(odds[best])):
            return Detection(witness, 0.8, script)
        return Detection(self._codes[here[best]], float(odds[best]) if known else 0.0, script)

    def _stranger(self, text: str, witness: str | None, script: str, confidence: float) -> bool:
        """Whether pycld2 names a language that we have no examples of, and our own guess is no better than a guess."""
        if witness is None or witness in self._known:
            return False
        return len(text.split()) >= 3 and confidence < 0.9

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "languages.json").write_text(json.dumps([self._words, self._codes], ensure_ascii=False), "utf-8")
        np.savez_compressed(folder / "languages.npz", logs=self._logs.astype(np.float16))

    @classmethod
    def load(cls, registry: Registry, folder: Path) -> "LanguageDetector":
        """Raises `OSError` when it was never saved there."""
        words, codes = json.loads((folder / "languages.json").read_text("utf-8"))
        with np.load(folder / "languages.npz", allow_pickle=False) as arrays:
            return cls(registry, words, codes, arrays["logs"].astype(np.float32))


def script_of(text: str) -> str | None:
    """The script most letters are in, as ISO 15924 (`Latn`, `Arab` …); None without letters."""
    found = Counter(_script(c) for c in text if unicodedata.category(c)[0] == "L")
    return found.most_common(1)[0][0] if found else None


def _script(char: str) -> str:
    name = unicodedata.name(char, "OTHER").split()[0]
    return _NAMES.get(name, "Zyyy" if name == "OTHER" else name.title()[:4])


def _prepared(text: str) -> str:
    # Digits, links and punctuation say nothing of the language.
    kept = "".join(
        c if c == " " or unicodedata.category(c)[0] in "LM" else " " for c in normalise.clean(text).casefold()
    )
    return " ".join(kept.split())


def _cld2(text: str) -> str | None:
    try:
        reliable, _, details = pycld2.detect(_prepared(text))
    except (pycld2.error, UnicodeEncodeError):
        return None
    code = str(details[0][1])
    if not reliable or code == "un":
        return None
    return {"iw": "he", "zh-Hant": "zh-Hant", "jw": "jv"}.get(code, code)
