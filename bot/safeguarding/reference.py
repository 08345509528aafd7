"""Reference codes: 16 digits, shown in fours, so that they look like nothing in particular on a phone."""

import re
import secrets

from bot.languages.normalise import fold

LENGTH = 16
_SHAPE = re.compile(r"(?<!\d)(?:\d[ \-.]?){15}\d(?!\d)")


def new_reference() -> str:
    """15 random digits and a Luhn check digit. The first is never 0, so no leading digit is lost in a spreadsheet."""
    body = str(secrets.randbelow(9) + 1) + "".join(str(secrets.randbelow(10)) for _ in range(LENGTH - 2))
    return body + _check_digit(body)


def shown(reference: str) -> str:
    """`1234 5678 9012 3456`."""
    return " ".join(reference[i : i + 4] for i in range(0, LENGTH, 4))


def find_reference(text: str) -> str | None:
    """A well-formed reference in the text, in digits of any script; None when there is none or a digit is wrong."""
    for match in _SHAPE.finditer(fold(text)):
        digits = re.sub(r"\D", "", match.group())
        if _check_digit(digits[:-1]) == digits[-1]:
            return digits
    return None


def looks_like_reference(text: str) -> bool:
    """16 digits, right or mistyped."""
    return _SHAPE.search(fold(text)) is not None


def _check_digit(body: str) -> str:
    # Luhn, https://en.wikipedia.org/wiki/Luhn_algorithm: doubles every second digit counted from the check digit.
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
