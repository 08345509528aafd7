"""The audit log's page, the list for other systems, and the command line."""

import dataclasses

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli.staff import staff as commands
from bot.settings import Settings
from bot.usecases import sign_in
from bot.usecases.services import Services
from tests.functional.staff_console import browser, make_case, make_person, signed_in

TOKEN = "a long token for the other system"


def test_the_page_says_that_the_chain_is_whole_and_who_did_what(console: Services) -> None:
    amina = make_person(console, "amina", "reviewer")
    signed_in(console, amina).get(f"/staff/concerns/{make_case(console).concern_id}")
    page = signed_in(console, make_person(console, "olu", "auditor")).get("/staff/audit").text
    assert "The log is whole" in page
    assert "concern_read" in page
    assert "amina" in page
    assert amina.staff_id not in page.replace(f"<code>{amina.staff_id}</code>", ""), "people go by username"
    assert page.index("audit_read") < page.index("concern_read"), "the newest first, and looking is on record"


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor = 'nobody' WHERE id = 1",
        "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)",
    ],
)
def test_the_page_says_when_somebody_has_changed_the_log(console: Services, tampering: str) -> None:
    client = signed_in(console, make_person(console, "olu", "auditor"))
    with console.store.unit() as uow:
        uow.session.execute(text(tampering))
        uow.commit()
    assert "BROKEN" in client.get("/staff/audit").text


def test_without_a_token_set_the_list_for_other_systems_does_not_exist(console: Services) -> None:
    answer = browser(console).get("/api/staff/concerns", headers={"Authorization": "Bearer "})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"


@pytest.fixture
def open_to_systems(console: Services) -> Services:
    settings = console.settings.model_copy(update={"staff_api_token": SecretStr(TOKEN)})
    return dataclasses.replace(console, settings=settings)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer é"]
)
def test_a_wrong_token_opens_nothing(open_to_systems: Services, header: str | None) -> None:
    headers: list[tuple[bytes, bytes]] = [] if header is None else [(b"authorization", header.encode())]
    answer = browser(open_to_systems).get("/api/staff/concerns", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "refused"})


def test_a_session_does_not_open_the_list_for_other_systems(open_to_systems: Services) -> None:
    client = signed_in(open_to_systems, make_person(open_to_systems, "amina", "administrator"))
    assert client.get("/api/staff/concerns").status_code == 401


def test_other_systems_get_open_concerns_without_words(open_to_systems: Services) -> None:
    case = make_case(open_to_systems, urgency="urgent")
    make_case(open_to_systems, status="closed", address="+447700900124")
    answer = browser(open_to_systems).get("/api/staff/concerns", headers={"Authorization": f"Bearer {TOKEN}"})
    (concern,) = answer.json()
    assert concern.pop("created_at") < concern.pop("due_at")
    assert concern == {
        "id": case.concern_id,
        "reference": case.reference,
        "status": "submitted",
        "urgency": "urgent",
        "category": "neglect",
        "boroughs": ["birmingham"],
        "referral": None,
    }


def test_the_command_line_adds_lists_resets_and_disables(
    console: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_VAR", str(settings.var))
    monkeypatch.setenv("BOT_DATABASE_URL", settings.url_of_database)
    monkeypatch.setenv("BOT_MASTER_KEY", bytes(range(32)).hex())
    monkeypatch.setenv("BOT_PUBLIC_URL", "https://help.example")

    def run(*words: str) -> str:
        result = CliRunner().invoke(commands, words)
        assert result.exit_code == 0, result.output
        return result.output

    shown = run("add", "sue.khan", "--name", "Sue Khan", "--role", "supervisor")
    assert "https://help.example/staff/first/" in shown
    token = shown.strip().rsplit("/", 1)[-1]
    assert sign_in.choose_password(console, token, "purple kettle marching slowly") is not None
    assert "supervisor\thas no authenticator yet\tSue Khan" in run("list")
    assert "/staff/first/" in run("reset", "sue.khan")
    assert sign_in.with_password(console, "sue.khan", "purple kettle marching slowly") is None
    run("disable", "sue.khan")
    assert "disabled" in run("list")
    assert CliRunner().invoke(commands, ["add", "sue.khan", "--name", "S"]).exit_code == 2
