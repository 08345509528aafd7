"""Passwords of staff: Argon2id, and a short list of what everybody would guess first."""

import functools
import itertools
import re
import secrets
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
# What must be left of a password once everything that a guesser tries first is taken out.
_LEFT = 6
_DIFFERENT = 5
_GUESSED = (
    "everybodysbusiness",
    "everybody",
    "business",
    "safeguarding",
    "safeguard",
    "birmingham",
    "westmidlands",
    "council",
    "administrator",
    "admin",
    "password",
    "passwort",
    "letmein",
    "welcome",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx",
    "iloveyou",
    "football",
    "liverpool",
    "arsenal",
    "sunshine",
    "princess",
    "monkey",
    "dragon",
    "secret",
    "changeme",
    "staff",
    "summer",
    "winter",
    "autumn",
    "spring",
)
_SWAPPED = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_NUMBERS = re.compile(r"\d+")
# m=64 MiB, t=3, p=4: about 100 ms here, and memory that makes guessing by graphics card dear.
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, type=Type.ID)


def hashed(password: str) -> str:
    return _hasher.hash(_same(password))


def fits(hash_: str | None, password: str) -> bool:
    """Whether this is the password. Takes the same time when there is no hash. Never call it in a transaction."""
    try:
        return _hasher.verify(hash_ or _nobodys(), _same(password)) and hash_ is not None
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _nobodys() -> str:
    """A hash that no password fits: an unknown account takes as long to refuse as a known one."""
    return _hasher.hash(secrets.token_hex(32))


def fault(password: str, username: str) -> str | None:
    """Why this password may not be used: `short`, `long`, `obvious`, or None."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    return "obvious" if _is_obvious(password, username) else None


def _is_obvious(password: str, username: str) -> bool:
    folded = _same(password).casefold()
    if len(set(folded)) < _DIFFERENT or _is_row(folded):
        return True
    return any(len(_without_guessed(form, username)) < _LEFT for form in (folded, folded.translate(_SWAPPED)))


def _without_guessed(text: str, username: str) -> str:
    whole = letters = re.sub(r"[\W_]", "", text)
    for word in (*re.split(r"[\W_]+", username), *_GUESSED):
        if len(word) >= 3:
            letters = letters.replace(word.casefold(), "")
    # A year or 1234 beside a word that everybody tries adds nothing; digits of their own may be anything.
    return letters if letters == whole else _NUMBERS.sub("", letters)


def _is_row(text: str) -> bool:
    """abcdefghijkl, 210987654321: each character is the next or the one before."""
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}


def _same(password: str) -> str:
    # The same letters typed on another keyboard may arrive composed in another way.
    return unicodedata.normalize("NFKC", password)
