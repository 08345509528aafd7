"""The intent classifier: character n-grams of the normalised text and logistic regression, one model for all languages.

One model needs no guess at the language first and survives two languages in a message; docs/decisions/0002 has the
figures. It is kept as arrays and JSON, never as a pickle.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.languages.normalise import for_matching

_RANKED = 10
# A long story is read from both ends: the worry stands first or last far more often than in the middle.
_LONGEST = 2_000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Rasa graph component. Settings: `c` (inverse regularisation), `longest` n-gram, `min_lines` it must be in."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"c": 20.0, "longest": 5, "min_lines": 2, "rounds": 60}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._vectorizer: TfidfVectorizer | None = None
        self._weights: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._bias: NDArray[np.float32] = np.zeros(0, np.float32)
        self._intents: list[str] = []

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NgramIntentClassifier":
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every example that has an intent."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        vectorizer = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(1, self._config["longest"]),
            min_df=self._config["min_lines"] if len(examples) > 500 else 1,
            sublinear_tf=True,
            preprocessor=_prepared,
            dtype=np.float32,
        )
        features = vectorizer.fit_transform([e.get(TEXT) for e in examples])
        model = LogisticRegression(C=self._config["c"], max_iter=self._config["rounds"], tol=1e-3)
        model.fit(features, [e.get(INTENT) for e in examples])
        self._adopt(vectorizer, model.coef_.T, model.intercept_, [str(name) for name in model.classes_])
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking on each message."""
        for message in messages:
            ranking = self._ranking(message.get(TEXT) or "")
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        if self._vectorizer is None or not for_matching(text).strip():
            return []
        features = self._vectorizer.transform([text])
        scores = np.asarray(features @ self._weights)[0] + self._bias
        odds = np.exp(scores - scores.max())
        odds /= odds.sum()
        order = np.argsort(-odds)[:_RANKED]
        return [{"name": self._intents[i], "confidence": float(odds[i])} for i in order]

    def _adopt(self, vectorizer: TfidfVectorizer, weights: Any, bias: Any, intents: list[str]) -> None:
        self._vectorizer, self._intents = vectorizer, intents
        self._weights = np.ascontiguousarray(weights, np.float32)
        self._bias = np.asarray(bias, np.float32)

    def _persist(self) -> None:
        if self._vectorizer is None:
            return
        words = sorted(self._vectorizer.vocabulary_, key=self._vectorizer.vocabulary_.__getitem__)
        with self._storage.write_to(self._resource) as folder:
            (folder / "words.json").write_text(json.dumps([words, self._intents], ensure_ascii=False), "utf-8")
            np.savez_compressed(
                folder / "weights.npz",
                weights=self._weights.astype(np.float16),
                bias=self._bias,
                idf=self._vectorizer.idf_.astype(np.float32),
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NgramIntentClassifier":
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            words, intents = json.loads((folder / "words.json").read_text("utf-8"))
            arrays = np.load(folder / "weights.npz", allow_pickle=False)
        vectorizer = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(1, config["longest"]),
            vocabulary={word: place for place, word in enumerate(words)},
            sublinear_tf=True,
            preprocessor=_prepared,
            dtype=np.float32,
        )
        vectorizer.idf_ = arrays["idf"]
        component._adopt(vectorizer, arrays["weights"], arrays["bias"], intents)
        return component


def _prepared(text: str) -> str:
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} {text[-_LONGEST // 2 :]}"
    return for_matching(text)
