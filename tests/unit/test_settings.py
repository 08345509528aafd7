"""Settings: `.env.example` tells the whole truth, faults name themselves, and secrets stay secret."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import ROOT, Settings
from bot.store.database import connect
from bot.store.sealing import master_key

EXAMPLE = ROOT / ".env.example"


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def names() -> set[str]:
    """Every setting as the environment knows it."""
    fields = Settings.model_fields.items()
    return {field.alias or f"BOT_{attribute.upper()}" for attribute, field in fields}


def listed() -> list[str]:
    return re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_example_lists_every_setting_once_and_nothing_else() -> None:
    assert sorted(listed()) == sorted(names())


def test_each_setting_of_the_example_says_in_one_line_what_it_is() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for above, line in pairwise(lines):
        if "=" in line and not line.startswith("#"):
            assert above.startswith("# ")
            assert above.endswith((".", "…"))


def test_the_example_as_it_stands_changes_nothing() -> None:
    assert Settings.load(_env_file=EXAMPLE) == Settings.load(_env_file=None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_SESSION_MINUTES", "soon"),
        ("BOT_SESSION_MINUTES", "1"),
        ("BOT_MESSAGES_A_MINUTE", "0"),
        ("BOT_SERVE_DRAFTS", "perhaps"),
        ("BOT_SWEEP_SECONDS", "-1"),
        ("BOT_RECONCILE_SECONDS", "never"),
        ("BOT_PUBLIC_URL", "example.org"),
        ("BOT_PUBLIC_URL", "https://"),
        ("BOT_EXIT_URL", "javascript:alert(1)"),
        ("TWILIO_API_BASE", "localhost:4010"),
        ("BOT_SMTP_HOST", "smtps://mail.example"),
        ("BOT_SMTP_PORT", "70000"),
        ("BOT_TEAM_PHONE", "ring us"),
        ("BOT_TEAM_PHONE", "999\nOpen https://elsewhere.example"),
        ("BOT_SMTP_FROM", "referrals"),
        ("BOT_SMTP_TLS", "none"),
    ],
)
def test_a_malformed_setting_names_itself_and_not_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: ") as raised:
        Settings.load(_env_file=None)
    assert value not in str(raised.value).removeprefix(name).split()


@pytest.mark.parametrize("url", ["mysql://u:hunter2@host/db", "postgres", "://"])
def test_a_database_that_we_cannot_use_is_named_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^BOT_DATABASE_URL: ") as raised:
        connect(url)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("key", ["abcd", "z" * 64, "00" * 31, "00" * 33])
def test_a_master_key_of_the_wrong_form_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match=r"^BOT_MASTER_KEY: ") as raised:
        master_key(key, tmp_path)
    assert key not in str(raised.value)


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOT_MASTER_KEY", "BOT_STAFF_API_TOKEN", "TWILIO_AUTH_TOKEN", "BOT_SMTP_PASSWORD"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("BOT_DATABASE_URL", "postgresql://bot:hunter2@localhost/bot")
    settings = Settings.load(_env_file=None)
    assert settings.url_of_database.endswith("hunter2@localhost/bot")
    assert settings.staff_api_token is not None
    assert settings.staff_api_token.get_secret_value() == "hunter2"
    assert "hunter2" not in f"{settings!r} {settings}"


def test_settings_do_not_change_once_loaded() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.load(_env_file=None).session_minutes = 60


def test_sms_is_on_only_with_everything_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"):
        assert not Settings.load(_env_file=None).sms_is_on
        monkeypatch.setenv(name, "something")
    assert Settings.load(_env_file=None).sms_is_on
