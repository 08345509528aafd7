"""Whatever slips into the spelling of a place, no other borough is believed."""

import random
from collections.abc import Callable, Iterator
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory.gazetteer import Gazetteer, load_gazetteer
from bot.directory.name_table import key, table_of
from bot.directory.places import Place, Places
from bot.settings import ROOT

GAZETTEER = load_gazetteer(ROOT / "data" / "directory")
PLACES = Places.load(ROOT / "data" / "directory")
# "he Knowle" says Knowle; nobody would read The Knowle, in Sandwell, from it.
NO_SLIP = {"he knowle"}

Slip = Callable[[str, int, random.Random], str]


def missed(name: str, at: int, rng: random.Random) -> str:
    return name[:at] + name[at + 1 :]


def added(name: str, at: int, rng: random.Random) -> str:
    return name[:at] + rng.choice(ascii_lowercase) + name[at:]


def changed(name: str, at: int, rng: random.Random) -> str:
    return name[:at] + rng.choice(ascii_lowercase) + name[at + 1 :]


def swapped(name: str, at: int, rng: random.Random) -> str:
    return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]


def doubled(name: str, at: int, rng: random.Random) -> str:
    return name[:at] + name[at] + name[at:]


def with_slips(gazetteer: Gazetteer, slip: Slip) -> Iterator[tuple[str, set[str]]]:
    """One slip in each name, anywhere, unless it makes another known name; and the districts of the name."""
    known = table_of(gazetteer)
    rng = random.Random(slip.__name__)
    for name in sorted({key(name) for name in gazetteer.names}):
        said = slip(name, rng.randrange(len(name)), rng)
        if key(said) not in known and said not in NO_SLIP:
            yield said, set(known[name].districts)


def is_honest(place: Place, districts: set[str]) -> bool:
    """Right, asked back with the right one among the choices, or not recognised."""
    if place.ask:
        return bool({PLACES.display(d) for d in districts} & set(place.ask))
    return place.outside is False and (place.borough is None or districts == {place.borough})


@pytest.mark.parametrize("slip", [missed, added, changed, swapped, doubled])
def test_a_slip_leads_to_no_other_borough(slip: Slip) -> None:
    read = [(said, districts, PLACES.resolve(said)) for said, districts in with_slips(GAZETTEER, slip)]
    assert [(said, place) for said, districts, place in read if not is_honest(place, districts)] == []
    assert len(read) > 600
    understood = [place for _, _, place in read if place.boroughs or place.ask]
    assert len(understood) > 0.65 * len(read)


def test_words_run_together_are_parted() -> None:
    names = [name for name in GAZETTEER.names if " " in key(name)]
    together = {name: PLACES.resolve(key(name).replace(" ", "")) for name in names}
    assert [n for n, place in together.items() if not is_honest(place, set(GAZETTEER.names[n].districts))] == []
    assert sum(bool(place.boroughs or place.ask) for place in together.values()) > 0.95 * len(names)


@pytest.mark.parametrize(
    "said",
    ["my country", "the bottle", "bullying", "a deadly one", "wednesday", "meri penn", "mossend", "la2", "ba66al"],
)
def test_everyday_words_are_no_slips(said: str) -> None:
    place = PLACES.resolve(said)
    assert (place.boroughs, place.ask, place.outside) == ((), None, False)


@pytest.mark.parametrize("said", ["Hockley Heth", "Dudley Prt", "Birmingham Airprt", "Solihull Lodg", "Bentley Heaf"])
def test_a_slip_in_a_longer_name_doubts_the_shorter_one(said: str) -> None:
    place = PLACES.resolve(said)
    assert place.borough is None
    assert len(place.ask or ()) > 1


def test_a_long_tale_with_no_name_in_it_has_no_place() -> None:
    tale = "he crys evry nite and noone opens the dor, the mum shouts and the boy is allways hungry and thin " * 60
    assert PLACES.resolve(tale) == Place(tale, "")
    assert PLACES.resolve(tale[:280]).name == ""


def test_a_long_answer_keeps_the_place_at_its_end() -> None:
    tale = "he cries every night and nobody opens the door " * 20
    assert PLACES.resolve(f"{tale}, they live in Handsworth").borough == "birmingham"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_nothing_that_is_typed_breaks_it(said: str) -> None:
    place = PLACES.resolve(said)
    assert place.said == said
    assert place.ask is None or len(place.ask) > 1
