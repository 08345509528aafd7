"""Rasa's words come from the catalogues.

It must be a `TemplatedNaturalLanguageGenerator`: for any other kind Rasa leaves the domain empty when it loads a
model, and the bot says nothing.
"""

from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.ports import current_turn


class CatalogueNLG(TemplatedNaturalLanguageGenerator):  # type: ignore[misc]
    """Says `utter_*` keys in the language of the turn; outside a turn (`bot rasa shell`) in the domain's English."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        turn = current_turn.get(None)
        if turn is None:
            response: dict[str, Any] | None = await super().generate(utter_action, tracker, output_channel, **kwargs)
            return response
        said = turn.say(utter_action, {name: value for name, value in kwargs.items() if isinstance(value, str)})
        return {
            "text": said.text,
            "buttons": [{"title": b.title, "payload": b.payload} for b in said.buttons],
            "key": said.key,
            "said_in": said.language,
        }
