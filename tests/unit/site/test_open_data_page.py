"""`/directory.json`, as a program somewhere else reads it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.directory.choose import Directory
from bot.usecases.services import Services
from tests.unit.site.conftest import NewVisitor

PATH = "/directory.json"


@pytest.fixture
def client(visitor: NewVisitor) -> TestClient:
    return visitor().client


def names(page: dict[str, Any]) -> list[str]:
    return [service["name"] for service in page["contents"]]


def test_one_page_has_everything_that_residents_may_be_given(client: TestClient, site_services: Services) -> None:
    page = client.get(PATH).json()
    today = datetime.now(UTC).date()
    directory = site_services.directory
    given = [a.name for a in directory.agencies.values() if directory.published(a.id, today)]
    assert sorted(names(page)) == sorted(given)
    assert (page["total_items"], page["total_pages"], page["last_page"]) == (len(given), 1, True)


def test_nothing_withheld_is_told(client: TestClient, site_services: Services) -> None:
    text = client.get(PATH).text
    agencies = site_services.directory.agencies.values()
    told = {n.dial for a in agencies if a.publish for n in (a.phone, a.text, a.phone_abroad) if n}
    kept = {n.dial for a in agencies if not a.publish for n in (a.phone, a.text) if n} - told
    assert kept
    assert [number for number in kept if number in text] == []


def test_it_may_be_read_from_any_website_and_kept_for_a_while(client: TestClient) -> None:
    response = client.get(PATH, headers={"origin": "https://elsewhere.example"})
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "public, max-age=300"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("path", ["/", "/chat", "/healthz", "/static/site.css", "/directory.jso"])
def test_no_other_address_may_be_read_from_elsewhere(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in response.headers
    assert "public" not in response.headers["cache-control"]


@pytest.mark.parametrize("known", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_what_has_not_changed_is_not_sent_again(client: TestClient, known: str) -> None:
    tag = client.get(PATH).headers["etag"]
    again = client.get(PATH, headers={"if-none-match": known.format(tag=tag)})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["access-control-allow-origin"] == "*"
    assert client.get(PATH, headers={"if-none-match": '"other"'}).status_code == 200


def test_head_tells_the_same_as_get(client: TestClient) -> None:
    head, get = client.head(PATH), client.get(PATH)
    assert head.status_code == 200
    for name in ("etag", "content-type", "content-length", "access-control-allow-origin", "cache-control"):
        assert head.headers[name] == get.headers[name]


def test_pages_together_are_the_whole(client: TestClient) -> None:
    whole = client.get(PATH).json()
    first = client.get(PATH, params={"per_page": "7"}).json()
    found = [
        name
        for number in range(1, first["total_pages"] + 1)
        for name in names(client.get(PATH, params={"page": str(number), "per_page": "7"}).json())
    ]
    assert found == names(whole)
    assert first["size"] == 7
    beyond = client.get(PATH, params={"page": str(first["total_pages"] + 1), "per_page": "7"}).json()
    assert (beyond["empty"], beyond["contents"], beyond["last_page"]) == (True, [], True)


NO_PAGE = ["0", "-1", "one", "", "1.5", "1&page=2", "99999999999999", "１", "%201", "%00"]
NO_SIZE = ["0", "1001", "all", "1e3"]


@pytest.mark.parametrize("query", [*(f"page={said}" for said in NO_PAGE), *(f"per_page={said}" for said in NO_SIZE)])
def test_a_page_that_cannot_be_is_refused_by_name(client: TestClient, query: str) -> None:
    response = client.get(f"{PATH}?{query}")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "no-store"
    parameter = query.partition("=")[0]
    assert response.json()["parameter"] == parameter
    assert parameter in response.json()["error"]


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2027-05-31T22:59:00+00:00", False),
        # Summer time: the first of June has begun in London.
        ("2027-05-31T23:01:00+00:00", True),
        ("2027-06-30T22:59:00+00:00", True),
        ("2027-06-30T23:01:00+00:00", False),
    ],
)
def test_a_record_is_told_only_while_it_is_in_effect(
    visitor: NewVisitor, site_services: Services, moment: str, told: bool
) -> None:
    directory = site_services.directory
    dates = {"effective_from": date(2027, 6, 1), "effective_to": date(2027, 6, 30)}
    changed = directory.agencies["papyrus"].model_copy(update=dates)
    then = Directory({**directory.agencies, "papyrus": changed}, directory.holidays)
    client = visitor(directory=then, clock=lambda: datetime.fromisoformat(moment)).client
    assert (changed.name in names(client.get(PATH).json())) is told


def test_it_asks_no_database(visitor: NewVisitor, dead_store: object) -> None:
    assert visitor(store=dead_store).client.get(PATH).status_code == 200
