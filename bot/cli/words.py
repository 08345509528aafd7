"""What the command line says, from `translations/operator.yml`."""

import functools

import yaml

from bot.settings import ROOT


@functools.cache
def _words() -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load((ROOT / "translations" / "operator.yml").read_text(encoding="utf-8"))
    return words


def word(key: str, **values: object) -> str:
    """The line for this key, filled in."""
    return _words()[key].format(**values)
