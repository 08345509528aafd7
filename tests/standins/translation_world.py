"""What the tests of translation share: a translator with the stand-in behind it."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bot.errors import TranslationFailed
from bot.languages.registry import Registry
from bot.ports import Translation, Translator
from bot.settings import ROOT
from bot.translation.google import GoogleTranslate
from bot.translation.translator import MachineTranslator
from tests.conftest import StillClock
from tests.standins.google_translate import GoogleStandIn
from tests.standins.serving import serving

URDU = "وہ بچے کو روز مارتا ہے"
PURPOSE = "staff_reading"
REGISTRY = Registry.load(ROOT / "translations" / "languages.yml")


@dataclass
class World:
    """A translator with the stand-in behind it."""

    translator: MachineTranslator
    google: GoogleStandIn
    clock: StillClock

    def english(self, text: str, *known: str) -> str:
        return self.translator.translate(text, "ur", "en", PURPOSE, known).text

    def code(self, text: str = URDU, source: str | None = "ur", target: str = "en") -> str:
        """The code of the failure, which there must be."""
        with pytest.raises(TranslationFailed) as caught:
            self.translator.translate(text, source, target, PURPOSE)
        return caught.value.code


Make = Callable[..., World]


@contextlib.contextmanager
def translation_worlds() -> Iterator[Make]:
    """Makes worlds around one stand-in; `seconds` and `base` may be given."""
    made: list[MachineTranslator] = []
    google, clock = GoogleStandIn(), StillClock()
    with serving(google.app) as base:

        def world(seconds: float = 5.0, base: str = base) -> World:
            translator = MachineTranslator(GoogleTranslate(base), {PURPOSE}, REGISTRY, clock, seconds)
            made.append(translator)
            return World(translator, google, clock)

        yield world
        for translator in made:
            translator.close()


def outcome(translator: Translator, text: str, source: str | None, target: str) -> Translation | TranslationFailed:
    try:
        return translator.translate(text, source, target, PURPOSE)
    except TranslationFailed as failed:
        return failed
