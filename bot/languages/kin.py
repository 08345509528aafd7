"""A second look at languages that are spelt alike: Hindi, Urdu, Panjabi, Bengali in Latin letters, and English in them.

Naive Bayes adds up letters as if each came alone; here logistic regression on letters, words and pairs of words weighs
what parts these languages from each other ("ladki" from "larki", "parivar" from "khandan") and lets the rest go.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

# The class of all languages that are none of these.
OTHERS = "others"
# What is seen once tells nothing of the next writer.
_LEAST_LINES = 2
_LOOSENESS = 3.0
LETTERS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (1, 4)}
_WORDS: dict[str, Any] = {"analyzer": "word", "token_pattern": r"\S+", "ngram_range": (1, 2), "binary": True}


class Kin:
    """Fit from prepared lines by language code. `grams`: the known n-grams of letters, and the known words and pairs.

    `arrays`: `kin_weights`, a row a gram and a column a code; `kin_bias`, a number a code; `kin_idf`, a number a gram.
    """

    def __init__(
        self, codes: Sequence[str], grams: Sequence[Sequence[str]], arrays: Mapping[str, NDArray[np.float32]]
    ) -> None:
        self.codes, self.grams, self.arrays = list(codes), [list(part) for part in grams], dict(arrays)
        first = 0
        self._places: list[dict[str, int]] = []
        for part in self.grams:
            self._places.append({gram: first + place for place, gram in enumerate(part)})
            first += len(part)

    @classmethod
    def fit(cls, lines: Mapping[str, Sequence[str]]) -> "Kin":
        """Learn from lines by code or `OTHERS`, as `detection` prepares them."""
        texts = [line for found in lines.values() for line in found]
        codes = [code for code, found in lines.items() for _ in found]
        counters = [_counter(part).set_params(min_df=_LEAST_LINES) for part in (LETTERS, _WORDS)]
        seen = hstack([counter.fit_transform(texts) for counter in counters]).tocsr()
        model = LogisticRegression(C=_LOOSENESS, class_weight="balanced", max_iter=300).fit(seen, codes)
        arrays = {
            "kin_weights": model.coef_.T.astype(np.float32),
            "kin_bias": model.intercept_.astype(np.float32),
            "kin_idf": np.concatenate([counter.idf_ for counter in counters]).astype(np.float32),
        }
        grams = [[str(gram) for gram in counter.get_feature_names_out()] for counter in counters]
        return cls([str(code) for code in model.classes_], grams, arrays)

    def weigh(self, letters: Iterable[str], words: Sequence[str]) -> NDArray[np.float64]:
        """How likely each of `codes` is, given that it is one of them; they sum to 1.

        `letters` are n-grams as `LETTERS` makes them; `words` are in the order of the message.
        """
        pairs = (f"{one} {next_one}" for one, next_one in pairwise(words))
        scores = self.arrays["kin_bias"].astype(np.float64)
        for found, places, once in zip((letters, (*words, *pairs)), self._places, (False, True), strict=True):
            counts = Counter(gram for gram in found if gram in places)
            if not counts:
                continue
            rows = np.fromiter((places[gram] for gram in counts), np.int64, len(counts))
            values = np.ones(len(counts)) if once else 1 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))
            values *= self.arrays["kin_idf"][rows]
            scores += (values / np.linalg.norm(values)) @ self.arrays["kin_weights"][rows]
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum())


def _counter(part: dict[str, Any]) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, lowercase=False, **part)
