"""Machine translation as the application has it: off until allowed, and then to the server of the settings."""

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap
from bot.errors import SettingsError, TranslationFailed
from bot.languages.registry import Registry
from bot.ports import Translator
from bot.settings import ROOT, Settings
from tests.standins.google_translate import GoogleStandIn
from tests.standins.serving import serving
from tests.standins.sms_world import NoModel

REGISTRY = Registry.load(ROOT / "translations" / "languages.yml")
URDU = "وہ بچے کو روز مارتا ہے"


def translator(tmp_path: Path, **settings: Any) -> Translator:
    return bootstrap.machine_translator(Settings.load(var=tmp_path, _env_file=None, **settings), REGISTRY)


@pytest.fixture
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Where anybody tries to connect to."""
    tried: list[object] = []

    def connect(_self: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError("no way out")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: connect(None, where))  # type: ignore[arg-type]
    return tried


def test_it_is_off_and_asks_nobody_until_the_operator_allows_it(tmp_path: Path, no_way_out: list[object]) -> None:
    off = translator(tmp_path)
    for purpose in ("staff_reading", "staff_reply", "resident_fallback"):
        with pytest.raises(TranslationFailed) as caught:
            off.translate(URDU, "ur", "en", purpose)
        assert caught.value.code == "off"
    assert off.state == "off"
    assert no_way_out == []
    assert not any(thread.name == "google-translate" for thread in threading.enumerate())


def test_only_the_purpose_that_is_allowed_leaves(tmp_path: Path, no_way_out: list[object]) -> None:
    found = translator(tmp_path, translate_purposes="staff_reading")
    with pytest.raises(TranslationFailed) as caught:
        found.translate(URDU, "ur", "en", "resident_fallback")
    assert caught.value.code == "off"
    assert no_way_out == []
    with pytest.raises(TranslationFailed) as caught:
        found.translate(URDU, "ur", "en", "staff_reading")
    found.close()
    assert caught.value.code == "unavailable"
    assert "translate.googleapis.com" in str(no_way_out[0])


def test_a_command_may_allow_a_purpose_of_its_own(tmp_path: Path) -> None:
    google = GoogleStandIn()
    with serving(google.app) as base:
        settings = Settings.load(var=tmp_path, translate_base=f"{base}/", _env_file=None)
        found = bootstrap.machine_translator(settings, REGISTRY, also=frozenset({"catalogue"}))
        words = found.translate("Ring {n999} if a child is in danger.", "en", "ur", "catalogue").text
        found.close()
    assert "{n999}" in words
    assert "child" not in words


def test_a_base_that_is_no_address_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^BOT_TRANSLATE_BASE: "):
        translator(tmp_path, translate_purposes="staff_reply", translate_base="http://host:port")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TRANSLATE_PURPOSES", "everything"),
        ("BOT_TRANSLATE_PURPOSES", "staff_reading,"),
        ("BOT_TRANSLATE_BASE", "example.org"),
        ("BOT_TRANSLATE_SECONDS", "0"),
        ("BOT_TRANSLATE_SECONDS", "600"),
    ],
)
def test_a_malformed_setting_names_itself(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: "):
        Settings.load(_env_file=None)


def test_the_application_has_the_translator_of_its_settings(tmp_path: Path, knowledge: bootstrap.Knowledge) -> None:
    google = GoogleStandIn(phrases={(URDU, "en"): "He hits the child every day"})
    with serving(google.app) as base:
        allowed = {"translate_purposes": " staff_reading ,staff_reply", "translate_base": base}
        settings = Settings.load(var=tmp_path, _env_file=None, **allowed)
        services = bootstrap.build(settings, dialogue=NoModel(), knowledge=knowledge)
        found = services.translator.translate(URDU, "ur", "en", "staff_reading", ["Sara"])
        services.translator.close()
        services.store.close()
    assert (found.text, found.machine) == ("He hits the child every day", True)
