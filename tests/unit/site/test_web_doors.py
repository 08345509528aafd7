import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bot.errors import NotAllowed
from bot.settings import Settings
from bot.web import (
    BodyLimit,
    Door,
    SecurityHeaders,
    SessionCookie,
    form_token,
    form_token_holds,
    public,
    refuse_unguarded,
)


async def hello(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def nobody(request: Request) -> Response | None:
    return PlainTextResponse("no", 401)


def client(*routes: Route, https: bool = False) -> TestClient:
    address = "https://ours.example" if https else ""
    settings = Settings(public_url=address, exit_url="https://weather.example/today")
    headers = Middleware(SecurityHeaders, settings)
    return TestClient(Starlette(routes=list(routes), middleware=[headers, Middleware(BodyLimit, most=100)]))


def test_a_route_without_a_guard_is_refused() -> None:
    with pytest.raises(NotAllowed, match="/open"):
        refuse_unguarded([Door("/", hello, guard=public), Route("/open", hello)])


def test_a_route_without_a_guard_is_found_inside_a_mount() -> None:
    with pytest.raises(NotAllowed, match="/inner"):
        refuse_unguarded([Mount("/outer", routes=[Route("/inner", hello)])])


def test_a_guard_turns_a_request_away() -> None:
    assert client(Door("/", hello, guard=nobody)).get("/").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "https://elsewhere.example"}, 403),
        # Our own pages send no referrer, which makes a form's origin "null".
        ({"origin": "null"}, 200),
        ({}, 200),
    ],
)
def test_changes_come_from_our_own_pages(headers: dict[str, str], status: int) -> None:
    door = Door("/", hello, guard=public, methods=["POST"])
    assert client(door).post("/", headers=headers).status_code == status


def test_a_sender_proved_otherwise_may_come_from_elsewhere() -> None:
    door = Door("/", hello, guard=public, methods=["POST"], cross_site=True)
    assert client(door).post("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_a_form_token_belongs_to_one_session() -> None:
    assert form_token_holds("one", form_token("one"))
    assert not form_token_holds("two", form_token("one"))
    assert not form_token_holds("one", "")
    assert not form_token_holds("one", "ünïcode")
    assert "one" not in form_token("one")


def test_every_response_forbids_what_we_do_not_use() -> None:
    response = client(Door("/", hello, guard=public), https=True).get("/missing")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self' https://weather.example;" in policy
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "max-age" in response.headers["strict-transport-security"]


def test_no_promise_of_https_is_made_over_http() -> None:
    assert "strict-transport-security" not in client(Door("/", hello, guard=public)).get("/").headers


def test_a_body_without_end_is_refused() -> None:
    door = Door("/", hello, guard=public, methods=["POST"])
    assert client(door).post("/", content=b"x" * 100).text == "100"
    assert client(door).post("/", content=b"x" * 101).status_code == 413


@pytest.mark.parametrize(("secure", "name"), [(True, "__Host-chat"), (False, "chat")])
def test_the_cookie_is_out_of_reach_of_scripts_and_ends_with_the_browser(secure: bool, name: str) -> None:
    response = Response()
    SessionCookie("chat", secure).write(response, "token")
    header = response.headers["set-cookie"]
    assert header.startswith(f"{name}=token; ")
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    assert "Path=/" in header
    assert ("Secure" in header) is secure
    assert "Max-Age" not in header
    assert "expires" not in header.lower()
