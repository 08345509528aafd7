"""Canaries: words sent through every door, then looked for in everything the service wrote down.

Each canary is a word that nothing else says. What people and staff write, and the numbers they write from, may stand
sealed in the database and nowhere else: no log line at any level, no file, no column in the clear.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
import structlog

from bot.app import create_app
from bot.channels.twilio_sms import TwilioSms
from bot.dialogue.training import model_path
from bot.settings import ROOT, Settings
from bot.store.unit_of_work import Store
from bot.usecases.services import Services
from tests.functional.canaries import Cage, database_files, everything_logged, excerpts, files_under
from tests.functional.canary_doors import Doors, new_client, wait_for
from tests.standins.loud_server import fail_when_asked
from tests.standins.serving import free_port, serving
from tests.standins.sms_world import MovableClock, settings_for
from tests.standins.twilio import TwilioStandIn


class TestTheServerItself:
    """`bot serve` as a process of its own, as loud as it can be made."""

    @pytest.fixture
    def loud(self, database_url: str, tmp_path: Path) -> Iterator[tuple[Doors, Path, str]]:
        twilio, port = TwilioStandIn(), free_port()
        url, output = f"http://127.0.0.1:{port}", tmp_path / "output.txt"
        (tmp_path / "var").mkdir()
        # The fitted language detector is there already; making it anew takes half a minute.
        (tmp_path / "var" / "model").symlink_to(Settings.load().var / "model")
        with serving(twilio.app) as api, output.open("wb") as out:
            environment = os.environ | {
                "BOT_VAR": str(tmp_path / "var"), "BOT_DATABASE_URL": database_url, "BOT_PUBLIC_URL": url,
                "BOT_SWEEP_SECONDS": "0.3", "BOT_RECONCILE_SECONDS": "1", "BOT_STAFF_API_TOKEN": "api-token",
                "TWILIO_ACCOUNT_SID": twilio.account.sid, "TWILIO_AUTH_TOKEN": twilio.account.token,
                "TWILIO_FROM": twilio.account.number, "TWILIO_API_BASE": api,
                "PYTHONWARNINGS": "default", "PYTHONASYNCIODEBUG": "1", "LOG_LEVEL": "DEBUG",
                "LOG_LEVEL_LIBRARIES": "DEBUG", "PYTHONUNBUFFERED": "1", "BOT_MODEL": str(_model()),
            }  # fmt: skip
            command = [sys.executable, "-m", "tests.standins.loud_server", "serve", "--port", str(port)]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
            try:
                wait_for(lambda: _serves(url, process, output), "the server")
                link = re.search(rb"http\S+/staff/first/\S+", output.read_bytes())
                assert link
                with new_client() as client:
                    yield Doors(url, twilio, Cage(), client), output, link[0].decode()
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)

    def test_nothing_that_people_wrote_is_written_down(
        self, loud: tuple[Doors, Path, str], database_url: str, tmp_path: Path
    ) -> None:
        doors, output, first_link = loud
        doors.forged()
        doors.failed()
        doors.web()
        doors.concern()
        doors.sms_troubles()
        doors.staff(first_link)

        logged = output.read_bytes()
        assert b"message_received" in logged
        assert b"RECORD" in logged
        # The failure that quotes the message did happen, and its kind alone was logged.
        assert b"dialogue_failed" in logged
        assert doors.cage.seen_in(logged) == [], excerpts(doors.cage, logged)
        found = {
            name: seen for name, data in database_files(database_url, tmp_path) if (seen := doors.cage.seen_in(data))
        }
        assert found == {}
        found = {name: seen for name, data in files_under(tmp_path / "var") if (seen := doors.cage.seen_in(data))}
        assert found == {}


def _serves(url: str, process: "subprocess.Popen[bytes]", output: Path) -> bool:
    assert process.poll() is None, f"the server ended: {output.read_text(errors='replace')[-3000:]}"
    try:
        return httpx2.get(f"{url}/healthz", trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def _model() -> Path:
    settings = Settings.load()
    return settings.model or model_path(ROOT, settings.var)


def test_no_record_at_any_level_holds_a_word(
    store: Store,
    database_url: str,
    tmp_path: Path,
    make_services: Callable[..., Services],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In this process, where every log record can be looked at, and what structlog was given before it was printed."""
    from bot.dialogue.engine import RasaDialogue

    monkeypatch.setattr(RasaDialogue, "respond", RasaDialogue.respond)
    fail_when_asked()
    twilio, port = TwilioStandIn(), free_port()
    url = f"http://127.0.0.1:{port}"
    with serving(twilio.app) as api, everything_logged() as collected, structlog.testing.capture_logs() as events:
        settings = settings_for(twilio, api, tmp_path, public_url=url, database_url=database_url, sweep_seconds=0.3)
        services = make_services(store, settings, clock=MovableClock(), sms=TwilioSms(settings, timeout=2))
        with serving(create_app(services), port), new_client() as client:
            doors = Doors(url, twilio, Cage(), client)
            doors.forged()
            doors.web()
            doors.concern()
    logged = "\n".join([*collected.lines, *(str(event) for event in events)]).encode()
    assert b"message_answered" in logged
    assert doors.cage.seen_in(logged) == [], excerpts(doors.cage, logged)
