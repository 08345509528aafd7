"""Which agencies a concern can be referred to, and how."""

from dataclasses import dataclass

from bot.directory.agencies import Agency
from bot.directory.choose import EMERGENCY, POLICE
from bot.directory.hours import LONDON
from bot.errors import NotFound
from bot.safeguarding.permissions import GRAVE
from bot.store.models import Concern
from bot.usecases import letters
from bot.usecases.services import Services

_TEAMS = ("children", "adults")


@dataclass(frozen=True)
class Choice:
    """An agency in the form. `by_email`: a mail can reach it as we are set up now; otherwise by hand.

    `fitting`: for this place and kind of worry. `phone` as it is shown.
    """

    id: str
    name: str
    kind: str
    by_email: bool
    fitting: bool = False
    phone: str | None = None


def choices(services: Services, concern_id: str) -> list[Choice]:
    """Every agency that may be given out today, the fitting ones first. Raises `NotFound`."""
    with services.store.reading() as uow:
        concern = uow.concerns.get(concern_id)
    if concern is None:
        raise NotFound("no such concern")
    found = sorted(_published(services), key=lambda agency: _rank(agency, concern))
    return [
        Choice(
            a.id,
            a.name,
            a.kind,
            by_email(services, a.id),
            fitting=_rank(a, concern)[0] < 2,
            phone=a.phone.display if a.phone else None,
        )
        for a in found
    ]


def offered(services: Services, agency_id: str) -> Agency | None:
    """The agency, if it may be given out today."""
    return next((a for a in _published(services) if a.id == agency_id), None)


def by_email(services: Services, agency_id: str) -> bool:
    return services.mail is not None and letters.may_link(services) and mailbox(services, agency_id) is not None


def mailbox(services: Services, agency_id: str) -> str | None:
    """The agency's mailbox for referrals, if it has told us one."""
    agency = services.directory.agencies.get(agency_id)
    return agency.referral_email if agency else None


def _published(services: Services) -> list[Agency]:
    today = services.clock().astimezone(LONDON).date()
    return [a for a in services.directory.agencies.values() if a.publish and a.in_effect(today)]


def _rank(agency: Agency, concern: Concern) -> tuple[int, int]:
    """Police and the borough's teams, then what is for this kind of worry there, then the rest."""
    near = agency.boroughs != "uk" and bool(set(agency.boroughs) & set(concern.boroughs))
    police = agency.id in (EMERGENCY, POLICE)
    if police or (agency.kind in _TEAMS and near):
        first = "adults" if concern.category == "adult" else "children"
        order = {first: 1}.get(agency.kind, 2)
        if police:
            order = 0 if concern.urgency in GRAVE else 3
        return 0, order
    here = near or agency.boroughs == "uk"
    if agency.kind not in _TEAMS and here and concern.category in agency.handles:
        return (1, 0) if near else (1, 1)
    return 2, 0 if here else 1
