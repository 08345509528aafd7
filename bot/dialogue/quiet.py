"""Keep Rasa from printing what people wrote and from reporting home. Must run before Rasa is imported.

Unconfigured, Rasa's structlog prints each message at debug level, and Rasa's loggers carry message texts too.
"""

import logging
import os
import sys
import warnings

import structlog
from structlog.typing import Processor

# Loggers whose records can quote a message or a URL with a message in it, at any level below a warning.
TALKATIVE = (
    "rasa",
    "rasa_sdk",
    "httpx",
    "httpcore",
    "hpack",
    "twilio",
    "sqlalchemy",
    "asyncio",
    "apscheduler",
)

# One list for every call: loggers keep the list they were first used with, and a test that listens changes it in place.
_PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.JSONRenderer(ensure_ascii=False),
]


def prepare() -> None:
    """Set the levels, turn telemetry off, hide the warnings of Rasa's old dependencies."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("SANIC_REGISTER", "false")
    warnings.filterwarnings("ignore", module=r"(rasa|sanic|pkg_resources|aiogram|google|questionary|networkx|dask).*")
    warnings.filterwarnings("ignore", message=r".*(pkg_resources|declare_namespace|declarative_base|existing_nlu).*")
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _ToStandardError(),
        cache_logger_on_first_use=True,
    )
    silence()


class _ToStandardError:
    """Log lines never mix with what a command prints."""

    def msg(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = msg


def silence() -> None:
    """Set the talkative loggers to warnings only; called again after Rasa is imported, which resets its own."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
