"""What must not leave the process does not leave it, and comes back as it was."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import TranslationFailed
from bot.languages.normalise import fold
from bot.translation.personal import redact
from bot.translation.placeholders import MOST, marks, without

# What people write around their secrets: any script, with the characters that could confuse us more often.
WORDS = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(" []［］【0123۴५.,-/()@:'\n{}\u200d")), max_size=30)
SECRETS = {
    "phone": "0121 303 1888",
    "abroad": "+92 (300) 123-4567",
    "dotted": "07700.900.123",
    "urdu digits": "۰۷۷۰۰ ۹۰۰۱۲۳",
    "bengali digits": "০৭৭০০৯০০১২৩",
    "full width": "０１２１ ３０３ １８８８",
    "keycaps": "0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣",
    "with a zero-width space": "0770\u200b0900\u200b123",
    "e-mail": "ali.k+x@mail.example.co.uk",
    "handle": "@ali_99",
    "url": "https://example.org/a?b=c",
    "bare url": "wa.me/447700900123",
    "domain": "school.co.uk",
    "postcode": "B21 9AA",
    "postcode in small letters": "b219aa",
    "postcode with a letter O": "B2O 1AA",
    "outcode": "B21",
    "sector": "WS10 7",
    "address": "12 Grove Lane",
    "date of birth": "03/04/2015",
    "short date": "3.4.15",
    "written date": "3rd of April 2015",
    "american date": "April 3, 2015",
    "reference": "4929 1234 5678 9016",
    "run-on reference": "4929123456789016",
    "NHS number": "943 476 5919",
    "National Insurance": "QQ 12 34 56 C",
    "car": "BD51 SMR",
    "catalogue field": "{n999}",
    "999": "999",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("around", ["{} hai", "اس کا {} ہے", "She wrote: {}.", "نام({})", "{}"])
def test_each_kind_of_secret_is_replaced(secret: str, around: str) -> None:
    leaving = redact(around.replace("{}", secret))
    kept = [value for value in leaving.values if secret in value]
    assert kept
    assert secret not in leaving.text
    assert not any(c.isdigit() for c in without(leaving.text))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("he lives at 12 on the main road", "12"),
        ("house no. 12b near the mosque", "12b"),
        ("flat 3, second floor", "3"),
        ("ul. Długa 12/4", "12/4"),
        ("mieszka przy ulicy ul. Długa 12", "12"),
        ("مکان نمبر ۱۲ گرو روڈ", "۱۲"),
        ("ਘਰ ਨੰਬਰ 12", "12"),
        ("শারিফ ১২ নম্বর স্টেশন রোড", "১২"),
        ("شارع الملك 12", "12"),
        ("urodzony 3 kwietnia 2015", "3"),
        ("2015年4月3日", "4"),
        ("۳ اپریل ۲۰۱۵ کو پیدا ہوا", "۳"),
    ],
)
def test_a_number_beside_a_street_a_door_or_a_year_is_replaced(text: str, number: str) -> None:
    leaving = redact(text)
    assert number in leaving.values
    assert not any(c.isdigit() for c in without(leaving.text))


@pytest.mark.parametrize(
    "text",
    ["He is 7 and his sister 12.", "It happened 3 times at 10:30", "2, 3 or 4 children", "1 yes 2 no", "7/8 times"],
)
def test_ages_counts_and_times_stay_where_they_tell_the_story(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Sara hit him", "Sara Khan"),
        ("SARA's dad", "sara"),
        ("mr khan came", "Sara Khan"),
        ("Zoë", "Zoe"),
        ("Łukasz pije", "Lukasz"),
        ("O’Neil", "O'Neil"),
        ("سارہ خان", "Sara Khan"),
        ("زینب", "Zainab"),
        ("زينب", "زینب"),
        ("ਜ਼ੈਨਬ", "Zainab"),
        ("मोहम्मद", "Mohammed"),
        ("মোহাম্মদ", "Mohammed"),
        ("Зайнаб", "Zainab"),
        ("احمد", "Ahmed"),
        ("Ahmed", "احمد"),
        ("علی", "Ali"),
        ("王小明打我", "王小明"),
        ("สมชายตีเขา", "สมชาย"),
        ("민수가", "민수"),
        ("Jo", "Jo"),
        ("አበበ", "Abebe"),
        ("ਹਰਪ੍ਰੀਤ ਸਿੰਘ", "Harpreet Singh"),
        ("خان", "Khan"),
        ("Юсуф", "Yusuf"),
    ],
)
def test_a_known_name_is_replaced_in_any_case_and_script(text: str, known: str) -> None:
    leaving = redact(f"{text} .", [known])
    assert leaving.values
    assert not {fold(word) for word in re.findall(r"\w+", leaving.text)} & {fold(word) for word in known.split()}
    assert leaving.text != f"{text} ."


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Alice came", "Ali"),
        ("the market", "Mark"),
        ("وہ کون ہے", "Khan"),
        ("لو سمحت", "Ali"),
        ("no name", ""),
        ("a", "-"),
    ],
)
def test_other_words_stay(text: str, known: str) -> None:
    assert redact(text, [known]).text == text


def test_first_name_and_surname_are_one_placeholder() -> None:
    assert redact("I saw Sara Khan today", ["Sara Khan"]).text == "I saw [[1]] today"


@given(WORDS, st.lists(st.text(min_size=1, max_size=8), max_size=3))
@example("[[1]] ] 5 [ [[2", [])
@example("] 5 ali@x.com", [])
@example("[[[0121 303 1888]]]", [])
@example("\ud800 0121 303 1888", ["\udfff"])
@example("İstanbul ﬁne 12\u0301", ["i\u0307"])
def test_what_is_replaced_comes_back_as_it_was(text: str, known: list[str]) -> None:
    leaving = redact(text, known)
    numbers = range(1, len(leaving.values) + 1)
    assert marks(leaving.text) == dict.fromkeys(numbers, 1)
    assert leaving.restore(leaving.text) == text
    # Also the long way round, by one character more.
    assert leaving.restore(f"{leaving.text}\u3002").replace(" ", "") == f"{text}\u3002".replace(" ", "")


@given(WORDS, st.sampled_from(sorted(SECRETS.values())), WORDS)
def test_no_secret_is_in_what_is_sent_whatever_stands_around_it(before: str, secret: str, after: str) -> None:
    leaving = redact(f"{before} {secret} {after}", [])
    assert secret not in leaving.text
    sent = "".join(str(unicodedata.digit(c, c)) for c in without(leaving.text))
    assert not re.search(r"\d{3}|@[^\W\d]", "".join(c for c in sent if c.isdecimal() or not c.isnumeric()))


@given(WORDS, st.sampled_from(["Zainab", "زینب", "Núñez", "李小龍", "ਜ਼ੈਨਬ"]), WORDS)
def test_no_known_name_is_in_what_is_sent_whatever_stands_around_it(before: str, name: str, after: str) -> None:
    leaving = redact(f"{before} {name.upper()} {after}", [name])
    assert fold(name) not in [fold(word) for word in re.split(r"[\s\[\]]+", leaving.text)]


def test_a_swallowed_space_does_not_join_two_numbers() -> None:
    leaving = redact("07700 900123 oder: 0121 303 1888 und 5")
    first, second = leaving.values
    assert leaving.restore("[[1]][[2]]5") == f"{first} {second} 5"


def test_more_secrets_than_can_be_kept_are_refused() -> None:
    with pytest.raises(TranslationFailed) as caught:
        redact("ali@x.com, " * (MOST + 1))
    assert caught.value.code == "placeholders"


def test_nothing_shows_when_it_is_printed() -> None:
    assert "303" not in repr(redact("0121 303 1888"))
