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
