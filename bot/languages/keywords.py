"""Words that are a command when they are the whole message: STOP, HELP, yes, skip, numbers, names of languages."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import DataError
from bot.languages.normalise import fold, for_matching

_AROUND_NUMBER = re.compile(r"^[\s()\[\]{}#.,:;!*'\"-]+|[\s()\[\]{}#.,:;!*'\"-]+$")
KINDS = ("stop", "start", "help", "yes", "no", "skip", "menu", "cancel", "english", "self", "numbers")


@dataclass(frozen=True)
class Keywords:
    """Normalised word to what it means, by variety: `{"ur": {"ہاں": "yes", …}}`. Numbers mean `1` to `9`."""

    by_variety: dict[str, dict[str, str]]

    @classmethod
    def load(cls, folder: Path) -> "Keywords":
        """Read every `*.yml` of the folder. Raises `DataError` naming the file."""
        found = {}
        for path in sorted(folder.glob("*.yml")):
            # YAML 1.1 reads the bare keys yes and no as truth values.
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            data = {{True: "yes", False: "no"}.get(key, key): value for key, value in raw.items()}
            if missing := [kind for kind in KINDS if kind not in data]:
                raise DataError(f"{path.name}: {missing[0]} is missing")
            found[data["variety"]] = _words(data)
        return cls(found)

    def meaning(self, text: str, varieties: tuple[str, ...]) -> str | None:
        """What the whole message means in the first of these varieties that knows it, else None."""
        word = _key(text)
        for variety in varieties:
            if meaning := self.by_variety.get(variety, {}).get(word):
                return meaning
        return None

    def means_anywhere(self, text: str, meaning: str) -> list[str]:
        """The varieties in which the whole message means this."""
        word = _key(text)
        return [variety for variety, words in self.by_variety.items() if words.get(word) == meaning]

    def language_named(self, text: str) -> str | None:
        """The language whose name is the whole message, or one word of a few ("speak urdu", "urdu please")."""
        words = _key(text).split()
        for candidate in (" ".join(words), *(words if len(words) <= 4 else [])):
            named = [variety for variety, meanings in self.by_variety.items() if meanings.get(candidate) == "self"]
            if named:
                # "Bangla" asks for Bengali; who wants it in Latin letters says so.
                return min(named, key=lambda variety: variety.endswith("-Latn"))
            if any(meanings.get(candidate) == "english" for meanings in self.by_variety.values()):
                return "en"
        return None


def number_in(text: str, most: int) -> int | None:
    """The number the whole message is ("2", "(۲)", "#2", "2."), from 1 to `most`; else None. "999" never is one."""
    bare = _AROUND_NUMBER.sub("", fold(text))
    if len(bare) == 1 and bare.isascii() and bare.isdigit() and 1 <= int(bare) <= most:
        return int(bare)
    return None


def _words(data: dict[str, object]) -> dict[str, str]:
    words: dict[str, str] = {}
    for kind in KINDS:
        entries = data[kind]
        if kind == "numbers":
            assert isinstance(entries, dict)
            for number, forms in entries.items():
                words.update({_key(str(form)): str(number) for form in forms if _key(str(form)) not in words})
        else:
            assert isinstance(entries, list)
            words.update({_key(str(form)): kind for form in entries if _key(str(form)) not in words})
    return words


def _key(text: str) -> str:
    return for_matching(text).replace(" . ", " ").replace(" , ", " ").strip(" .,")
