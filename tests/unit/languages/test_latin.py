"""Latin letters for comparing: what sounds alike in kin languages is spelled alike."""

import pytest

from bot.languages.latin import consonants, in_latin
from bot.languages.normalise import for_matching


@pytest.mark.parametrize(
    ("texts", "spelled"),
    [
        (("بچہ", "बच्चा", "ਬੱਚਾ", "bacha", "bachcha"), {"bch", "bchch"}),
        (("khana", "kana", "खाना", "کھانا"), {"kn", "khn"}),
        (("чоловік", "človek"), {"chlvk"}),
        (("دیتا", "deta", "देता"), {"dt", "dit"}),
        (("wazir", "vazir", "vajeer"), {"vjr"}),
    ],
)
def test_one_word_in_many_spellings(texts: tuple[str, ...], spelled: set[str]) -> None:
    assert {consonants(in_latin(for_matching(text))).strip() for text in texts} <= spelled


@pytest.mark.parametrize("text", ["", "  ", "🆘🔪", "ሰላም", "呼吸", "สวัสดี", "\ud800", "a" * 5000])
def test_anything_is_read_and_only_plain_letters_come_out(text: str) -> None:
    latin = in_latin(for_matching(text))
    assert latin.isascii()
    assert set(latin) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert len(consonants(latin)) <= len(latin)


def test_words_stay_apart() -> None:
    assert consonants(in_latin(" he has a knife . help ")).split() == ["h", "hs", "a", "knf", "hlp"]
