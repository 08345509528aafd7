"""A long referral on paper: the longest texts are cut where it says so, the short ones never, and it stays small."""

import dataclasses

import pytest

from bot.usecases.referral_form import Message
from bot.usecases.referral_paper import MOST_LETTERS, MOST_MESSAGES, on_paper
from tests.unit.staff.test_referral_pdf import AT, FORM


def said(*texts: str | None) -> tuple[Message, ...]:
    return tuple(Message(AT, text, "en", "ltr") for text in texts)


def test_an_ordinary_referral_is_printed_as_it_is() -> None:
    paper = on_paper(FORM)
    assert (paper.form, paper.cut, paper.left_out) == (FORM, False, 0)


def test_only_the_longest_are_cut_and_say_so() -> None:
    form = dataclasses.replace(FORM, messages=said("He is at number 12.", *["long " * 1_000] * 40, None))
    paper = on_paper(form)
    texts = [message.text for message in paper.form.messages]
    assert paper.cut
    assert texts[0] == "He is at number 12."
    assert texts[-1] is None
    assert all(text is not None and text.endswith(" […]") and text.startswith("long ") for text in texts[1:-1])
    assert sum(len(text or "") for text in texts) <= MOST_LETTERS + 40 * 4
    assert paper.form.words == form.words
    assert paper.form.subject == form.subject


@pytest.mark.parametrize("flood", ["a\n", "\u2028", "😀", "x\r\n"])
def test_lines_and_emojis_count_for_what_they_take(flood: str) -> None:
    form = dataclasses.replace(FORM, messages=said(*[(flood * 5_000)[:5_000]] * 10))
    paper = on_paper(form)
    assert paper.cut
    assert sum(len(message.text or "") for message in paper.form.messages) < MOST_LETTERS / 3


def test_answers_and_additions_are_cut_like_messages() -> None:
    form = dataclasses.replace(FORM, story=(("story", "s" * 40_000),), additions=("short", "a" * 40_000), messages=())
    paper = on_paper(form)
    assert paper.form.story[0][1].endswith("s […]")
    assert paper.form.additions[0] == "short"
    assert paper.form.additions[1].endswith("a […]")


def test_of_very_many_messages_the_newest_stay_and_the_others_are_counted() -> None:
    form = dataclasses.replace(FORM, messages=said(*(f"message {n}" for n in range(MOST_MESSAGES + 7))))
    paper = on_paper(form)
    assert paper.left_out == 7
    assert [m.text for m in paper.form.messages][:: MOST_MESSAGES - 1] == ["message 7", f"message {MOST_MESSAGES + 6}"]
    assert not paper.cut
