"""Four places for whom to ring: who must be in the list, and who comes in while there is room."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.directory.contact import Contact
from bot.directory.plans import AT_MOST


@dataclass(frozen=True, slots=True)
class Unit:
    """Contacts that belong together: all of them are given, or none. `place`: in the list; `rank`: claim to room."""

    place: int
    rank: int
    contacts: Sequence[Contact]


def shortlist(
    units: Iterable[Unit], answers: Callable[[Contact], bool], last_resort: Unit, at_least: int
) -> list[Contact]:
    """At most four, of whom one surely answers: the last resort if nobody else does. No number comes twice.

    The last resort also comes in where there are fewer than `at_least`: one number that is engaged is none.
    """
    taken: list[Unit] = []
    for unit in sorted(units, key=lambda u: (u.rank, u.place)):
        given = _all(taken)
        new = Unit(unit.place, unit.rank, [c for c in unit.contacts if not _among(c, given)])
        if len(given) + len(new.contacts) <= AT_MOST:
            taken.append(new)
    if not any(answers(contact) for contact in _all(taken)):
        while len(_all(taken)) >= AT_MOST:
            taken.pop()
        taken.append(last_resort)
    elif len(_all(taken)) < at_least and not _among(last_resort.contacts[0], _all(taken)):
        taken.append(last_resort)
    return _all(sorted(taken, key=lambda u: u.place))


def _among(contact: Contact, given: Sequence[Contact]) -> bool:
    """Whether the agency or its number is there already: one team may answer for adults and for children."""
    return any(contact.id == other.id or contact.phone == other.phone for other in given)


def _all(units: Iterable[Unit]) -> list[Contact]:
    return [contact for unit in units for contact in unit.contacts]
