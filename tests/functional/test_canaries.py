"""Canaries: words sent through every door, then looked for in everything the service wrote down.

Each canary is a word that nothing else says. What people and staff write, and the numbers they write from, may stand
sealed in the database and nowhere else: no log line at any level, no file, no column in the clear.
"""

import base64
import logging
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx2
import pyotp
import pytest
import structlog
from sqlalchemy import create_engine, text

from bot.app import create_app
from bot.channels.twilio_sms import TwilioSms
from bot.dialogue.training import model_path
from bot.settings import ROOT, Settings
from bot.store.unit_of_work import Store
from bot.usecases.services import Services
from tests.functional import staff_console
from tests.standins.loud_server import FAIL_AT, fail_when_asked
from tests.standins.serving import free_port, serving
from tests.standins.sms_world import MovableClock, settings_for
from tests.standins.twilio import TwilioStandIn
from tests.standins.twilio_account import Fault

PATIENCE = 90.0
PASSWORD = "purple kettle marching slowly"


@dataclass
class Cage:
    """The canaries of one test, one for each door."""

    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    number: str = field(default_factory=lambda: f"+4477009{secrets.randbelow(10**5):05d}")
    let_out: dict[str, str] = field(default_factory=dict)

    def bird(self, door: str) -> str:
        """A word for this door."""
        return self.let_out.setdefault(door, f"kanarek{len(self.let_out)}{self.mark}")

    def seen_in(self, data: bytes) -> list[str]:
        """Which doors' words, or the number, stand in there, as they are or in a usual disguise."""
        words = self.let_out | {"number": self.number[3:], "national": f"07{self.number[4:]}"}
        return [door for door, word in words.items() if any(form in data for form in _forms(word))]


def _forms(word: str) -> set[bytes]:
    plain = word.encode()
    packed = {base64.b64encode(b" " * shift + plain)[4:-4] for shift in range(3)}
    return {plain, word.encode("utf-16-le"), word.upper().encode(), quote(word).encode(), plain.hex().encode(), *packed}


@dataclass
class Doors:
    """Everything that can be sent to a serving application, from outside."""

    url: str
    twilio: TwilioStandIn
    cage: Cage
    client: httpx2.Client

    def texts(self, body: str, sender: str = "", status: int = 200) -> None:
        sender = sender or self.cage.number
        message = self.twilio.account.add(sender, self.twilio.account.number, body, inbound=True)
        fields = self.twilio.inbound_fields(message)
        headers = {"X-Twilio-Signature": self.twilio.sign(f"{self.url}/sms", fields)}
        assert self.client.post(f"{self.url}/sms", data=fields, headers=headers).status_code == status

    def forged(self) -> None:
        word, sender = self.cage.bird("forged text"), self.cage.number
        data = {"MessageSid": "SM1", "From": sender, "Body": word}
        answer = self.client.post(f"{self.url}/sms?q={word}", data=data, headers={"X-Twilio-Signature": word})
        assert answer.status_code == 403
        assert self.client.post(f"{self.url}/chat", data={"message": word, "form_token": word}).status_code == 403
        headers = {"Authorization": f"Bearer {word}"}
        assert self.client.get(f"{self.url}/api/staff/concerns", headers=headers).status_code in {401, 404}

    def failed(self) -> None:
        """Requests that end badly: no such page, a broken body, a wrong method."""
        word = self.cage.bird("failed request")
        client, url = self.client, self.url
        assert client.get(f"{url}/{word}/x?{word}={word}", headers={"Referer": f"{url}/{word}"}).status_code == 404
        assert client.put(f"{url}/chat", content=word.encode()).status_code == 405
        assert client.post(f"{url}/chat/leave", data={"by": word}, headers={"Cookie": f"chat={word}"}).status_code < 400
        kind = {"Content-Type": f"multipart/form-data; boundary={word}"}
        assert client.post(f"{url}/chat", content=f"--{word}\r\n{word}".encode(), headers=kind).status_code < 500
        kind = {"Content-Type": "application/json"}
        assert client.post(f"{url}/api/chat/messages", content=f"{{{word}".encode(), headers=kind).status_code == 403
        with pytest.raises(httpx2.HTTPError):
            client.post(f"{url}/chat", content=_breaks_off(word))

    def web(self) -> None:
        """A chat by form and by script, with an over-long message and one at which the dialogue fails."""
        page = self.client.get(f"{self.url}/chat").text
        for name, body in {
            "web form": "the boy next door is hungry {}",
            "failing web": f"the boy next door {FAIL_AT} {{}}",
            "command": "/{}",
            "engine command": '/inform{{"story": "{}"}}',
        }.items():
            sent = self.client.post(f"{self.url}/chat", data=_hidden(page) | {"message": body.format(self._bird(name))})
            assert sent.status_code in {200, 303}
            page = self.client.get(f"{self.url}/chat").text
        long = f"{self._bird('too long')} " * 1_500
        assert self.client.post(f"{self.url}/chat", data=_hidden(page) | {"message": long}).status_code == 413
        script = _hidden(page) | {"message": f"he is hungry {self._bird('script')}", "sending": secrets.token_hex(16)}
        assert self.client.post(f"{self.url}/api/chat/messages", json=script).status_code == 200
        collected = self.client.get(f"{self.url}/api/chat/messages?after=0").text
        assert self._bird("script") in collected

    def concern(self) -> None:
        """A whole concern by text, each answer with a canary in it."""
        answers = [
            f"my neighbour's little boy is always hungry {self._bird('story')}",
            "no",
            f"Handsworth, {self._bird('place')} road",
            f"about seven {self._bird('subject')}",
            "1",
            "2",
            f"after six {self._bird('times')}",
            self._bird("name").title(),
            "1",
        ]
        for number, answer in enumerate(answers):
            before = len(self.twilio.account.sent(self.cage.number))
            self.texts(answer)
            wait_for(lambda before=before: len(self.twilio.account.sent(self.cage.number)) > before, (number, answer))  # type: ignore[misc]
        wait_for(lambda: any(re.search(r"\d{4} \d{4} \d{4} \d{4}", m.body) for m in self.twilio.account.sent()), "ref")

    def staff(self, first_link: str) -> None:
        """Sign in, read the concern, take it, note, write, and mistype."""
        with _client() as client:
            client.follow_redirects = True
            word = self._bird("sign-in")
            page = client.get(f"{self.url}/staff/sign-in").text
            wrong = {"form_token": staff_console.form_token(page), "username": word, "password": word}
            assert client.post(f"{self.url}/staff/sign-in", data=wrong).status_code == 403
            _first_sign_in(client, first_link)
            self._review(client)

    def _review(self, client: httpx2.Client) -> None:
        queue = client.get(f"{self.url}/staff/").text
        concern = re.search(r"/staff/concerns/[\w-]{36}", queue)
        assert concern, "the concern is not in the queue"
        address = f"{self.url}{concern[0]}"
        shown = client.get(address).text
        assert self._bird("story") in shown
        token = {"form_token": staff_console.form_token(shown)}
        told = {"told": staff_console.hidden(shown, "told")}
        assert client.post(f"{address}/acknowledge", data=token | told).status_code == 200
        assert client.post(f"{address}/note", data=token | {"note": self._bird("note")}).status_code == 200
        number = {"number_reason": self._bird("reason")}
        assert client.post(f"{address}/number", data=token | number).status_code == 200
        message = {"message": self._bird("staff message"), "sending": staff_console.hidden(shown, "sending")}
        assert client.post(f"{address}/message", data=token | message | {"safe_now": "yes"}).status_code == 200
        wait_for(
            lambda: any(self._bird("staff message") in m.body for m in self.twilio.account.sent()), "staff message"
        )

    def sms_troubles(self) -> None:
        """Texts at which something fails: the dialogue, the sending, the look-up after it."""
        self.twilio.account.faults.extend([Fault("drop"), Fault("error", status=500), Fault("error", status=429)])
        before = len(self.twilio.account.sent())
        self.texts(f"he {FAIL_AT} {self._bird('failing text')}")
        self.texts(f"{self._bird('long text')} " * 1_000)
        wait_for(lambda: not self.twilio.account.faults, "faults")
        wait_for(lambda: len(self.twilio.account.sent()) >= before + 2, "answers after faults")

    def _bird(self, door: str) -> str:
        return self.cage.bird(door)


def _client() -> httpx2.Client:
    return httpx2.Client(trust_env=False, timeout=60)


def _hidden(page: str) -> dict[str, str]:
    return {name: staff_console.hidden(page, name) for name in ("form_token", "sending")}


def _breaks_off(word: str) -> Iterator[bytes]:
    yield word.encode()
    raise httpx2.ReadError("the sender goes away")


def _first_sign_in(client: httpx2.Client, link: str) -> None:
    """By the one-time link to the queue."""
    page = client.get(link).text
    chosen = {"form_token": staff_console.form_token(page), "password": PASSWORD, "again": PASSWORD}
    page = client.post(link, data=chosen).text
    found = re.search(r'class="staff-key">([^<]+)<', page)
    assert found
    secret = found[1].replace(" ", "")
    enrolled = {"form_token": staff_console.form_token(page), "code": pyotp.TOTP(secret).now()}
    assert client.post(link.split("/staff/")[0] + "/staff/enrol", data=enrolled).status_code == 200


def wait_for(true: Callable[[], bool], what: object) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.05)


def files_under(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(folder)), path.read_bytes()


def database_files(url: str, tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    """Every byte that the database has on disk, its write-ahead log and its own log too."""
    if url.startswith("sqlite"):
        yield from files_under(Path(url.removeprefix("sqlite:///")).parent)
        return
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    engine.dispose()
    yield from files_under(Path(folder))


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
                with _client() as client:
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


def excerpts(cage: Cage, logged: bytes) -> list[bytes]:
    """The lines at fault, cut down to what stands around the word."""
    found = []
    for line in logged.splitlines():
        if seen := cage.seen_in(line):
            at = max(line.find((cage.let_out | {"number": cage.number[3:]}).get(seen[0], "").encode()), 0)
            found.append(line[:120] + b" ... " + line[max(at - 200, 0) : at + 60])
    return found[:10]


def _serves(url: str, process: "subprocess.Popen[bytes]", output: Path) -> bool:
    assert process.poll() is None, f"the server ended: {output.read_text(errors='replace')[-3000:]}"
    try:
        return httpx2.get(f"{url}/healthz", trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def _model() -> Path:
    settings = Settings.load()
    return settings.model or model_path(ROOT, settings.var)


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(level=0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # What a formatter could print, and what an error tracker would send.
        error = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.lines.append(f"{record.name} {record.getMessage()} {record.args} {error}")


@contextmanager
def everything_logged() -> Iterator[_Collector]:
    """Collect all records from level 0 on, without touching the levels that the application has set."""
    collector, root = _Collector(), logging.getLogger()
    level = root.level
    root.addHandler(collector)
    root.setLevel(0)
    try:
        yield collector
    finally:
        root.removeHandler(collector)
        root.setLevel(level)


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
        with serving(create_app(services), port), _client() as client:
            doors = Doors(url, twilio, Cage(), client)
            doors.forged()
            doors.web()
            doors.concern()
    logged = "\n".join([*collected.lines, *(str(event) for event in events)]).encode()
    assert b"message_answered" in logged
    assert doors.cage.seen_in(logged) == [], excerpts(doors.cage, logged)
