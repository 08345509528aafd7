"""Long text goes in pieces that fit, cut where it hurts least."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.placeholders import MANGLED, marks
from bot.translation.splitting import MOST_CHARACTERS, MOST_IN_URL, pieces


@given(st.text(max_size=50), st.integers(1, 200))
def test_the_pieces_joined_are_the_text_and_each_fits(text: str, times: int) -> None:
    long = text * times
    found = pieces(long)
    assert "".join(p.before + p.text + p.after for p in found) == long
    assert all(len(p.text) <= MOST_CHARACTERS for p in found)
    assert all(len(quote(p.text, errors="replace")) <= MOST_IN_URL for p in found)


@pytest.mark.parametrize("sentence", ["He hits him. ", "وہ مارتا ہے۔ ", "সে মারে। ", "他打他。"])
def test_pieces_end_where_sentences_end(sentence: str) -> None:
    found = pieces(sentence * 300)
    assert len(found) > 1
    assert all(piece.text.endswith(sentence.strip()) for piece in found)


@pytest.mark.parametrize("between", ["", "x", " "])
def test_a_placeholder_is_never_cut(between: str) -> None:
    text = between.join(f"[[{n}]]" for n in range(1, 100)) + "а" * 2_000 + "[[100]]"
    found = pieces(text)
    assert len(found) > 1
    assert sum((marks(piece.text) for piece in found), start=marks("")) == marks(text)
    assert all("[" not in MANGLED.sub("", piece.text) for piece in found)
