"""Referrals in a running service: the loops mail and chase by themselves, and nothing that people wrote shows."""

import dataclasses
import time
from collections.abc import Callable

import structlog

from bot.jobs.runner import Jobs
from bot.usecases import refer, referral_link
from bot.usecases.referral_form import Words
from tests.functional.canaries import Cage, database_files, everything_logged, files_under
from tests.functional.staff_console import make_case
from tests.standins.mail_server import text_of
from tests.standins.referral_world import MAILBOX, ReferralWorld


def wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def test_a_running_service_mails_and_chases_by_itself(world: ReferralWorld) -> None:
    settings = world.services.settings.model_copy(update={"sweep_seconds": 60.0})
    world.services = dataclasses.replace(world.services, settings=settings)
    jobs = Jobs(world.services)
    jobs.start()
    try:
        made = world.referred()
        wait_for(lambda: world.row(made).status == "sent")
        referral_link.send_code(world.services, world.token())
        wait_for(lambda: len(world.server.letters) == 2)
    finally:
        jobs.stop()
    world.clock.forward(days=2)
    again = Jobs(world.services)
    again.start()
    try:
        wait_for(lambda: len(world.server.letters) == 3)
    finally:
        again.stop()
    assert world.listed(made).chases == 1


def test_without_a_mail_server_the_loops_still_chase(world: ReferralWorld) -> None:
    made = world.referred(route="by_hand")
    world.services = dataclasses.replace(world.services, mail=None)
    world.clock.forward(days=2)
    jobs = Jobs(world.services)
    jobs.start()
    try:
        wait_for(lambda: world.listed(made).chases == 1)
    finally:
        jobs.stop()


def test_no_word_of_a_referral_is_anywhere_in_the_clear(
    world: ReferralWorld, database_url: str, tmp_path: object
) -> None:
    cage = Cage()
    case = make_case(world.services, urgency="urgent", address=cage.number, story=f"hungry {cage.bird('story')}")
    birds = {name: cage.bird(name) for name in ("worry", "known", "done", "wanted", "rung")}
    cage.let_out["mailbox"] = MAILBOX
    with everything_logged() as collected, structlog.testing.capture_logs() as events:
        world.server.faults += ["greylists", "drops after"]
        world.referred(case=case, words=Words(**birds))
        world.post_all(rounds=3)
        token = world.token()
        cage.let_out["link"] = token
        session = world.entered(token)
        cage.let_out["session"] = session
        cage.let_out["code"] = world.code()
        form = referral_link.read(world.services, token, session)
        assert form is not None
        assert form.words.worry == birds["worry"]
        assert referral_link.answer(world.services, token, session, "accepted", cage.bird("accepted")) is None
        assert referral_link.answer(world.services, token, session, "declined", cage.bird("declined")) is None
        other = world.referred(case=case, words=Words(**birds))
        assert refer.record(world.services, world.staff, other, "withdrawn", cage.bird("withdrawn")) is None
        world.post_all()
        world.clock.forward(days=2)
        world.chase_all()
        refused = world.referred(case=case, words=Words(**birds))
        world.server.faults.append("refuses")
        world.post_all()
        assert world.row(refused).status == "failed"
    # The stand-in logs what it receives; it is not ours.
    lines = [line for line in collected.lines if not line.startswith("mail.")]
    logged = "\n".join([*lines, *(str(event) for event in events)]).encode()
    assert b"mail_settled" in logged
    assert cage.seen_in(logged) == []
    mailed = "\n".join(f"{letter['Subject']}\n{text_of(letter)}" for letter in world.server.letters).encode()
    secrets = {"link", "code", "mailbox"}
    assert set(cage.seen_in(mailed)) - secrets == set()
    found = {name: seen for name, data in database_files(database_url, tmp_path) if (seen := cage.seen_in(data))}  # type: ignore[arg-type]
    assert found == {}
    var = world.services.settings.var
    assert {name for name, data in files_under(var) if cage.seen_in(data)} == set()
