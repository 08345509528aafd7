"""The console's own words: `translations/staff.yml`, in English alone, beside the site's and the bot's."""

from pathlib import Path

import yaml

from bot.languages.catalogue import Catalogues
from bot.languages.registry import Registry


class StaffWords(Catalogues):
    """The catalogues with the console's sentences added, which nobody is asked to translate."""

    def __init__(self, root: Path, registry: Registry) -> None:
        super().__init__(root, registry)
        own = yaml.safe_load((root / "translations" / "staff.yml").read_text(encoding="utf-8"))
        self._source = {**self._source, **own}
