"""What the tests of referrals share: agencies with a mailbox, a mail server, and shortcuts to what they look at."""

import contextlib
import copy
import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.channels.smtp_mail import SmtpMail
from bot.settings import Settings
from bot.store.models import AuditEntry, ConcernEvent, Mail, Referral
from bot.usecases import queue, refer, referral_link
from bot.usecases.chase import chase_one
from bot.usecases.post_mail import post_one
from bot.usecases.refer import Row
from bot.usecases.referral_form import Words
from bot.usecases.review import Problem
from bot.usecases.services import Services, Wake
from bot.usecases.sign_in import SignedIn
from tests.conftest import StillClock
from tests.functional.staff_console import Case, Person, as_staff, make_case, make_person
from tests.standins.mail_server import MailServer, mail_server, text_of

PUBLIC_URL = "https://bot.example"
AGENCY = "csc_birmingham"
MAILBOX = "mash@agency.example"
WORDS = Words(worry="He is always hungry.", wanted="Please see him.", rung="999 at 14:20")


def with_mailboxes(services: Services, **mailboxes: str) -> Services:
    """The same directory, in which these agencies have told us a mailbox. None has in the real one."""
    directory = copy.copy(services.directory)
    directory.agencies = {
        agency_id: agency.model_copy(update={"referral_email": mailboxes.get(agency_id)})
        for agency_id, agency in services.directory.agencies.items()
    }
    return dataclasses.replace(services, directory=directory)


def mailing(services: Services, server: MailServer, **more: Any) -> Services:
    """Services that can mail through this server."""
    settings = services.settings.model_copy(
        update=Settings.load(_env_file=None, public_url=PUBLIC_URL, **server.settings(**more)).model_dump(
            include={"public_url", *server.settings(**more)}
        )
    )
    boxed = with_mailboxes(services, **{AGENCY: MAILBOX})
    return dataclasses.replace(boxed, settings=settings, mail=SmtpMail(settings, timeout=3), wake=Wake())


@dataclass
class ReferralWorld:
    """A concern that staff look at, an agency with a mailbox, and a mail server."""

    services: Services
    server: MailServer
    case: Case
    amina: Person
    staff: SignedIn

    @property
    def clock(self) -> StillClock:
        assert isinstance(self.services.clock, StillClock)
        return self.services.clock

    def refer(
        self,
        *,
        agency: str = AGENCY,
        route: str = "email",
        words: Words = WORDS,
        told: int = 1,
        sending: str = "",
        case: Case | None = None,
        listed: int | None = None,
    ) -> str | Problem:
        """The id of the referral that was made, or why there is none."""
        sending, concern_id = sending or refer.new_sending(), (case or self.case).concern_id
        if listed is None:
            listed = len(refer.of_concern(self.services, concern_id))
        problem = refer.refer(self.services, self.staff, concern_id, agency, route, words, sending, told, listed)
        return problem or sending

    def referred(self, **how: Any) -> str:
        made = self.refer(**how)
        assert isinstance(made, str), made
        return made

    def sent(self, **how: Any) -> str:
        """A referral whose mail is out."""
        made = self.referred(**how)
        self.post_all()
        return made

    def post_all(self, rounds: int = 1) -> None:
        """Post what is due, and in each further round what had to wait."""
        for number in range(rounds):
            if number:
                self.clock.forward(minutes=20)
            while post_one(self.services):
                pass

    def chase_all(self) -> int:
        chased = 0
        while chase_one(self.services):
            chased += 1
        return chased

    def row(self, referral_id: str) -> Referral:
        with self.services.store.reading() as uow:
            return uow.session.get_one(Referral, referral_id)

    def listed(self, referral_id: str) -> Row:
        """As the concern's page lists it."""
        rows = refer.of_concern(self.services, self.row(referral_id).concern_id)
        return next(row for row in rows if row.id == referral_id)

    def mails(self) -> list[Mail]:
        with self.services.store.reading() as uow:
            return uow.session.query(Mail).order_by(Mail.created_at).all()

    def kinds(self) -> list[str]:
        """The timeline's lines about referrals."""
        with self.services.store.reading() as uow:
            lines = uow.session.query(ConcernEvent).order_by(ConcernEvent.at, ConcernEvent.id)
            return [e.kind.removeprefix("referral_") for e in lines if e.kind.startswith("referral_")]

    def audited(self, referral_id: str) -> list[tuple[str, str]]:
        """Who did what with the referral."""
        with self.services.store.reading() as uow:
            entries = uow.session.query(AuditEntry).order_by(AuditEntry.id)
            return [(e.actor, e.action) for e in entries if e.object_id == referral_id]

    def trouble(self, case: Case | None = None) -> str | None:
        """What the queue says is wrong with the concern's referrals."""
        wanted = (case or self.case).concern_id
        rows = [row for row in queue.board(self.services).referrals if row.id == wanted]
        return rows[0].referral if rows else None

    def token(self, number: int = 0) -> str:
        """The secret in the link of a letter that came."""
        found = re.search(rf"{PUBLIC_URL}/referral/([A-Za-z0-9_-]{{43}})\s", text_of(self.server.letters[number]))
        assert found is not None, "no link in the letter"
        return found[1]

    def code(self) -> str:
        """The code in the newest letter."""
        found = re.search(r"\b(\d{3} \d{3})\b", text_of(self.server.letters[-1]))
        assert found is not None, "no code in the letter"
        return found[1]

    def entered(self, token: str) -> str:
        """A session of the agency's, got as they get it."""
        referral_link.send_code(self.services, token)
        self.post_all()
        session = referral_link.enter(self.services, token, self.code())
        assert session is not None
        return session


@contextlib.contextmanager
def referral_world(console: Services) -> Iterator[ReferralWorld]:
    """Over these services, with a mail server that runs beside them."""
    with mail_server() as server:
        services = mailing(console, server)
        amina = make_person(services, "amina", "reviewer")
        yield ReferralWorld(services, server, make_case(services), amina, as_staff(services, amina))
