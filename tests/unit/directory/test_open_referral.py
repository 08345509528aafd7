"""Open Referral UK out and in: the standard's own types, nothing that may not be told, and nothing lost on the way."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from bot.directory.agencies import Agency, Number, Weekly, read_records
from bot.directory.choose import Directory
from bot.directory.gazetteer import BOROUGHS, load_gazetteer
from bot.directory.imported import add, as_yaml
from bot.directory.open_referral import Json, identifier, page_of, services_of
from bot.directory.open_referral_in import agencies_of, differences
from bot.directory.open_referral_words import words
from bot.errors import DataError

SCHEMA = json.loads((Path(__file__).parent / "hsds_service.schema.json").read_text(encoding="utf-8"))
CHECK = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
TODAY = date(2026, 11, 21)
ELSEWHERE: Json = {
    "id": "ac148810-d857-441c-9679-408f346de14b",
    "name": "Walsall Listening Line",
    "status": "active",
    "service_areas": [{"name": "Walsall"}],
    "phones": [{"number": "01922 123456"}],
}


@pytest.fixture(scope="module")
def given_out(directory: Directory) -> list[Agency]:
    return [agency for agency in directory.agencies.values() if directory.published(agency.id, TODAY)]


@pytest.fixture(scope="module")
def services(given_out: list[Agency]) -> dict[str, Json]:
    """By our own id."""
    found = services_of(given_out, {"en": "English"})
    return {agency.id: service for agency, service in zip(given_out, found, strict=True)}


def faults(page: Json) -> list[str]:
    return [".".join(map(str, error.path)) for error in CHECK.iter_errors(page)]


def elsewhere(**changes: Any) -> Json:
    found = copy.deepcopy(ELSEWHERE) | changes
    return {key: value for key, value in found.items() if value is not ...}


def read(**changes: Any) -> Agency:
    (agency,) = agencies_of([elsewhere(**changes)], TODAY, "Imported").agencies
    return agency


def like(agency: Agency, **changes: Any) -> Agency:
    (raw,) = yaml.safe_load(as_yaml(agency))
    return Agency.model_validate(raw | changes)


def test_everything_that_we_give_out_has_the_form_of_the_standard(services: dict[str, Json]) -> None:
    page = page_of(list(services.values()), 1, 1000)
    assert len(services) > 50
    assert faults(page) == []


def test_the_schema_notices_what_is_wrong(services: dict[str, Json]) -> None:
    page = page_of([copy.deepcopy(services["csc_birmingham"])], 1, 1000)
    service = page["contents"][0]
    service["status"], service["phones"][0]["type"], service["id"] = "open", "mobile", "csc_birmingham"
    assert sorted(fault.removeprefix("contents.0.") for fault in faults(page)) == [
        "contacts.0.phones.0.type", "id", "phones.0.type", "status",
    ]  # fmt: skip


def test_every_identifier_is_stable_and_used_for_one_thing(services: dict[str, Json], given_out: list[Agency]) -> None:
    def all_ids(value: Any) -> list[tuple[str, str]]:
        if isinstance(value, list):
            return [pair for item in value for pair in all_ids(item)]
        if not isinstance(value, dict):
            return []
        own = [(value["id"], json.dumps(value))] if "id" in value else []
        return own + [pair for item in value.values() for pair in all_ids(item)]

    meant: dict[str, str] = {}
    for name, thing in all_ids(list(services.values())):
        assert meant.setdefault(name, thing) == thing
    assert services_of(given_out, {"en": "English"}) == list(services.values())
    assert services["csc_birmingham"]["id"] == identifier("service", "csc_birmingham")
    assert identifier("service", "police_999") == "92088385-9c2d-5479-87d4-3241863446dd"


def test_a_number_carries_how_it_is_dialled(services: dict[str, Json]) -> None:
    dudley, samaritans = services["csc_dudley"]["phones"][0], services["samaritans"]["phones"][0]
    assert (dudley["number"], dudley["type"]) == ("+443005550050", "voice")
    assert "option 3" in dudley["description"]
    assert samaritans["number"] == "116123"
    assert services["police_101"]["phones"][-1] | {"id": "", "service_id": ""} == {
        "id": "", "service_id": "", "number": "18001 101", "type": "textphone",
    }  # fmt: skip
    assert services["csc_dudley"]["contacts"][0]["phones"] == services["csc_dudley"]["phones"]


def rules(service: Json) -> list[tuple[str, str, str]]:
    return [(s["byday"], s["opens_at"], s["closes_at"]) for s in service["schedules"]]


def test_hours_are_rules_of_a_week(services: dict[str, Json]) -> None:
    assert rules(services["csc_birmingham"]) == [("MO,TU,WE,TH", "08:45", "17:15"), ("FR", "08:45", "16:15")]
    assert rules(services["police_999"]) == [("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")]
    assert services["csc_coventry"]["schedules"] == []


def test_an_out_of_hours_team_has_the_rest_of_its_desks_week(services: dict[str, Json]) -> None:
    assert rules(services["edt_birmingham"]) == [
        ("MO,TU,WE,TH,FR", "00:00", "08:45"),
        ("MO,TU,WE,TH", "17:15", "23:59"),
        ("FR", "16:15", "23:59"),
        ("SA,SU", "00:00", "23:59"),
    ]
    (unknown,) = services["edt_coventry"]["schedules"]
    assert "opens_at" not in unknown
    assert "Coventry" in unknown["description"]


def test_areas_have_the_codes_of_the_gazetteer(services: dict[str, Json], folder: Path) -> None:
    known = {name: borough.gss for name, borough in load_gazetteer(folder).boroughs.items()}
    assert {name: words().areas[name].gss for name in BOROUGHS} == known
    assert [area["extent"] for area in services["csc_walsall"]["service_areas"]] == ["E08000030"]
    assert [area["extent"] for area in services["childline"]["service_areas"]] == ["K02000001"]


def test_ages_languages_and_costs_stand_where_the_standard_has_them(given_out: list[Agency]) -> None:
    some = next(agency for agency in given_out if agency.id == "csc_walsall")
    changed = like(some, languages=["ur", "pa-Arab"], ages={"from": 5, "to": 18}, free=True, interpreter=True)
    (service,) = services_of([changed], {"ur": "Urdu"})
    assert faults(page_of([service], 1, 10)) == []
    assert (service["minimum_age"], service["maximum_age"]) == (5, 18)
    assert [(one["code"], one.get("name")) for one in service["languages"]] == [("ur", "Urdu"), ("pa", None)]
    assert service["cost_options"][0]["amount"] == 0
    assert service["interpretation_services"]
    assert differences(agencies_of(service, TODAY, "Imported").agencies[0], changed) == []


def test_the_mailbox_for_referrals_is_never_told(given_out: list[Agency]) -> None:
    secret = [like(agency, referral_email="mash@walsall.example.gov.uk") for agency in given_out]
    assert "mash@walsall" not in json.dumps(services_of(secret, {}))


def test_pages_add_up_and_one_past_the_end_is_empty() -> None:
    services = [{"id": str(number)} for number in range(5)]
    pages = [page_of(services, number, 2) for number in (1, 2, 3, 4)]
    assert [one["id"] for page in pages for one in page["contents"]] == list("01234")
    assert [page["size"] for page in pages] == [2, 2, 1, 0]
    assert [page["first_page"] for page in pages] == [True, False, False, False]
    assert [page["last_page"] for page in pages] == [False, False, True, True]
    assert [page["empty"] for page in pages] == [False, False, False, True]
    assert all(faults(page | {"contents": []}) == [] for page in [*pages, page_of([], 1, 2)])


def test_what_goes_out_comes_back_as_the_same_records(
    services: dict[str, Json], given_out: list[Agency], tmp_path: Path
) -> None:
    """Over every record that we give out, through JSON and through the file that an import writes."""
    page = json.loads(json.dumps(page_of(list(services.values()), 1, 1000)))
    add(tmp_path, agencies_of(page, TODAY, "Imported today, not yet rung").agencies)
    back = {agency.id: agency for _, agency in read_records(tmp_path)}
    waiting = {"publish": False, "confirmed": False, "unpublished_because": "Imported today, not yet rung"}
    assert back == {a.id: like(a, referral_email=None, **waiting) for a in given_out}


TIMES = st.times().map(lambda t: f"{t:%H:%M}")
SPANS = st.lists(TIMES, min_size=2, max_size=6, unique=True).map(sorted)
DAY = st.just("shut") | SPANS.map(lambda t: ", ".join(f"{a}-{b}" for a, b in zip(t[::2], t[1::2], strict=False)))
WEEK = st.fixed_dictionaries(dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), DAY))


@given(week=WEEK, rule=st.sampled_from(["closed", "same", "unknown"]))
def test_any_week_comes_back(week: dict[str, str], rule: str) -> None:
    hours = Weekly.model_validate({"days": week, "bank_holidays": rule})
    agency = like(read(), hours={"days": week, "bank_holidays": rule}, id="some_desk")
    services = services_of([agency], {})
    assert faults(page_of(services, 1, 10)) == []
    (back,) = agencies_of(services, TODAY, "Imported").agencies
    assert back.hours == hours


@pytest.mark.parametrize("rule", ["closed", "same", "unknown"])
def test_a_week_of_whole_days_is_not_taken_for_a_number_that_never_sleeps(rule: str) -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-23:59")
    agency = like(read(), hours={"days": week, "bank_holidays": rule}, id="some_desk")
    assert agencies_of(services_of([agency], {}), TODAY, "Imported").agencies[0].hours == agency.hours


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


def test_nobody_else_can_pass_for_one_of_our_records(services: dict[str, Json]) -> None:
    attributes = services["csc_walsall"]["attributes"]
    agency = read(attributes=attributes)
    assert agency.id != "csc_walsall"
    assert (agency.kind, agency.handles) == ("voluntary", frozenset())


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


def test_every_code_of_ours_has_its_words() -> None:
    for taxonomy in words().taxonomies.values():
        assert all(term.name and term.description for term in taxonomy.terms.values())
