"""The real server, loaded once and forked at will: a cold start takes ten seconds, a fork a few milliseconds.

Told what to do through standard input: `fork` answers the new process's id; `kill <id>` ends it with SIGKILL and
answers `killed`, or `dead` when it had ended by itself. At the end of the input every process is killed.
"""

import argparse
import gc
import os
import signal
import socket
import sys
import traceback
from datetime import timedelta

import uvicorn

from bot import bootstrap
from bot.app import create_app
from bot.channels.twilio_sms import TwilioSms
from bot.ports import Dialogue
from bot.settings import Settings
from bot.usecases.deliver import deliver_one


class Parent:
    """Holds the listening socket, so that a connection waits when no process lives, and what takes long to load."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self._asked = asked
        self._settings = Settings.load(_env_file=None)
        self._knowledge = bootstrap.load_knowledge(self._settings)
        self._dialogue: Dialogue = bootstrap.load_dialogue(self._settings)
        self._living: set[int] = set()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", asked.port))
        self._listener.listen(512)
        gc.freeze()

    def obey(self, control: int) -> None:
        os.write(control, b"ready\n" if self._dialogue.ready else b"no model\n")
        for line in sys.stdin:
            word, *rest = line.split()
            os.write(control, f"{self._fork(control) if word == 'fork' else self._kill(int(rest[0]))}\n".encode())

    def kill_all(self) -> None:
        for pid in list(self._living):
            self._kill(pid)

    def _kill(self, pid: int) -> str:
        if pid not in self._living:
            return "unknown"
        self._living.discard(pid)
        ended, _ = os.waitpid(pid, os.WNOHANG)
        if ended:
            return "dead"
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return "killed"

    def _fork(self, control: int) -> int:
        pid = os.fork()
        if pid:
            self._living.add(pid)
            return pid
        try:
            os.close(control)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            self._serve()
        except BaseException:  # noqa: BLE001 - a child must not go on as if it were the parent
            traceback.print_exc()
        finally:
            os._exit(1)

    def _serve(self) -> None:
        # A minute of lease would be most of a short run.
        deliver_one.__defaults__ = (timedelta(seconds=self._asked.lease),)
        services = bootstrap.build(
            self._settings,
            knowledge=self._knowledge,
            dialogue=self._dialogue,
            sms=TwilioSms(self._settings, timeout=self._asked.timeout),
        )
        app = create_app(services, jobs=not self._asked.no_jobs)
        # As `bot serve` does.
        config = uvicorn.Config(app, ws="none", log_config=None, access_log=False)
        uvicorn.Server(config).run(sockets=[self._listener])


def main() -> None:
    """Load, then obey until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--lease", type=float, default=60.0)
    parser.add_argument("--timeout", type=float, default=5.0)
    parser.add_argument("--no-jobs", action="store_true", help="take messages and never answer them")
    # Log lines go where errors go; our own answers have standard output to themselves.
    control = os.dup(1)
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    parent = Parent(parser.parse_args())
    try:
        parent.obey(control)
    finally:
        parent.kill_all()


if __name__ == "__main__":
    main()
