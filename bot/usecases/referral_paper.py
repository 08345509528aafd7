"""How much of a referral goes on paper: setting type is slow, and a person can write to us without end."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.usecases.referral_form import ReferralForm

# In letters. About fifteen pages, and at the worst, with an emoji for every letter, ten seconds.
MOST_LETTERS = 30_000
MOST_MESSAGES = 300
_MARK = " […]"
_ENDS_A_LINE = frozenset("\n\r\v\f\x85\u2028\u2029")


@dataclass(frozen=True)
class Paper:
    """The form as it is printed. `cut`: texts that end in […] are longer; `left_out`: so many older messages."""

    form: ReferralForm
    cut: bool
    left_out: int


def on_paper(form: ReferralForm) -> Paper:
    """Only the longest of the person's texts are cut, all to one length; what staff and agency wrote is whole."""
    messages, additions = form.messages[-MOST_MESSAGES:], form.additions[-MOST_MESSAGES:]
    pairs = (*form.subject, *form.story, *form.reporter)
    most = _longest(_cost(text) for text in (*(v for _, v in pairs), *additions, *(m.text or "" for m in messages)))
    if not math.isinf(most):
        form = replace(
            form,
            subject=_pairs(form.subject, most),
            story=_pairs(form.story, most),
            reporter=_pairs(form.reporter, most),
        )
        additions = tuple(_cut(text, most) for text in additions)
        messages = tuple(replace(m, text=m.text and _cut(m.text, most)) for m in messages)
    left_out = len(form.messages) - len(messages) + len(form.additions) - len(additions)
    return Paper(replace(form, messages=messages, additions=additions), not math.isinf(most), left_out)


def _longest(costs: Iterable[int]) -> float:
    """What a text may cost so that all of them fit; infinite when they do as they are."""
    left, waiting = float(MOST_LETTERS), sorted(costs)
    for place, cost in enumerate(waiting):
        share = left / (len(waiting) - place)
        if cost > share:
            return share
        left -= cost
    return math.inf


def _cost(text: str) -> int:
    return sum(map(_letter_cost, text))


def _letter_cost(letter: str) -> int:
    """Measured: a new line takes as long as a line's letters do, an emoji as long as eight."""
    if letter in _ENDS_A_LINE:
        return 60
    return 8 if ord(letter) > 0xFFFF else 1


def _pairs(pairs: tuple[tuple[str, str], ...], most: float) -> tuple[tuple[str, str], ...]:
    return tuple((name, _cut(text, most)) for name, text in pairs)


def _cut(text: str, most: float) -> str:
    spent = 0
    for place, letter in enumerate(text):
        spent += _letter_cost(letter)
        if spent > most:
            return text[:place].rstrip() + _MARK
    return text
