"""Take two costs out of Rasa's message path that buy nothing here. Figures: docs/decisions/0002.

Both are done from outside, on public classes, and a message is answered the same without them.
"""

import functools

import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.core.processor import MessageProcessor


@functools.cache
def _validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(RemoteAction.action_response_format_spec())


def _validate(_action: RemoteAction, result: dict[str, object]) -> bool:
    # Stock Rasa builds a validator and checks the schema itself at every action.
    _validator().validate(result)
    return True


def speed_up(processor: MessageProcessor) -> None:
    """Apply to this process and this processor."""
    RemoteAction._validate_action_result = _validate
    # The check warns about words unseen in training, which here is every message.
    processor._check_for_unseen_features = lambda _parse: None
