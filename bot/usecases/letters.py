"""What agencies are mailed: a reference and a link, or a code. Nothing in them comes from a concern."""

import functools
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from bot.directory.hours import LONDON
from bot.safeguarding.reference import shown
from bot.safeguarding.referral import LINK_LIVES
from bot.store.columns import new_id
from bot.store.models import Mail, Referral
from bot.store.unit_of_work import UnitOfWork
from bot.usecases.services import Services

_KEYS = {
    "referral": ("mail_referral_subject", "mail_referral_body"),
    "chase": ("mail_chase_subject", "mail_chase_body"),
}
_HERE = ("localhost", "127.0.0.1", "::1")


def may_link(services: Services) -> bool:
    """Whether agencies can reach our pages over an encrypted connection, or from this very machine."""
    address = urlsplit(services.settings.public_url)
    return address.scheme == "https" or address.hostname in _HERE


def link_token(services: Services, referral_id: str) -> str:
    """The secret in a referral's address. It follows from the id, so that a chase carries the same link."""
    return services.store.sealer.token("referral", referral_id)


def put_link(services: Services, uow: UnitOfWork, referral: Referral, kind: str, now: datetime) -> None:
    """Queue a mail with the link: `referral`, the first one, or `chase`. The link lives on from now."""
    referral.link_until = now + LINK_LIVES
    subject, body = _with_link(services, referral, kind)
    _put(uow, referral, kind, subject, body, now)


def put_again(services: Services, referral: Referral, mail: Mail, now: datetime) -> None:
    """Queue a failed mail once more, under its own id: it may have arrived after all."""
    referral.link_until = now + LINK_LIVES
    mail.subject, mail.body = _with_link(services, referral, mail.kind)
    mail.state, mail.error, mail.attempts = "queued", None, 0
    mail.created_at = mail.next_attempt_at = now


def put_code(services: Services, uow: UnitOfWork, referral: Referral, code: str, now: datetime) -> None:
    """Queue a one-time code."""
    words, reference = _words(services.root), shown(referral.concern.reference)
    subject = words["mail_code_subject"].format(reference=reference)
    body = words["mail_code_body"].format(reference=reference, code=f"{code[:3]} {code[3:]}")
    _put(uow, referral, "code", subject, body, now)


def _with_link(services: Services, referral: Referral, kind: str) -> tuple[str, str]:
    words, (subject, body) = _words(services.root), _KEYS[kind]
    address = f"{services.settings.public_url.rstrip('/')}/referral/{link_token(services, referral.id)}"
    assert referral.link_until is not None
    values = {"reference": shown(referral.concern.reference), "link": address, "until": _day(referral.link_until)}
    return words[subject].format(**values), words[body].format(**values) + _our_phone(services, words)


def _our_phone(services: Services, words: dict[str, str]) -> str:
    phone = services.settings.team_phone
    return words["mail_team_phone"].format(phone=phone) if phone else ""


def _put(uow: UnitOfWork, referral: Referral, kind: str, subject: str, body: str, now: datetime) -> None:
    row = Mail(
        id=new_id(),
        referral_id=referral.id,
        kind=kind,
        subject=subject,
        state="queued",
        attempts=0,
        next_attempt_at=now,
        created_at=now,
    )
    uow.session.add(row)
    row.recipient, row.body = referral.mailbox, body


def _day(moment: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"


@functools.cache
def _words(root: Path) -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load((root / "translations" / "staff.yml").read_text(encoding="utf-8"))
    return words
