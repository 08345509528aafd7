"""Readers: of character n-grams, one a variety, and one of concepts. Without Rasa, so that processes share the work."""

import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.languages.normalise import for_matching

# A long story is read from both ends: the worry stands first or last far more often than in the middle.
_LONGEST = 2_000
_FEW_LINES = 300


@dataclass(frozen=True)
class Reader:
    """`weights` has a row an n-gram, a column an intent, in whole numbers of `scale` (one a column)."""

    words: dict[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def share(self, grams: Counter[str], letters: int) -> float:
        """How much of the text was seen in the examples, 0 to 1: of its n-grams of so many letters or more."""
        telling = [gram for gram in grams if len(gram.strip()) >= letters]
        return sum(gram in self.words for gram in telling) / len(telling) if telling else 0.0

    def odds(self, grams: Counter[str]) -> NDArray[np.float64]:
        """The chance of each intent, in the order of the model's intents."""
        places, values = weighed(grams, self.words, self.idf)
        return odds_of(self.bias + (values @ np.take(self.weights, places, axis=0).astype(np.float32)) * self.scale)


def weighed(
    counts: Mapping[str, int], words: Mapping[str, int], idf: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The places of those words that are known, and what each weighs: as `TfidfVectorizer` has it, of length 1."""
    known = [(words[word], count) for word, count in counts.items() if word in words]
    places = np.fromiter((place for place, _ in known), np.int64, len(known))
    values = (1 + np.log([count for _, count in known])) * idf[places]
    return places, values / (np.linalg.norm(values) or 1.0)


def odds_of(scores: NDArray[Any]) -> NDArray[np.float64]:
    """Scores as chances that add up to 1."""
    odds = np.exp(scores.astype(np.float64) - scores.max())
    return np.asarray(odds / odds.sum())


def in_whole_numbers(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A quarter of the room: each column in steps of its own scale."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)


def fit(pairs: list[tuple[str, str]], intents: list[str], config: dict[str, Any]) -> Reader:
    """Learn from (text, intent) pairs. `intents` gives the columns, for all varieties the same."""
    grams = vectorizer(config, config["min_lines"] if len(pairs) > _FEW_LINES else 1)
    texts, labels = zip(*pairs, strict=True)
    features = grams.fit_transform(texts)
    # A few of Newton's long steps; lbfgs spends most of its time on its own bookkeeping.
    model = LogisticRegression(C=config["c"], solver="newton-cg", max_iter=config["rounds"])
    with warnings.catch_warnings():
        # That it is not at the very bottom is meant: further steps do not read better (docs/decisions/0014).
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, labels)
    weights = np.zeros((features.shape[1], len(intents)), np.float32)
    # An intent without examples in this variety cannot be read in it.
    bias = np.full(len(intents), -1e3, np.float32)
    for row, intent in enumerate(model.classes_):
        weights[:, intents.index(intent)] = model.coef_[row]
        bias[intents.index(intent)] = model.intercept_[row]
    words = {str(word): int(place) for word, place in grams.vocabulary_.items()}
    return Reader(words, grams.idf_.astype(np.float32), *in_whole_numbers(weights), bias)


def prepared(text: str) -> str:
    """The part of a text that is read, ready for matching."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} {text[-_LONGEST // 2 :]}"
    return for_matching(text)


def vectorizer(
    config: Mapping[str, Any], min_lines: int, preparing: Callable[[str], str] = prepared
) -> TfidfVectorizer:
    """Turns texts into weighted n-grams; `longest` is the longest n-gram of `config`."""
    return TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(1, config["longest"]),
        min_df=min_lines,
        sublinear_tf=True,
        preprocessor=preparing,
        dtype=np.float32,
    )
