"""Open Referral UK in: what comes from elsewhere waits for a person, keeps what it said, or is refused in one line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.directory.agencies import Number, Weekly
from bot.directory.gazetteer import BOROUGHS
from bot.directory.open_referral import Json
from bot.directory.open_referral_in import agencies_of
from bot.errors import DataError
from tests.unit.directory.services_elsewhere import SCHEMA, TODAY, elsewhere, read


def test_a_service_from_elsewhere_waits_with_an_id_of_its_own() -> None:
    agency = read()
    assert agency.id.startswith("walsall_listening_line_")
    assert agency.id != read(id="another").id
    assert read(name="নারী").id.startswith("imported_")
    assert (agency.publish, agency.confirmed, agency.unpublished_because) == (False, False, "Imported")
    assert agency.phone == Number(display="01922 123456", e164="+441922123456")
    assert (agency.boroughs, agency.handles, agency.hours) == (("walsall",), frozenset(), None)
    assert agency.free is None
    assert agency.source == ("Open Referral UK service ac148810-d857-441c-9679-408f346de14b",)


def test_what_has_no_field_is_kept_for_whoever_rings() -> None:
    agency = read(
        description="For  carers.\nAsk for Ann.",
        interpretation_services="Polish, by arrangement",
        url="http://line.example/",
        phones=[
            {"number": "01922 123456", "extension": 12},
            {"number": "01922 123457", "type": "fax"},
            {"number": "01922 123458"},
        ],
        schedules=[{"freq": "MONTHLY", "byday": "1SA", "opens_at": "09:00", "closes_at": "17:00"}],
        cost_options=[{"amount": 3.5}],
        languages=[{"name": "Romani"}, {"code": "pl"}],
        minimum_age=None,
        metadata=[{"anything": "else"}],
    )
    for kept in ("For carers. Ask for Ann.", "Polish", "http://line.example/", "12", "fax", "01922 123458"):
        assert kept in (agency.notes or "")
    for kept in ("1SA", "3.5", "Romani"):
        assert kept in (agency.notes or "")
    assert (agency.web, agency.hours, agency.languages) == (None, None, ("pl",))


@pytest.mark.parametrize(
    ("areas", "boroughs"),
    [
        ([{"name": "Walsall"}, {"name": "DUDLEY"}], ("walsall", "dudley")),
        ([{"name": "Brum", "uri": "https://x.example/id/E08000025"}], ("birmingham",)),
        ([{"extent": "E92000001"}], "uk"),
        ([{"name": "West Midlands", "extent": "E11000005"}], BOROUGHS),
        (
            [{"name": "Birmingham", "extent": "E08000025"}, {"name": "Bromsgrove", "extent": "E07000234"}],
            ("birmingham",),
        ),
    ],
)
def test_an_area_is_told_by_its_code_or_its_name(areas: list[Json], boroughs: object) -> None:
    assert read(service_areas=areas).boroughs == boroughs


WEEKDAYS = {"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR"}


@pytest.mark.parametrize(
    ("spans", "monday"),
    [
        ([("09:00Z", "17:00:00Z")], "09:00-17:00"),
        ([("09:00+01:00", "24:00")], "09:00-23:59"),
        ([("13:00", "17:00"), ("09:00", "12:00")], "09:00-12:00, 13:00-17:00"),
        ([("09:00", "13:00"), ("12:00", "17:00")], "09:00-17:00"),
    ],
)
def test_a_week_from_elsewhere_becomes_hours(spans: list[tuple[str, str]], monday: str) -> None:
    hours = read(schedules=[WEEKDAYS | {"opens_at": opens, "closes_at": closes} for opens, closes in spans]).hours
    assert isinstance(hours, Weekly)
    assert ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in hours.days["mon"]) == monday
    assert hours.days["sat"] == ()
    assert hours.bank_holidays == "unknown"


@pytest.mark.parametrize(
    "schedule",
    [
        WEEKDAYS | {"opens_at": "09:00"},
        WEEKDAYS | {"opens_at": "22:00", "closes_at": "02:00"},
        WEEKDAYS | {"opens_at": "09:00-05:00", "closes_at": "17:00-05:00"},
        WEEKDAYS | {"opens_at": "09:00", "closes_at": "17:00", "interval": 2},
        WEEKDAYS | {"opens_at": "09:00", "closes_at": "17:00", "until": "2026-12-20"},
        {"freq": "WEEKLY", "byday": "1MO", "opens_at": "09:00", "closes_at": "17:00"},
        {"description": "Mornings"},
    ],
)
def test_hours_that_a_week_cannot_say_are_unknown(schedule: Json) -> None:
    assert read(schedules=[schedule]).hours is None


def test_christmas_hours_are_not_taken_for_every_week() -> None:
    usual = WEEKDAYS | {"opens_at": "09:00", "closes_at": "17:00"}
    special = {"freq": "WEEKLY", "byday": "SU", "opens_at": "10:00", "closes_at": "12:00"}
    assert read(schedules=[usual, special | {"valid_from": "2026-12-20", "valid_to": "2027-01-02"}]).hours is None


def test_every_day_at_all_hours_is_always() -> None:
    whole = {"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU", "opens_at": "00:00", "closes_at": "23:59"}
    assert read(schedules=[whole]).hours == "always"
    assert read(schedules=[whole | {"closes_at": "00:00"}]).hours == "always"


@pytest.mark.parametrize(
    ("changes", "left_out"),
    [
        ({"status": "defunct"}, (1, 0)),
        ({"service_areas": [{"name": "Bromsgrove"}]}, (0, 1)),
        # There are other Birminghams.
        ({"service_areas": [{"name": "Birmingham", "extent": "E07000234"}]}, (0, 1)),
    ],
)
def test_a_service_that_has_ended_or_is_elsewhere_is_left_out(changes: Json, left_out: tuple[int, int]) -> None:
    found = agencies_of([elsewhere(**changes)], TODAY, "Imported")
    assert found.agencies == ()
    assert (found.inactive, found.elsewhere) == left_out


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ...}, "name"),
        ({"id": ...}, "id"),
        ({"id": 7}, "id"),
        ({"status": "open"}, "status"),
        ({"name": ["x"]}, "name"),
        ({"name": ""}, "name"),
        ({"name": "Line\u202e"}, "name"),
        ({"name": "Line\x1b[2J"}, "name"),
        ({"name": "Line\ud800"}, "name"),
        ({"email": "not an address"}, "email"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"phones": [{"number": "01922 12345"}]}, "phones.0.number"),
        ({"phones": [{"number": "0800 CHILD"}]}, "phones.0.number"),
        ({"phones": [{"number": "303188"}]}, "phones.0.number"),
        ({"phones": [{"number": 999}]}, "phones.0.number"),
        ({"phones": [{}]}, "phones.0.number"),
        ({"phones": {"number": "999"}}, "phones"),
        ({"phones": [{"number": "01922 123456"}, {"number": "1" * 100_000}]}, "phones.1.number"),
        ({"service_areas": ...}, "service_areas"),
        ({"service_areas": []}, "service_areas"),
        ({"status": "defunct", "phones": [{"number": "12345"}]}, "phones.0.number"),
        ({"minimum_age": "12"}, "minimum_age"),
        ({"minimum_age": 18, "maximum_age": 5}, "ages"),
        ({"maximum_age": 12.5}, "maximum_age"),
        ({"maximum_age": 1e999}, "maximum_age"),
        ({"assured_date": "last week"}, "assured_date"),
        ({"assured_date": "2036-01-01"}, "assured_date"),
        ({"schedules": [WEEKDAYS | {"opens_at": "25:00", "closes_at": "17:00"}]}, "schedules"),
        ({"schedules": [WEEKDAYS | {"opens_at": "nine", "closes_at": "17:00"}]}, "schedules"),
        ({"attributes": [{"link_type": 3}]}, "attributes.0.link_type"),
    ],
)
def test_a_fault_is_one_line_that_names_service_and_field(changes: Json, field: str) -> None:
    with pytest.raises(DataError) as refused:
        agencies_of([elsewhere(id="first"), elsewhere(**changes)], TODAY, "Imported")
    line = str(refused.value)
    assert line.startswith("service 2")
    assert f": {field}: " in line
    assert line.isprintable()
    assert len(line) < 300


@pytest.mark.parametrize("raw", [None, 3, "text", {"contents": {}}, [None], [[]], {"contents": [3]}, {}])
def test_what_is_no_list_of_services_is_refused(raw: Any) -> None:
    with pytest.raises(DataError):
        agencies_of(raw, TODAY, "Imported")


def test_a_service_given_twice_is_refused() -> None:
    with pytest.raises(DataError, match=r"service 2 \(Walsall Listening Line\): id: used twice"):
        agencies_of([elsewhere(), elsewhere()], TODAY, "Imported")


JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(field=st.sampled_from(sorted(SCHEMA["$defs"]["service"]["properties"])), value=JSON_VALUES)
def test_no_value_of_any_field_breaks_the_reader(field: str, value: Any) -> None:
    told = ""
    try:
        given_out = [a.publish for a in agencies_of([elsewhere(**{field: value})], TODAY, "Imported").agencies]
    except DataError as refused:
        told, given_out = str(refused), []
    assert not any(given_out)
    assert told.isprintable()
