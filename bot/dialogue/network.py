"""One network for all languages together: letters, words, words by meaning, a hidden layer, the intents.

What one language's examples teach about a knife near a child becomes true in all: through the concepts, which all
languages share, and through the words that kin languages share once all are spelled in Latin letters.
scikit-learn's network needs four times as long, as it moves every weight at every step; here only those of the words in
the batch move (docs/decisions/0014).
"""

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.dialogue.reader import in_whole_numbers, odds_of, prepared, vectorizer, weighed
from bot.languages.latin import consonants, in_latin

# How slowly the size of slopes is forgotten, what keeps it from nothing, and the seed that makes two trainings alike.
_SQUARE, _TINY = 0.999, 1e-8
_SEED = 7
_FIRST_WEIGHTS = 0.02

Array = NDArray[Any]


@dataclass(frozen=True)
class Network:
    """`weights` has a row an n-gram, below them a word or pair of words, below them a concept; a column a hidden unit.

    They are in whole numbers of `scale`. `longest` is the longest n-gram.
    """

    grams: dict[str, int]
    words: dict[str, int]
    concepts: dict[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    out_weights: NDArray[np.float32]
    out_bias: NDArray[np.float32]
    longest: int

    def heard(self, text: str) -> Array:
        """What the letters and words bring to the hidden units: the same whatever language the text is read in."""
        latin = in_latin(prepared(text))
        letters = self._sum(_analyser(self.longest)(latin), self.grams, 0)
        return np.asarray(self.bias + letters + self._sum(_words_and_pairs(latin), self.words, len(self.grams)))

    def odds(self, heard: Array, concepts: Iterable[str]) -> NDArray[np.float64]:
        """The chance of each intent, in the order of the model's intents; `heard` as `heard()` gives it."""
        hidden = heard + self._sum(concepts, self.concepts, len(self.grams) + len(self.words))
        return odds_of(np.maximum(hidden, 0) @ self.out_weights + self.out_bias)

    def _sum(self, found: Iterable[str], places: Mapping[str, int], first: int) -> Array:
        rows, values = weighed(Counter(found), places, self.idf[first : first + len(places)])
        return np.asarray((values @ np.take(self.weights, first + rows, axis=0).astype(np.float32)) * self.scale)


class Part(NamedTuple):
    """One kind of features: a row a text, and what each column is and weighs."""

    features: sp.csr_matrix
    places: dict[str, int]
    idf: Array


def letters_and_words(texts: list[str], config: Mapping[str, Any]) -> list[Part]:
    """The n-grams, then the words and pairs, of texts of all varieties; for a process of its own."""
    latin = [in_latin(prepared(text)) for text in texts]
    least = config["network_min_lines"]
    by_word = TfidfVectorizer(analyzer=_words_and_pairs, sublinear_tf=True, min_df=least, dtype=np.float32)
    return [_part(vectorizer(config, least, str), latin), _part(by_word, latin)]


def learn(
    letters: list[Part], meant: list[str], labels: list[str], intents: list[str], config: Mapping[str, Any]
) -> Network:
    """From what `letters_and_words` gave, each text's concepts parted by spaces, and each text's intent."""
    by_concept = TfidfVectorizer(
        analyzer=str.split, use_idf=False, min_df=config["network_min_lines"], dtype=np.float32
    )
    features = by_concept.fit_transform(meant) * np.float32(config["concepts_weight"])
    features = sp.hstack([*(part.features for part in letters), features], format="csr")
    wanted = np.array([intents.index(intent) for intent in labels])
    weights, bias, out_weights, out_bias = _trained(features, wanted, len(intents), config)
    grams, words, concepts = (*(part.places for part in letters), _places(by_concept))
    # Read without the factor that they were learned with.
    weights[len(grams) + len(words) :] *= config["concepts_weight"]
    idf = np.concatenate([*(part.idf for part in letters), np.ones(len(concepts))]).astype(np.float32)
    layers = (*in_whole_numbers(weights), bias, out_weights, out_bias)
    return Network(grams, words, concepts, idf, *layers, config["longest"])


@functools.cache
def _analyser(longest: int) -> Callable[[str], list[str]]:
    return vectorizer({"longest": longest}, 1, str).build_analyzer()  # type: ignore[no-any-return]


def _words_and_pairs(latin: str) -> list[str]:
    """Words by their consonants, and neighbours."""
    words = consonants(latin).split()
    return [*words, *(" ".join(pair) for pair in itertools.pairwise(words))]


def _part(kind: TfidfVectorizer, texts: list[str]) -> Part:
    return Part(kind.fit_transform(texts), _places(kind), kind.idf_)


def _places(fitted: TfidfVectorizer) -> dict[str, int]:
    return {str(word): int(place) for word, place in fitted.vocabulary_.items()}


def _trained(features: sp.csr_matrix, wanted: Array, intents: int, config: Mapping[str, Any]) -> list[Array]:
    """Hidden weights and bias, outer weights and bias, by small steps at a rate that falls to nothing."""
    chance, (lines, words), hidden = np.random.default_rng(_SEED), features.shape, config["hidden"]
    layers = [
        (chance.standard_normal((words, hidden)) * _FIRST_WEIGHTS).astype(np.float32),
        np.zeros(hidden, np.float32),
        (chance.standard_normal((hidden, intents)) * np.sqrt(2 / hidden)).astype(np.float32),
        np.zeros(intents, np.float32),
    ]
    steps = [_Steps(layer) for layer in layers]
    starts = [
        order[first : first + config["batch"]]
        for order in (chance.permutation(lines) for _ in range(config["epochs"]))
        for first in range(0, lines, config["batch"])
    ]
    whole = [np.arange(len(layer)) for layer in layers]
    is_met, places = np.zeros(words, bool), np.zeros(words, np.int32)
    for number, batch in enumerate(starts):
        rate = config["rate"] * (1 - number / len(starts))
        here, inside = features[batch], np.arange(len(batch))
        # Which words the batch has; a table of all of them is quicker than sorting.
        is_met[here.indices] = True
        rows = np.flatnonzero(is_met)
        is_met[rows], places[rows] = False, np.arange(len(rows))
        here = sp.csr_matrix((here.data, places[here.indices], here.indptr), shape=(len(batch), len(rows)))
        active = np.maximum(here @ np.take(layers[0], rows, axis=0) + layers[1], 0)
        scores = active @ layers[2] + layers[3]
        wrong = np.exp(scores - scores.max(axis=1, keepdims=True))
        wrong /= wrong.sum(axis=1, keepdims=True)
        wrong[inside, wanted[batch]] -= 1
        wrong /= len(batch)
        back = (wrong @ layers[2].T) * (active > 0)
        for step, slope, only in zip(
            steps,
            (here.T @ back, back.sum(axis=0), active.T @ wrong, wrong.sum(axis=0)),
            (rows, *whole[1:]),
            strict=True,
        ):
            step.move(slope, only, rate, number + 1)
    return layers


class _Steps:
    """How far a layer moves: by its slope, over the size that the slopes of its row have had so far.

    Hinton's RMSprop with one size a row. Adam keeps two figures a weight and so takes twice the time for much the same
    readings (docs/decisions/0014). Only the rows that the batch has are moved.
    """

    def __init__(self, layer: Array) -> None:
        self._layer, self._square = layer, np.zeros((len(layer), *(1,) * (layer.ndim - 1)), np.float32)

    def move(self, slope: Array, rows: Array, rate: float, number: int) -> None:
        """`slope` has a row for each of `rows` of the layer, and is used up."""
        kept = _SQUARE ** np.float32(number)
        over = tuple(range(1, slope.ndim))
        square = self._square[rows] * _SQUARE + np.square(slope).mean(axis=over, keepdims=True) * (1 - _SQUARE)
        self._square[rows] = square
        slope *= rate / (np.sqrt(square / (1 - kept)) + _TINY)
        # Three times as fast as `self._layer[rows]`.
        self._layer[rows] = np.take(self._layer, rows, axis=0) - slope
