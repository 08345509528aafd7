from hypothesis import given
from hypothesis import strategies as st

from bot.safeguarding.reference import find_reference, looks_like_reference, new_reference, shown


def test_a_reference_is_sixteen_digits_shown_in_fours() -> None:
    reference = new_reference()
    assert len(reference) == 16
    assert reference.isdigit()
    assert [len(part) for part in shown(reference).split()] == [4, 4, 4, 4]


def test_it_is_found_however_it_was_typed() -> None:
    reference = new_reference()
    eastern = shown(reference).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for text in (reference, shown(reference), f"ref: {shown(reference)} thanks", eastern):
        assert find_reference(text) == reference


@given(st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(place: int, change: int) -> None:
    reference = new_reference()
    wrong = reference[:place] + str((int(reference[place]) + change) % 10) + reference[place + 1 :]
    assert find_reference(wrong) is None
    assert looks_like_reference(wrong)


def test_a_phone_number_is_no_reference() -> None:
    assert not looks_like_reference("07700 900123")
