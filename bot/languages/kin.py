"""A second look at languages that are spelt alike: Hindi, Urdu, Panjabi, Bengali in Latin letters, and English in them.

Naive Bayes adds up letters as if each came alone; here logistic regression on letters, words and pairs of words weighs
what parts these languages from each other ("ladki" from "larki", "parivar" from "khandan") and lets the rest go.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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
_PARTS: tuple[dict[str, Any], ...] = (
    {"analyzer": "char_wb", "ngram_range": (1, 4)},
    {"analyzer": "word", "token_pattern": r"\S+", "ngram_range": (1, 2), "binary": True},
)


class Kin:
    """Fit from prepared lines by language code. `words`: the features, letters and then words.

    `arrays`: `kin_weights`, a row a feature and a column a code; `kin_bias`, a number a code; `kin_idf`, one a feature.
    """

    def __init__(
        self, codes: Sequence[str], words: Sequence[Sequence[str]], arrays: Mapping[str, NDArray[np.float32]]
    ) -> None:
        self.codes, self.words, self.arrays = list(codes), [list(part) for part in words], dict(arrays)
        self._analysers: list[Callable[[str], list[str]]] = [_counter(part).build_analyzer() for part in _PARTS]
        first = 0
        self._places: list[dict[str, int]] = []
        for part in self.words:
            self._places.append({word: first + place for place, word in enumerate(part)})
            first += len(part)

    @classmethod
    def fit(cls, lines: Mapping[str, Sequence[str]]) -> "Kin":
        """Learn from lines by code or `OTHERS`, as `detection` prepares them."""
        texts = [line for found in lines.values() for line in found]
        codes = [code for code, found in lines.items() for _ in found]
        counters = [_counter(part).set_params(min_df=_LEAST_LINES) for part in _PARTS]
        seen = hstack([counter.fit_transform(texts) for counter in counters]).tocsr()
        model = LogisticRegression(C=_LOOSENESS, class_weight="balanced", max_iter=300).fit(seen, codes)
        arrays = {
            "kin_weights": model.coef_.T.astype(np.float32),
            "kin_bias": model.intercept_.astype(np.float32),
            "kin_idf": np.concatenate([counter.idf_ for counter in counters]).astype(np.float32),
        }
        words = [[str(word) for word in counter.get_feature_names_out()] for counter in counters]
        return cls([str(code) for code in model.classes_], words, arrays)

    def weigh(self, prepared: str) -> NDArray[np.float64]:
        """How likely each of `codes` is, given that it is one of them; they sum to 1."""
        scores = self.arrays["kin_bias"].astype(np.float64)
        for part, analyse, places in zip(_PARTS, self._analysers, self._places, strict=True):
            counts = Counter(gram for gram in analyse(prepared) if gram in places)
            if not counts:
                continue
            rows = np.fromiter((places[gram] for gram in counts), np.int64, len(counts))
            values = np.fromiter(counts.values(), np.float64, len(counts))
            values = (1.0 if part.get("binary") else 1 + np.log(values)) * self.arrays["kin_idf"][rows]
            scores += (values / np.linalg.norm(values)) @ self.arrays["kin_weights"][rows]
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum())


def _counter(part: dict[str, Any]) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, lowercase=False, **part)
