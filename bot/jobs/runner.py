"""The loops of one serving process: answer, send, sweep, reconcile, mail, chase."""

import time
from datetime import timedelta
from functools import partial

import structlog

from bot.jobs.answering import Answering
from bot.jobs.loop import Loop
from bot.usecases.chase import chase_one
from bot.usecases.deliver import deliver_one
from bot.usecases.post_mail import post_one
from bot.usecases.reply import reply
from bot.usecases.services import Services
from bot.usecases.sweep import LOOK_BACK, reconcile, sweep

log = structlog.get_logger(__name__)
_STOP_SECONDS = 2.0
# Overlap of two looks at the provider's list, so that nothing falls between them.
_OVERLAP = timedelta(minutes=15)


class Jobs:
    """Start once, after the services are built; `stop` returns within two seconds."""

    def __init__(self, services: Services) -> None:
        self._services = services
        # SQLite has one writer at a time, so more threads would only wait for each other. Sending waits
        # for the network, and one slow call must not hold up a 999 reply.
        one_writer = services.settings.url_of_database.startswith("sqlite")
        settings = services.settings
        self._answering = Answering(partial(reply, services), 1 if one_writer else 4)
        self._sending = [
            Loop(f"outbox-{number}", partial(deliver_one, services), settings.sweep_seconds)
            for number in range(2 if one_writer else 4)
            if services.sms is not None
        ]
        self._others = [Loop("sweeper", self._sweep, settings.sweep_seconds)]
        if services.sms is not None:
            self._others.append(Loop("reconcile", self._reconcile, settings.reconcile_seconds))
        self._others.append(Loop("chase", partial(chase_one, services), settings.sweep_seconds))
        self._mailing = [Loop("mail", partial(post_one, services), settings.sweep_seconds)] if services.mail else []
        self._reconciled_at: float | None = None
        self._jobs: tuple[Answering | Loop, ...] = (self._answering, *self._sending, *self._mailing, *self._others)

    def start(self) -> None:
        self._services.wake.inbox = self._answering.ring
        self._services.wake.outbox = self._ring_outbox
        self._services.wake.mail = self._ring_mail
        for job in self._jobs:
            job.start()
        log.info("jobs_started", sms=bool(self._sending), mail=bool(self._mailing))

    def stop(self) -> None:
        """Let what is being done end, for two seconds; what is left is found again after the next start."""
        wake = self._services.wake
        wake.inbox, wake.outbox, wake.mail = _nobody_for, _nobody, _nobody
        for job in self._jobs:
            job.stop()
        end = time.monotonic() + _STOP_SECONDS
        for job in self._jobs:
            job.join(max(0.0, end - time.monotonic()))
        log.info("jobs_stopped")

    def _ring_outbox(self) -> None:
        for loop in self._sending:
            loop.ring()

    def _ring_mail(self) -> None:
        for loop in self._mailing:
            loop.ring()

    def _sweep(self) -> bool:
        sweep(self._services)
        return False

    def _reconcile(self) -> bool:
        started = time.monotonic()
        reconcile(self._services, self._look_back(started))
        self._reconciled_at = started
        return False

    def _look_back(self, now: float) -> timedelta:
        """All the way after a start or while it keeps failing; afterwards since the last look."""
        if self._reconciled_at is None:
            return LOOK_BACK
        return min(LOOK_BACK, timedelta(seconds=now - self._reconciled_at) + _OVERLAP)


def _nobody() -> None:
    """Nobody listens after the end."""


def _nobody_for(_conversation_id: str) -> None:
    """Nobody listens after the end."""
