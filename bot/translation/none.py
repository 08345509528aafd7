"""The translator of an installation that allows none."""

from collections.abc import Sequence

from bot.errors import TranslationFailed
from bot.ports import Translation


class NoTranslator:
    """Refuses everything; nothing leaves."""

    state = "off"

    def translate(
        self, text: str, source: str | None, target: str, purpose: str, known: Sequence[str] = ()
    ) -> Translation:
        raise TranslationFailed("off")

    def close(self) -> None:
        """There is nothing to let go of."""
