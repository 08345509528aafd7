"""Kill server processes under load, let Twilio fail, and check that nothing was lost, doubled or left behind.

`python -m tests.chaos --minutes 10 [--database sqlite|postgresql]` ends with 1 when a promise was broken.
"""

import argparse
import asyncio
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from bot.store import schema
from bot.store.models import OutboundMessage
from bot.store.unit_of_work import Store
from tests.chaos_checks import violations, wait_until_quiet, work_left
from tests.chaos_load import Load
from tests.chaos_processes import Servers, empty_database, environment
from tests.conftest import MASTER
from tests.standins.serving import serving
from tests.standins.twilio import TwilioStandIn


@dataclass(frozen=True)
class Plan:
    """How long and how hard. `pause` is the span between two kills in seconds."""

    messages: int
    rate: float = 15.0
    residents: int = 40
    processes: int = 2
    pause: tuple[float, float] = (0.7, 1.6)
    least_kills: int = 4
    lease: float = 8.0
    timeout: float = 1.0
    patience: float = 60.0
    seed: int = 0


@dataclass
class Outcome:
    """The figures of a run and every broken promise."""

    figures: dict[str, float | int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


class Killer:
    """A thread that kills a random process again and again, and starts another in its place."""

    def __init__(self, servers: Servers, store: Store, load: Load, plan: Plan) -> None:
        self._servers, self._store, self._load, self._plan = servers, store, load, plan
        self._dice = random.Random(plan.seed + 1)
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="killer", daemon=True)
        self.counts: Counter[str] = Counter()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop once enough were killed; the wounded are replaced, so every process lives."""
        self._enough.set()
        self._thread.join(60)

    def _run(self) -> None:
        while (
            not self._enough.is_set()
            or self.counts["kills"] + self.counts["died by themselves"] < self._plan.least_kills
        ):
            time.sleep(self._dice.uniform(*self._plan.pause))
            self._kill(self._dice.choice(self._servers.living))

    def _kill(self, pid: int) -> None:
        _, waiting, unsent = work_left(self._store)
        posting = self._load.posting
        if self._servers.kill(pid):
            self.counts["kills"] += 1
        else:
            self.counts["died by themselves"] += 1
        self.counts["kills with a request open"] += bool(posting)
        self.counts["kills with work in hand"] += bool(waiting or unsent)
        self._servers.fork()


def run(plan: Plan, database_url: str, folder: Path, progress: bool = False) -> Outcome:
    """One run on an empty database. The folder takes the logs."""
    twilio = TwilioStandIn()
    servers = Servers(folder, "--lease", str(plan.lease), "--timeout", str(plan.timeout))
    store = Store(database_url, MASTER)
    schema.upgrade(store.engine)
    with serving(twilio.app) as base:
        env = environment(database_url, twilio.account, base, servers.url)
        env |= {"BOT_SWEEP_SECONDS": "2", "BOT_RECONCILE_SECONDS": "5", "BOT_MESSAGES_A_MINUTE": "60"}
        load = Load(twilio, f"{servers.url}/sms", plan.residents, random.Random(plan.seed), plan.timeout)
        with servers.running(env, plan.processes), _reports_go_missing(twilio, plan):
            killer = Killer(servers, store, load, plan)
            over = threading.Event()
            if progress:
                threading.Thread(target=_tell, args=(load, killer, store, over), daemon=True).start()
            started = time.monotonic()
            killer.start()
            asyncio.run(load.run(plan.messages, plan.rate))
            killer.stop()
            under_fire = time.monotonic() - started
            quiet = wait_until_quiet(store, len(load.texts), plan.patience)
            over.set()
            died = sum(not servers.kill(pid) for pid in list(servers.living))
        outcome = Outcome(broken=violations(store, twilio.account, load.texts))
    if killer.counts["died by themselves"] + died:
        outcome.broken.append(f"{killer.counts['died by themselves'] + died} processes died by themselves")
    outcome.figures = _figures(load, killer, store) | {
        "seconds under fire": round(under_fire, 1),
        "seconds until quiet": round(quiet, 1),
    }
    store.close()
    return outcome


@contextmanager
def _reports_go_missing(twilio: TwilioStandIn, plan: Plan) -> Iterator[None]:
    """About half of what we send is never reported on: only then does a doubtful text have to be looked up."""
    over, dice = threading.Event(), random.Random(plan.seed + 2)

    def flip() -> None:
        while not over.wait(0.05):
            twilio.account.progress = dice.choice(((), ("sent", "delivered")))

    flipping = threading.Thread(target=flip, daemon=True)
    flipping.start()
    try:
        yield
    finally:
        over.set()
        flipping.join()


def _figures(load: Load, killer: Killer, store: Store) -> dict[str, float | int]:
    with store.reading() as uow:
        rows = list(uow.session.scalars(select(OutboundMessage)))
    states = Counter(row.state for row in rows)
    return {
        "messages": len(load.texts),
        "acknowledged": sum(text.acknowledged for text in load.texts),
        **dict(sorted(load.counts.items())),
        **killer.counts,
        "replies": len(rows),
        **{f"replies {state}": number for state, number in sorted(states.items())},
        "replies tried more than once": sum(row.attempts > 1 for row in rows),
    }


def _tell(load: Load, killer: Killer, store: Store, over: threading.Event) -> None:
    while not over.wait(15):
        _, waiting, unsent = work_left(store)
        kills = killer.counts["kills"]
        print(f"  {len(load.texts)} messages, {kills} kills, {waiting} unanswered, {unsent} unsent", flush=True)


def main() -> None:
    """Run on one database or on both, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="under fire, for all databases together")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--rate", type=float, default=8.0, help="messages a second")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--keep", type=Path, help="a folder for database and logs, instead of one that is deleted")
    asked = parser.parse_args()
    kinds = asked.database or ["sqlite", "postgresql"]
    messages = int(asked.minutes * 60 * asked.rate / len(kinds))
    broken = 0
    for kind in kinds:
        print(f"{kind}, seed {asked.seed}, {messages} messages", flush=True)
        plan = Plan(messages, asked.rate, residents=max(40, int(asked.rate * 10)), patience=180, seed=asked.seed)
        with tempfile.TemporaryDirectory(prefix="eb-chaos-") as place:
            folder = asked.keep / kind if asked.keep else Path(place)
            folder.mkdir(parents=True, exist_ok=True)
            with empty_database(kind, folder) as url:
                outcome = run(plan, url, folder, progress=True)
        broken += len(outcome.broken)
        _print(outcome)
    raise SystemExit(1 if broken else 0)


def _print(outcome: Outcome) -> None:
    for name, value in outcome.figures.items():
        print(f"  {name:32} {value:>8}")
    for line in outcome.broken[:50]:
        print(f"  BROKEN {line}")
    print(f"  {len(outcome.broken)} promises broken", flush=True)


if __name__ == "__main__":
    main()
