"""`bot` with every logger at its loudest, and a dialogue that fails when it is asked to.

As a process: `python -m tests.standins.loud_server serve --port 8001`. Nothing of ours is replaced but the dialogue's
answer to a message with `FAIL_AT` in it: an error that quotes the message, as a careless library's would.
"""

import logging
import sys
from typing import Any

FAIL_AT = "explodes"


class _Everything(logging.Handler):
    """Prints all that a record holds, with what it was made from and its traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        print("RECORD", vars(record), record.getMessage(), file=sys.stderr, flush=True)


def be_loud() -> None:
    """Every record of every logger goes to standard error, whatever level the root is set to later."""
    logging.raiseExceptions = True
    root = logging.getLogger()
    root.addHandler(_Everything(level=0))
    root.setLevel(1)
    root.setLevel = lambda level: None  # type: ignore[method-assign,assignment]


def fail_when_asked() -> None:
    """Let the real dialogue fail at a marked message."""
    from bot.dialogue.engine import RasaDialogue

    real = RasaDialogue.respond

    def respond(self: RasaDialogue, turn: Any, text: str, intent: str, entities: dict[str, str]) -> Any:
        if FAIL_AT in text:
            raise RuntimeError(f"could not answer {text!r} to {turn.conversation.resident.address}")
        return real(self, turn, text, intent, entities)

    RasaDialogue.respond = respond  # type: ignore[method-assign]


if __name__ == "__main__":
    be_loud()
    fail_when_asked()
    from bot.cli import main

    main()
