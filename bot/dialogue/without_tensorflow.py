"""Let Rasa 3.6.21 run where TensorFlow is not installed.

Eight of Rasa's modules import TensorFlow at the top, and all they give to a pipeline without neural parts is the
names of their classes. Placeholders with those names stand in for them. Rasa's open-source line ended at 3.6.21, so
the list does not move; `tests/integration/test_without_tensorflow.py` proves it all the same.
"""

import importlib.util
import sys
import types

# Module: the names that other Rasa modules import from it.
_NEURAL: dict[str, tuple[str, ...]] = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaDataGenerator", "RasaBatchDataGenerator"),
    "rasa.nlu.classifiers.diet_classifier": ("DIETClassifier", "DIET"),
    "rasa.nlu.selectors.response_selector": ("ResponseSelector",),
    "rasa.core.policies.ted_policy": ("TEDPolicy", "TED"),
    "rasa.core.policies.unexpected_intent_policy": ("UnexpecTEDIntentPolicy",),
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": ("ConveRTFeaturizer",),
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": ("LanguageModelFeaturizer",),
}


def prepare() -> None:
    """Register the placeholders. Does nothing where TensorFlow is installed (extra `tensorflow`)."""
    if importlib.util.find_spec("tensorflow") is not None:
        return
    for name, classes in _NEURAL.items():
        if name in sys.modules:
            continue
        module = types.ModuleType(name, "Placeholder: TensorFlow is not installed.")
        for class_name in classes:
            setattr(module, class_name, type(class_name, (), {"__module__": name}))
        sys.modules[name] = module
