"""Where an answer to "where?" is."""

from pathlib import Path

import pytest

from bot.directory.gazetteer import Gazetteer, load_aliases, load_gazetteer
from bot.directory.places import Places

SEVEN = ("Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton")


@pytest.fixture(scope="module")
def gazetteer(folder: Path) -> Gazetteer:
    return load_gazetteer(folder)


@pytest.mark.parametrize(
    ("said", "borough"),
    [
        ("B21 9QQ", "birmingham"),
        ("b219qq", "birmingham"),
        ("b 21 9 qq", "birmingham"),
        ("B\u0662\u0661 \u0669QQ", "birmingham"),
        ("I live in B21 9QQ Handsworth", "birmingham"),
        ("B21", "birmingham"),
        ("B37", "solihull"),
        ("b66", "sandwell"),
        ("ws1", "walsall"),
        ("DY1", "dudley"),
        ("CV1", "coventry"),
        ("WV1", "wolverhampton"),
        ("B36 0AA", "solihull"),
        ("b36 oaa", "solihull"),
        ("B36 8", "birmingham"),
        ("b369", "solihull"),
        ("handsworth mein", "birmingham"),
        ("near Handsworth Park", "birmingham"),
        ("Handsworth, West Midlands", "birmingham"),
        ("King\u2019s Heath", "birmingham"),
        ("KINGS HEATH", "birmingham"),
        ("Binley & Willenhall", "coventry"),
        ("smiths wood", "solihull"),
        ("Sutton Coldfield", "birmingham"),
        ("Halesowen", "dudley"),
        ("Smethwick, Birmingham", "sandwell"),
        ("west brom", "sandwell"),
        ("Birmingham Airport", "solihull"),
        ("Birmingham'da", "birmingham"),
        ("soho road", "birmingham"),
        ("Coventry Road, Small Heath", "birmingham"),
    ],
)
def test_one_borough_is_settled(places: Places, said: str, borough: str) -> None:
    place = places.resolve(said)
    assert (place.boroughs, place.ask, place.outside, place.borough) == ((borough,), None, False, borough)
    assert place.said == said


@pytest.mark.parametrize(
    ("said", "borough"),
    [
        ("Wolverhamton", "wolverhampton"),
        ("Birmingam", "birmingham"),
        ("coventary", "coventry"),
        ("dudly", "dudley"),
        ("Edgbastan", "birmingham"),
        ("Bournvile", "birmingham"),
        ("chelmsly wood, birmingham", "solihull"),
    ],
)
def test_small_misspellings_are_understood(places: Places, said: str, borough: str) -> None:
    assert places.resolve(said).borough == borough


@pytest.mark.parametrize(
    "said", ["wednesday", "Shipley", "Ashton", "asdf", "", "   ", "b22", "M6", "coventry road", "\ud800"]
)
def test_what_is_not_known_is_not_guessed(places: Places, said: str) -> None:
    place = places.resolve(said)
    assert (place.boroughs, place.ask, place.outside) == ((), None, False)


@pytest.mark.parametrize(
    ("said", "ask"),
    [
        ("Willenhall", {"Coventry", "Walsall"}),
        ("Moseley", {"Birmingham", "Wolverhampton"}),
        ("Castle Bromwich", {"Birmingham", "Solihull"}),
        ("Rubery", {"Birmingham", "Bromsgrove"}),
        ("Cradley", {"Dudley", "Sandwell"}),
        ("Stratford Road", {"Birmingham", "Solihull"}),
        ("B36", {"Birmingham", "Solihull"}),
        ("B45", {"Birmingham", "Bromsgrove"}),
        ("B26 3AB", {"Birmingham", "Solihull"}),
        ("WV14", {"Wolverhampton", "Dudley", "Walsall", "Sandwell"}),
        ("black country", {"Dudley", "Sandwell", "Walsall", "Wolverhampton"}),
        ("in the West Midlands", set(SEVEN)),
        ("the park", set(SEVEN)),
    ],
)
def test_the_ambiguous_is_asked(places: Places, said: str, ask: set[str]) -> None:
    place = places.resolve(said)
    assert set(place.ask or ()) == ask
    assert place.borough is None
    assert len(place.boroughs) != 1


@pytest.mark.parametrize(
    ("said", "borough"),
    [
        ("Willenhall, Walsall", "walsall"),
        ("Willenhall CV3", "coventry"),
        ("Moseley Birmingham", "birmingham"),
        ("Moseley, Wolverhampton", "wolverhampton"),
        ("Merry Hill, Dudley", "dudley"),
        ("B36 Chelmsley Wood", "solihull"),
        ("Castle Vale B35", "birmingham"),
        ("Park, Wolverhampton", "wolverhampton"),
        ("off the Stratford Road in Sparkhill", "birmingham"),
        ("Stratford Road, Shirley", "solihull"),
    ],
)
def test_area_and_town_or_postcode_settle_each_other(places: Places, said: str, borough: str) -> None:
    assert places.resolve(said).borough == borough


@pytest.mark.parametrize(
    "said",
    [
        "Birmingham B36",
        "Castle Bromwich, Birmingham",
        "Willenhall WV13",
        "Birmingham B62",
        "Stourbridge DY9",
        "Great Barr, Birmingham",
    ],
)
def test_a_post_town_settles_nothing_beside_its_own_postcodes(places: Places, said: str) -> None:
    assert places.resolve(said).ask


@pytest.mark.parametrize(
    "said",
    [
        "Coseley, Wolverhampton",
        "Hurst Hill, Wolverhampton",
        "Princes End, Wolverhampton",
        "Wood Green, Walsall",
        "Fallings Heath, Walsall",
        "Tividale Hall, Dudley",
        "Old Hill, Dudley",
    ],
)
def test_the_town_that_people_put_a_border_place_under_settles_nothing(places: Places, said: str) -> None:
    assert len(places.resolve(said).ask or ()) == 2


@pytest.mark.parametrize("said", ["Sparkhill, Coventry", "Handsworth B70", "Handsworth or Smethwick"])
def test_a_contradiction_is_asked(places: Places, said: str) -> None:
    assert len(places.resolve(said).ask or ()) == 2


@pytest.mark.parametrize(
    "said",
    [
        "London",
        "Bromsgrove",
        "SW1A 1AA",
        "B60",
        "CV8 2BB",
        "CV9",
        "Little Aston",
        "stoke on trent",
        "in Bath",
    ],
)
def test_outside_the_county(places: Places, said: str) -> None:
    place = places.resolve(said)
    assert (place.boroughs, place.ask, place.outside) == ((), None, True)


def test_every_outcode_is_settled_only_by_nearly_all_of_its_postcodes(places: Places, gazetteer: Gazetteer) -> None:
    for outcode, counts in gazetteer.outcodes.items():
        place = places.resolve(outcode)
        top = max(counts, key=lambda d: counts[d])
        if counts[top] >= 0.98 * sum(counts.values()):
            assert place.boroughs == (top,), outcode
        else:
            assert place.ask, outcode
            assert place.borough is None, outcode
            assert {places.display(d) for d in counts} - {"unallocated"} == set(place.ask), outcode


def test_every_sector_is_settled_only_by_nearly_all_of_its_postcodes(places: Places, gazetteer: Gazetteer) -> None:
    for sector, counts in gazetteer.sectors.items():
        for said in (sector, f"{sector}AB", sector.replace(" ", "") + "ab"):
            place = places.resolve(said)
            if place.borough:
                assert counts[place.borough] >= 0.98 * sum(counts.values()), said
            elif place.outside:
                assert not any(d in gazetteer.boroughs for d, n in counts.items() if n > 0.02 * sum(counts.values()))
            else:
                assert place.ask, said


def test_every_outcode_outside_is_outside(places: Places, gazetteer: Gazetteer) -> None:
    assert all(places.resolve(outcode).outside for outcode in gazetteer.outside_outcodes)


def test_every_name_gives_its_borough_or_a_question_that_offers_it(places: Places, gazetteer: Gazetteer) -> None:
    for name, record in gazetteer.names.items():
        place = places.resolve(name)
        offered = set(place.ask or ()) or {places.display(b) for b in place.boroughs}
        assert offered >= {places.display(d) for d in record.districts}, name
        if len(record.districts) > 1:
            assert place.ask, name


def test_the_answer_to_the_question_settles_it(places: Places, gazetteer: Gazetteer) -> None:
    for outcode in gazetteer.outcodes:
        for choice in places.resolve(outcode).ask or ():
            chosen = places.resolve(choice)
            assert chosen.outside or chosen.borough == choice.lower(), choice


def test_names_in_other_scripts(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "places.yml").write_bytes((folder / "places.yml").read_bytes())
    (tmp_path / "aliases").mkdir()
    (tmp_path / "aliases" / "ur.yml").write_text(
        'aliases: {"برمنگھم": Birmingham, "ہینڈزورتھ": Handsworth}',
        encoding="utf-8",
    )
    (tmp_path / "aliases" / "zh.yml").write_text('aliases: {"\u8003\u6587\u5782": Coventry}', encoding="utf-8")
    (tmp_path / "aliases" / "pa.yml").write_text(
        'aliases: {"\u0a35\u0a3f\u0a32\u0a28\u0a39\u0a3e\u0a32": Willenhall}', encoding="utf-8"
    )
    known = Places.load(tmp_path)
    assert known.resolve("\u0628\u0631\u0645\u0646\u06af\u06be\u0645 \u0645\u06cc\u06ba").borough == "birmingham"
    assert known.resolve("\u06c1\u06cc\u0646\u0688\u0632\u0648\u0631\u062a\u06be").name == "Handsworth"
    assert known.resolve("\u5728\u8003\u6587\u5782\u9644\u8fd1").borough == "coventry"
    assert known.resolve("\u0a35\u0a3f\u0a32\u0a28\u0a39\u0a3e\u0a32").ask
    assert known.find_in("\u6211\u5728\u8003\u6587\u5782\u770b\u5230\u4e00\u4e2a\u5b69\u5b50") is not None


def test_every_packaged_alias_means_what_its_english_name_means(folder: Path, places: Places) -> None:
    for said, english in load_aliases(folder).items():
        meant, read = places.resolve(english), places.resolve(said)
        assert meant.name, f"{said}: no place is called {english}"
        assert (read.boroughs, read.ask, read.outside) == (meant.boroughs, meant.ask, meant.outside), said
