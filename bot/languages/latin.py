"""Text of any script in plain Latin letters, as roughly as it sounds, so that kin languages meet in their words.

Urdu, Hindi, Panjabi and Gujarati write "child" in four scripts and their speakers in Latin letters as they please; here
all of them are spelled nearly alike, and by their consonants alike. For comparing only: nobody reads it.
"""

import re

from anyascii import anyascii

_NOT_A_LETTER = re.compile("[^a-z0-9 ]")
_BREATHED = re.compile("([bdgjktz])h")
_VOWELS = re.compile(r"(?<=\S)[aeiou]+")
_DOUBLE = re.compile(r"(.)\1+")


def in_latin(text: str) -> str:
    """Of text as `for_matching` gives it: letters that romanisations swap are one, and breath after a letter goes."""
    plain = _NOT_A_LETTER.sub("", anyascii(text).lower())
    plain = re.sub("c(?!h)", "ch", plain.replace("w", "v").replace("ph", "f")).replace("q", "k")
    return _BREATHED.sub(r"\1", plain).replace("z", "j").replace("x", "ks").replace("y", "i")


def consonants(latin: str) -> str:
    """Of text as `in_latin` gives it: vowels stay at the beginning of a word only, and no letter stands twice."""
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", latin))
