"""Readers: of character n-grams, one a variety, and one of concepts. Without Rasa, so that processes share the work."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.languages.normalise import for_matching

# A long story is read from both ends: the worry stands first or last far more often than in the middle.
_LONGEST = 2_000
_FEW_LINES = 300


@dataclass(frozen=True)
class Reader:
    """`weights` has a row an n-gram or concept, a column an intent, in whole numbers of `scale` (one a column)."""

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
        known = [(self.words[gram], count) for gram, count in grams.items() if gram in self.words]
        scores = self.bias.astype(np.float64)
        if known:
            places = np.fromiter((place for place, _ in known), np.int64, len(known))
            values = (1 + np.log([count for _, count in known])) * self.idf[places]
            values /= np.linalg.norm(values)
            scores = scores + (values @ self.weights[places].astype(np.float32)) * self.scale
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum())


def fit(pairs: list[tuple[str, str]], intents: list[str], config: dict[str, Any]) -> Reader:
    """Learn from (text, intent) pairs. `intents` gives the columns, for all varieties the same."""
    grams = vectorizer(config, config["min_lines"] if len(pairs) > _FEW_LINES else 1)
    texts, labels = zip(*pairs, strict=True)
    return _learned(grams, texts, labels, intents, config["c"], config["rounds"])


def fit_concepts(pairs: list[tuple[list[str], str]], intents: list[str], config: dict[str, Any]) -> Reader:
    """Learn from (concepts, intent) pairs of all varieties together."""
    each_once = TfidfVectorizer(analyzer=list, use_idf=False, min_df=config["concept_min_lines"], dtype=np.float32)
    features, labels = zip(*pairs, strict=True)
    return _learned(each_once, features, labels, intents, config["concept_c"], config["rounds"])


def _learned(
    vectors: TfidfVectorizer, examples: Sequence[Any], labels: Sequence[str], intents: list[str], c: float, rounds: int
) -> Reader:
    features = vectors.fit_transform(examples)
    model = LogisticRegression(C=c, max_iter=rounds, tol=1e-3)
    model.fit(features, labels)
    weights = np.zeros((features.shape[1], len(intents)), np.float32)
    # An intent without examples in this variety cannot be read in it.
    bias = np.full(len(intents), -1e3, np.float32)
    for row, intent in enumerate(model.classes_):
        weights[:, intents.index(intent)] = model.coef_[row]
        bias[intents.index(intent)] = model.intercept_[row]
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    whole = np.round(weights / scale).astype(np.int8)
    return Reader(
        {str(word): int(place) for word, place in vectors.vocabulary_.items()},
        vectors.idf_.astype(np.float32) if vectors.use_idf else np.ones(features.shape[1], np.float32),
        whole,
        scale.astype(np.float32),
        bias,
    )


def vectorizer(config: Mapping[str, Any], min_lines: int) -> TfidfVectorizer:
    """Turns texts into weighted n-grams; `longest` is the longest n-gram of `config`."""
    return TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(1, config["longest"]),
        min_df=min_lines,
        sublinear_tf=True,
        preprocessor=_prepared,
        dtype=np.float32,
    )


def _prepared(text: str) -> str:
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} {text[-_LONGEST // 2 :]}"
    return for_matching(text)
