"""Names in other scripts: as the tables spell them, with what a language glues on, or by their consonants."""

import pytest

from bot.directory.places import Places
from bot.directory.scripts import latin_skeleton, skeleton


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("হারবর্ন", "harborne"),
        ("हार्बोर्न", "harborne"),
        ("ኪንግስዊንፎርድ", "kingswinford"),
        ("キングスタンディング", "kingstanding"),
        ("стечфорд", "stechford"),
        ("ڈربی اینڈ", "darby end"),
        ("કિંગ્સવિનફોર્ડ", "kingswinford"),
    ],
)
def test_a_name_has_the_same_consonants_in_every_script(written: str, name: str) -> None:
    assert skeleton(written) == latin_skeleton(name)


@pytest.mark.parametrize(
    ("said", "borough"),
    [
        ("हारबोर्न", "birmingham"),
        ("बर्मिंगहैम", "birmingham"),
        ("بێرمینگەهام", "birmingham"),
        ("স্টেচফোর্ড", "birmingham"),
        ("પર્મિંગામ બર્મિંગહામ", "birmingham"),
        ("بالبرمنغهام", "birmingham"),
        ("وفي كوفنتري", "coventry"),
        ("በበርሚንግሃም", "birmingham"),
        ("பர்மிங்காமில்", "birmingham"),
        ("ബർമിംഗ്ഹാമിൽ", "birmingham"),
        ("Вулверхэмптоне", "wolverhampton"),
        ("버밍엄에서", "birmingham"),
        ("我住在考文垂附近", "coventry"),
    ],
)
def test_a_name_is_found_under_what_its_language_adds(places: Places, said: str, borough: str) -> None:
    assert places.resolve(said).borough == borough


@pytest.mark.parametrize(
    "said",
    [
        "کوونٹری روڈ",
        "শারীরিক",
        "شارع برمنغهام",
        "улица Бирмингем",
        "考文垂路",
        "برمنگھم نہیں",
        "не в Бирмингеме",
        "我不在伯明翰",
        "انٹرنیٹ",
        "الصغير",
        "تساعدوني",
        "ਗਲਤ ਲਿਖਿਆ",
        "فہرست دکھاؤ",
    ],
)
def test_a_street_a_denial_and_an_everyday_word_are_no_place(places: Places, said: str) -> None:
    place = places.resolve(said)
    assert (place.boroughs, place.ask, place.outside) == ((), None, False)


@pytest.mark.parametrize("said", ["विलेनहॉल", "बेयरवुड", "मोज़ली", "ویسٹ مڈلینڈز", "西米德兰兹"])
def test_an_ambiguous_name_stays_ambiguous(places: Places, said: str) -> None:
    place = places.resolve(said)
    assert place.ask
    assert place.borough is None


def test_an_unknown_name_is_never_guessed_inside_a_story(places: Places) -> None:
    assert places.find_in("किंगस्टैंडिंग में एक बच्चा रो रहा है") is None
    found = places.find_in("हैंड्सवर्थ में एक बच्चा रो रहा है")
    assert found is not None
    assert found.borough == "birmingham"
