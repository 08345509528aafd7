from hypothesis import given
from hypothesis import strategies as st

from bot.languages.normalise import _MOST_KEPT, _Table, clean, fold, for_matching


def test_words_come_out_in_one_form() -> None:
    assert for_matching("She ISN'T breathing!! Helppppp") == " she isnt breathing . help "
    assert for_matching("Zażółć ŁÓDŹ") == " zazolc lodz "


def test_accents_can_be_kept() -> None:
    assert for_matching("Zażółć ŁÓDŹ, CÔ ấy, Η μητέρα", accents=True) == " zażółć łódź , cô ấy , η μητέρα "
    assert for_matching("مدرسة رأس", accents=True) == for_matching("مدرسة رأس")


def test_vowel_signs_of_indic_scripts_are_kept() -> None:
    assert for_matching("ডাক্তার ডাকুন।").split()[0] == "ডাক্তার"
    assert "ਬੱਚਾ" in for_matching("ਬੱਚਾ ਰੋਂਦਾ")


def test_arabic_letters_that_people_swap_become_the_same() -> None:
    assert for_matching("مدرسة") == for_matching("مدرسه")
    assert for_matching("علي") == for_matching("على")


def test_greek_and_cyrillic_letters_that_phones_leave_plain_become_the_same() -> None:
    assert fold("Τον χτυπάει, βοήθεια!") == fold("τον χτυπαει, βοηθεια!")
    assert fold("ребёнок ґвалт") == fold("ребенок гвалт")
    assert fold("мой") != fold("мои")
    assert fold("її") != fold("іі")


def test_geez_letters_that_sound_alike_become_the_same() -> None:
    assert fold("ዓለም ፀሐይ ሃገር ሥራ ኃይል") == fold("አለም ጸሀይ ሀገር ስራ ሀይል")
    assert fold("ሰላም") != fold("ሸላም")


def test_digits_of_every_script_become_ascii() -> None:
    assert fold("۱۲۳ ٤٥٦ ৭৮৯ ੧੨ ፩") == "123 456 789 12 1"


def test_cleaning_removes_controls_and_direction_marks_but_no_letter() -> None:
    assert clean("a\x00b\u202ec\u200b d\ud800") == "abc d"
    assert clean("नमस्ते\nவணக்கம்") == "नमस्ते\nவணக்கம்"


@given(st.text())
def test_any_text_can_be_cleaned_and_matched(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert for_matching(text).startswith(" ")


def test_a_table_of_characters_does_not_grow_for_ever() -> None:
    table = _Table(str.upper)
    assert "".join(map(chr, range(_MOST_KEPT + 100))).translate(table)
    assert len(table) == _MOST_KEPT
    assert "aé\U0001f600".translate(table) == "AÉ\U0001f600"
