"""A place mentioned inside a longer text is used; an ordinary word never is."""

import pytest

from bot.directory.places import Places


@pytest.mark.parametrize(
    ("story", "borough"),
    [
        ("the boy next door in Handsworth is always hungry", "birmingham"),
        ("They live at B36 0AA and the baby screams every night", "solihull"),
        ("kids outside alone near Smethwick at midnight", "sandwell"),
        ("in Shirley there is a girl who never goes out", "solihull"),
    ],
)
def test_a_place_is_found(places: Places, story: str, borough: str) -> None:
    place = places.find_in(story)
    assert place is not None
    assert place.borough == borough


@pytest.mark.parametrize(
    ("story", "borough"),
    [
        ("住隔壁那家的小男孩天天挨打,我在Selly Oak", "birmingham"),
        ("외사촌이 Erdington에서 혼자 산다", "birmingham"),
        ("ውስጥ ልጁን ይመታል በWalsall", "walsall"),
        ("他们住B21区", "birmingham"),
        ("susjed u Handsworthu tuče sina", "birmingham"),
        ("fociedző vagyok Kings Heathben", "birmingham"),
        ("şagirtekî min li dibistana Walsallê", "walsall"),
        ("ambuya vari kuPerry Barr vanorohwa", "birmingham"),
        ("sąsiadka w Aston krzyczy na dziecko", "birmingham"),
        ("ek aunty aston mein akeli rehti hain", "birmingham"),
        ("এস্টনে একটা বাচ্চা একা থাকে", "birmingham"),
        ("the lad from Handsworth's chippy is always hungry", "birmingham"),
    ],
)
def test_a_place_is_found_as_other_languages_write_it(places: Places, story: str, borough: str) -> None:
    place = places.find_in(story)
    assert place is not None
    assert place.borough == borough


@pytest.mark.parametrize("story", ["she lives in Castle Bromwich with him", "they moved from Coventry to Handsworth"])
def test_an_unclear_place_is_a_question(places: Places, story: str) -> None:
    place = places.find_in(story)
    assert place is not None
    assert place.ask
    assert place.borough is None


@pytest.mark.parametrize(
    "story",
    [
        "my neighbour Shirley hits her son",
        "Bradley shouts at the kids",
        "walking in the park by the castle on the green",
        "he cried b4 school m8",
        "so 2 4 us it looked bad",
        "he drives a Bentley and hits her",
        "there is no Dudley here, i Shirley wrote this",
        "شرلی اپنے بیٹے کو مارتی ہے",
        "they greet nobody, the maypole fell",
        "my sister in London told me",
        "a house on Coventry Road",
        "an Aston Villa shirt",
        "Handswurth, Edgbastan",
        "",
    ],
)
def test_ordinary_words_people_and_streets_are_left_alone(places: Places, story: str) -> None:
    assert places.find_in(story) is None
