"""A resident's words in English by machine, for staff who ask for it: beside the original, marked, and on record."""

from dataclasses import dataclass

from bot.errors import TranslationFailed
from bot.languages.registry import SOURCE
from bot.usecases.case_file import CaseFile, Line
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn

PURPOSE = "staff_reading"
# Answers that may name people; a name that is known does not leave.
_NAMES = ("reporter_name", "subject")


@dataclass(frozen=True)
class Reading:
    """One message by machine. `failure` is a code of `TranslationFailed`, and then there is no text."""

    text: str | None
    failure: str | None = None


def offered(services: Services, file: CaseFile) -> bool:
    """Whether there is anything that a machine may translate here."""
    return services.translator.state != "off" and any(_foreign(line) for line in file.talk.lines)


def read(services: Services, staff: SignedIn, file: CaseFile) -> dict[str, Reading]:
    """Each message of the resident that is not English, by its id. May take seconds; no transaction is open."""
    with services.store.unit() as uow:
        uow.audit(services.clock(), staff.actor, "machine_translated", "concern", file.row.id)
        uow.commit()
    known = [value for name, value in file.answers if name in _NAMES]
    return {line.id: _read(services, line, known) for line in file.talk.lines if _foreign(line)}


def _read(services: Services, line: Line, known: list[str]) -> Reading:
    try:
        done = services.translator.translate(line.text or "", line.language, SOURCE, PURPOSE, known)
    except TranslationFailed as failed:
        return Reading(None, failed.code)
    return Reading(done.text)


def _foreign(line: Line) -> bool:
    return line.speaker == "resident" and bool(line.text) and line.language != SOURCE
