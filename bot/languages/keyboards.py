"""Lines as they come from a keyboard that lacks letters of the language: Sorani on Arabic keys, Ukrainian on Russian.

To the eye yeh and kaf of an Arabic keyboard are those of Farsi; to a program each of them says "Arabic".
"""

from collections.abc import Iterable, Iterator

_ON_ARABIC_KEYS = {
    **dict.fromkeys("\u06cc\u06d2\u06ce\u06d0\u06cd", "\u064a"),  # Farsi yeh, bari yeh, Sorani and Pashto e
    "\u06a9": "\u0643",  # kaf
    **dict.fromkeys("\u06c1\u06be\u06d5", "\u0647"),  # heh goal, two-eyed heh, Sorani ae
    "\u06c6": "\u0648",  # Sorani o
    "\u06b5": "\u0644",  # Sorani dark l
    "\u0695": "\u0631",  # Sorani strong r
}
_ON_RUSSIAN_KEYS = {"\u0456": "\u0438", "\u0457": "\u0438", "\u0454": "\u0435", "\u0491": "\u0433"}
# By script the language whose keys are under the others' fingers, and what those become there.
_OTHER_KEYS = {"Arab": ("ar", str.maketrans(_ON_ARABIC_KEYS)), "Cyrl": ("ru", str.maketrans(_ON_RUSSIAN_KEYS))}
_SORANI, _AE = "ckb", "\u06d5"


def with_other_keys(code: str, script: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines of a variety and, where they would differ, the same as typed on the keyboard of another language."""
    owner, keys = _OTHER_KEYS.get(script, (code, {}))
    for line in lines:
        typed = [line]
        if code != owner:
            typed += [line.translate(keys), _without_ae(code, line).translate(keys)]
        yield from dict.fromkeys(typed)


def _without_ae(code: str, line: str) -> str:
    """Sorani writes every short vowel; who learned to write in Arabic leaves it out but at the end of a word."""
    if code != _SORANI:
        return line
    return " ".join(word[:-1].replace(_AE, "") + word[-1:] for word in line.split())
