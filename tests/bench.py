"""Measure: messages a second through POST /sms until answered, beside the same door when nobody answers.

`python -m tests.bench` takes about three minutes and asserts nothing: figures depend on the machine.
"""

import argparse
import platform
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from bot import bootstrap
from bot.dialogue.training import model_path, train
from bot.settings import ROOT, Settings
from bot.store import schema
from bot.store.unit_of_work import Store
from bot.usecases.understand import understand
from tests import bench_routing
from tests.bench_round import Round, Watcher, Writers
from tests.chaos_load import WORDS
from tests.chaos_processes import Servers, empty_database, environment
from tests.conftest import MASTER
from tests.standins.serving import serving
from tests.standins.twilio import TwilioStandIn

AT_ONCE = (1, 8, 32)
ROUNDS = 3
_HEAD = ("database", "door", "in flight", "messages/s", "ack p50", "ack p95", "reply p50", "reply p95")
_ROW = "{:<11} {:<9} {:>9} {:>11} {:>9} {:>9} {:>10} {:>10}"


def measure(kind: str, floor: bool, seconds: float) -> list[tuple[str, ...]]:
    """The rows of one database and one door, a row for each number of messages in flight."""
    twilio = TwilioStandIn()
    with tempfile.TemporaryDirectory(prefix="eb-bench-") as place, empty_database(kind, Path(place)) as url:
        store = Store(url, MASTER)
        schema.upgrade(store.engine)
        servers = Servers(Path(place), *(["--no-jobs"] if floor else []))
        with serving(twilio.app) as base:
            env = environment(url, twilio.account, base, servers.url) | {"BOT_MESSAGES_A_MINUTE": "1000"}
            watcher = None if floor else Watcher(store)
            with servers.running(env, 1), watcher.looking() if watcher else nullcontext():
                writers = Writers(twilio, f"{servers.url}/sms", watcher)
                writers.run(8, 1.0)
                found = {n: [writers.run(n, seconds) for _ in range(ROUNDS)] for n in AT_ONCE}
        store.close()
    door = "no reply" if floor else "answered"
    return [(kind, door, str(n), *_figures(rounds)) for n, rounds in found.items()]


def _figures(rounds: list[Round]) -> list[str]:
    """Messages a second and milliseconds, each the median of the rounds."""
    rate = statistics.median(len(r.acknowledged) / r.elapsed for r in rounds)
    shown = [f"{rate:.0f}"]
    for spans in ([r.acknowledged for r in rounds], [r.answered for r in rounds]):
        for share in (0.5, 0.95):
            shown.append(f"{statistics.median(_at(s, share) for s in spans) * 1000:.1f}" if all(spans) else "")
    return shown


def _at(spans: list[float], share: float) -> float:
    return sorted(spans)[min(len(spans) - 1, int(len(spans) * share))]


def understanding() -> list[str]:
    """What one message costs before any database, and how large the model is."""
    settings = Settings.load()
    start = time.perf_counter()
    with warnings.catch_warnings():
        # Rasa's own dependencies warn while they are imported; docs/decisions/0001.
        warnings.simplefilter("ignore")
        services = bootstrap.build_offline(settings)
    loading = time.perf_counter() - start
    size = (settings.model or model_path(ROOT, settings.var)).stat().st_size
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        train(ROOT, Path(folder))
    training = time.perf_counter() - start
    return [
        f"training, all languages      {training:8.1f} s",
        f"loading everything           {loading:8.1f} s",
        f"model                        {size / 1e6:8.1f} MB",
        f"emergency detector           {_each(services.detector.examine):8.2f} ms a message",
        f"understanding, detector too  {_each(lambda text: understand(services, text)):8.2f} ms a message",
    ]


def _each(work: Callable[[str], object]) -> float:
    """Milliseconds, the median over our messages, after each has been seen once."""
    spans = []
    for lap in range(6):
        for text in WORDS:
            start = time.perf_counter()
            work(text)
            if lap:
                spans.append(time.perf_counter() - start)
    return statistics.median(spans) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.5, help="of each round")
    asked = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}; medians of {ROUNDS} rounds; times in ms")
    for line in [*understanding(), *bench_routing.lines()]:
        print(line)
    print("\n" + _ROW.format(*_HEAD), flush=True)
    for kind in ("sqlite", "postgresql"):
        for floor in (False, True):
            for row in measure(kind, floor, asked.seconds):
                print(_ROW.format(*row), flush=True)


if __name__ == "__main__":
    main()
