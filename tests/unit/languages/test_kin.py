import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from bot.languages.kin import LETTERS, Kin

LINES = {
    "hi-Latn": ["padosi ki ladki roz roti hai", "mere pitaji bahut chinta karte hai", "us parivar ki ladki ko dekho"],
    "ur-Latn": ["hamsaye ki larki roz roti hai", "mere walid bohat fikar karte hain", "us khandan ki larki ko dekho"],
    "en": ["the girl next door cries every day", "look at that girl and the family", "the girl is crying again"],
}


letters = CountVectorizer(**LETTERS).build_analyzer()


def weigh(kin: Kin, text: str) -> NDArray[np.float64]:
    return kin.weigh(letters(text), text.split())


@pytest.fixture(scope="module")
def kin() -> Kin:
    return Kin.fit(LINES)


@pytest.mark.parametrize(("text", "code"), [("ladki roti hai", "hi-Latn"), ("larki roti hai", "ur-Latn")])
def test_one_letter_in_a_word_parts_them(kin: Kin, text: str, code: str) -> None:
    assert kin.codes[int(weigh(kin, text).argmax())] == code


@pytest.mark.parametrize("text", ["roz roti hai", "", "zzz"])
def test_the_shares_add_up_whatever_is_asked(kin: Kin, text: str) -> None:
    assert weigh(kin, text).sum() == pytest.approx(1)


def test_what_they_share_leaves_it_open(kin: Kin) -> None:
    shares = dict(zip(kin.codes, weigh(kin, "roz roti hai"), strict=True))
    assert shares["hi-Latn"] == pytest.approx(shares["ur-Latn"], rel=0.3)


def test_what_is_kept_weighs_as_what_was_fitted(kin: Kin) -> None:
    again = Kin(kin.codes, kin.grams, {name: array.astype(np.float16) for name, array in kin.arrays.items()})
    assert weigh(again, "padosi ki ladki") == pytest.approx(weigh(kin, "padosi ki ladki"), abs=0.01)
