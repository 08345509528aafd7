"""Open Referral UK out: the standard's own types, nothing that may not be told, and nothing lost on the way back."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.directory.agencies import Agency, Weekly, read_records
from bot.directory.choose import Directory
from bot.directory.gazetteer import BOROUGHS, load_gazetteer
from bot.directory.imported import add
from bot.directory.open_referral import Json, identifier, page_of, services_of
from bot.directory.open_referral_in import agencies_of, differences
from bot.directory.open_referral_words import words
from tests.unit.directory.services_elsewhere import TODAY, faults, like, read


@pytest.fixture(scope="module")
def given_out(directory: Directory) -> list[Agency]:
    return [agency for agency in directory.agencies.values() if directory.published(agency.id, TODAY)]


@pytest.fixture(scope="module")
def services(given_out: list[Agency]) -> dict[str, Json]:
    """By our own id."""
    found = services_of(given_out, {"en": "English"})
    return {agency.id: service for agency, service in zip(given_out, found, strict=True)}


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


def test_nobody_else_can_pass_for_one_of_our_records(services: dict[str, Json]) -> None:
    attributes = services["csc_walsall"]["attributes"]
    agency = read(attributes=attributes)
    assert agency.id != "csc_walsall"
    assert (agency.kind, agency.handles) == ("voluntary", frozenset())


def test_every_code_of_ours_has_its_words() -> None:
    for taxonomy in words().taxonomies.values():
        assert all(term.name and term.description for term in taxonomy.terms.values())
