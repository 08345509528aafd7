"""The intent classifier: for each variety a reader of character n-grams, and for all together one network.

Which varieties a text may be in comes with the message as metadata, `{"varieties": {"ur": 0.9, "ur-Latn": 0.1}}`, and
weighs the readings; so a doubtful guess at the language does not decide alone, and neither do two languages in one
message. docs/decisions/0014 compares this with others. The model is kept as arrays and JSON, never as a pickle.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.importer import VARIETY
from bot.dialogue.network import Network, learn, letters_and_words
from bot.dialogue.reader import Reader, fit, vectorizer
from bot.dialogue.vocabulary import Members, Vocabulary, meanings, read
from bot.languages.normalise import for_matching

_RANKED = 10
# A variety with less weight than this cannot change the reading.
_LEAST_WEIGHT = 0.03
_MOST_VARIETIES = 4
# Of a message in plain letters so much must have been seen before; of real ones (development set) it is 0.45 at least.
_LETTERS_THAT_TELL, _OF_A_LANGUAGE = 3, 0.4
_NETWORK = "network"
_ARRAYS = ("idf", "weights", "scale", "bias")
_NETWORK_ARRAYS = (*_ARRAYS, "out_weights", "out_bias")
# No reading is taken to be impossible because of the network alone.
_LEAST_ODDS = 1e-4


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Rasa graph component.

    Settings: `longest` n-gram, `min_lines` it must be in for a reader, `c` (inverse regularisation), `rounds`;
    for the network `network_min_lines`, `hidden` units, `epochs`, `batch` (lines), `rate` of learning, and
    `concepts_weight`, how much the words by meaning count beside the letters; `vocabulary`, the folder of the words by
    meaning; `mixed_in`, the language that is asked about words which a variety does not have, as people mix it into
    theirs; `reader_weight` and `network_weight`, the powers of their odds in the product that is the reading.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "c": 20.0,
            "longest": 4,
            "min_lines": 3,
            "rounds": 5,
            "vocabulary": "data/lexicon/vocabulary",
            "mixed_in": "en",
            "network_min_lines": 3,
            "hidden": 64,
            "epochs": 3,
            "batch": 512,
            "rate": 0.003,
            "concepts_weight": 2.5,
            "reader_weight": 0.65,
            "network_weight": 0.9,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._analyse = vectorizer(config, 1).build_analyzer()
        self._readers: dict[str, Reader] = {}
        self._network: Network | None = None
        self._members: Mapping[str, Members] = {}
        self._vocabularies: dict[str, Vocabulary] = {}
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
        """Fit a reader for every variety that has examples, on all processors."""
        lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for example in training_data.intent_examples:
            if example.get(TEXT):
                lines[example.get(VARIETY) or ""].append((example.get(TEXT), example.get(INTENT)))
        self._intents = sorted({intent for pairs in lines.values() for _, intent in pairs})
        folder = Path(self._config["vocabulary"])
        texts = {path: [text for text, _ in lines.get(path.stem, [])] for path in sorted(folder.glob("*.yml"))}
        other = self._config["mixed_in"]
        mixed_in = read(folder / f"{other}.yml")
        # The longest of the jobs comes first, here and below, so that no processor waits for it at the end.
        together = list(chain.from_iterable(texts.values()))
        jobs = [delayed(letters_and_words)(together, self._config)] if together else []
        jobs += [
            delayed(meanings)(path, lines_of, mixed_in if path.stem != other else None)
            for path, lines_of in texts.items()
        ]
        found = Parallel(n_jobs=-1)(jobs)
        letters = found.pop(0) if together else None
        self._know({path.stem: members for path, (members, _) in zip(texts, found, strict=True)})
        meant = [meaning for _, meanings_of in found for meaning in meanings_of]
        labels = [intent for path in texts for _, intent in lines.get(path.stem, [])]
        jobs = [delayed(learn)(letters, meant, labels, self._intents, self._config)] if letters else []
        jobs += [delayed(fit)(pairs, self._intents, self._config) for pairs in lines.values()]
        fits = Parallel(n_jobs=-1)(jobs)
        self._network = fits.pop(0) if letters else None
        self._readers = dict(zip(lines, fits, strict=True))
        self._persist()
        return self._resource

    def _know(self, members: Mapping[str, Members]) -> None:
        self._members = members
        other = self._config["mixed_in"]
        mixed_in = Vocabulary(members[other]) if other in members else None
        self._vocabularies = {
            variety: Vocabulary(words, mixed_in if variety != other else None) for variety, words in members.items()
        }

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking on each message."""
        for message in messages:
            varieties = (message.get("metadata") or {}).get("varieties") or {}
            ranking = self._ranking(message.get(TEXT) or "", varieties)
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str, varieties: Mapping[str, float]) -> list[dict[str, Any]]:
        if not self._readers or not for_matching(text).strip():
            return []
        grams = Counter(self._analyse(text))
        weights = self._weights(grams, varieties)
        if not self._is_language(text, grams, weights):
            return []
        odds = np.zeros(len(self._intents))
        heard = self._network.heard(text) if self._network else None
        for variety, weight in weights.items():
            odds += weight * self._odds(variety, grams, heard, text)
        # The guess at the language leaves out what is unlikely, so the weights need not add up to 1.
        odds /= odds.sum()
        order = np.argsort(-odds)[:_RANKED]
        return [{"name": self._intents[i], "confidence": float(odds[i])} for i in order]

    def _is_language(self, text: str, grams: Counter[str], varieties: Iterable[str]) -> bool:
        """Not "asdfjkl qwlkejr", nor an emoji that was never seen. Other scripts may write a word with one sign."""
        letters, least = (_LETTERS_THAT_TELL, _OF_A_LANGUAGE) if text.isascii() else (1, 0.0)
        if text.isascii() and not any(len(gram.strip()) >= letters for gram in grams):
            letters, least = 1, 0.0
        return any(self._readers[variety].share(grams, letters) > least for variety in varieties)

    def _odds(self, variety: str, grams: Counter[str], heard: NDArray[Any] | None, text: str) -> NDArray[np.float64]:
        odds = self._readers[variety].odds(grams) ** self._config["reader_weight"]
        if self._network is not None and heard is not None and variety in self._vocabularies:
            meant = self._vocabularies[variety].features(text, mend=True)
            odds = odds * (self._network.odds(heard, meant) + _LEAST_ODDS) ** self._config["network_weight"]
        return np.asarray(odds / odds.sum())

    def _weights(self, grams: Counter[str], varieties: Mapping[str, float]) -> dict[str, float]:
        """How much each variety's reader counts. Without a word of the language: those that know most of the text."""
        wanted = {code: weight for code, weight in varieties.items() if code in self._readers}
        if not wanted:
            wanted = {
                code: sum(n for g, n in grams.items() if g in reader.words) for code, reader in self._readers.items()
            }
        best = sorted(wanted.items(), key=lambda item: -item[1])[:_MOST_VARIETIES]
        return {code: weight for code, weight in best if weight >= _LEAST_WEIGHT * best[0][1]} or dict(best[:1])

    def _persist(self) -> None:
        kept: dict[str, Any] = {
            "intents": self._intents,
            "words": {name: _in_order(reader.words) for name, reader in self._readers.items()},
            "members": self._members,
        }
        arrays = {f"{name}/{part}": getattr(reader, part) for name, reader in self._readers.items() for part in _ARRAYS}
        if self._network:
            parts = (self._network.grams, self._network.words, self._network.concepts)
            kept[_NETWORK] = [_in_order(part) for part in parts]
            arrays |= {f"{_NETWORK}/{part}": getattr(self._network, part) for part in _NETWORK_ARRAYS}
        with self._storage.write_to(self._resource) as folder:
            (folder / "words.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
            np.savez(folder / "weights.npz", **arrays)

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
            kept = json.loads((folder / "words.json").read_text("utf-8"))
            with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
                component._readers = {
                    name: Reader(_places(known), *(arrays[f"{name}/{part}"] for part in _ARRAYS))
                    for name, known in kept["words"].items()
                }
                if _NETWORK in kept:
                    grams, words, concepts = map(_places, kept[_NETWORK])
                    weights = {part: arrays[f"{_NETWORK}/{part}"] for part in _NETWORK_ARRAYS}
                    component._network = Network(grams, words, concepts, longest=config["longest"], **weights)
        component._intents = kept["intents"]
        component._know(kept["members"])
        return component


def _in_order(places: Mapping[str, int]) -> list[str]:
    return sorted(places, key=places.__getitem__)


def _places(words: Iterable[str]) -> dict[str, int]:
    return {word: place for place, word in enumerate(words)}
