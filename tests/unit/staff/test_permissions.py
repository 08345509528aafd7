"""The permissions table: what is documented is what is enforced."""

import re

from bot.safeguarding import permissions
from bot.safeguarding.permissions import ROLES, TABLE, Permission, may


def test_the_documented_table_is_the_table() -> None:
    lines = (permissions.__doc__ or "").splitlines()
    heading = next(line for line in lines if "reviewer" in line)
    columns = {role: heading.index(role) + len(role) // 2 for role in ROLES}
    documented: dict[str, set[str]] = {role: set() for role in ROLES}
    for line in lines:
        found = re.match(r"([a-z_]+) +\S", line)
        if found and found[1] in set(Permission):
            marks = [m.start() for m in re.finditer(r"(?<=\s)x(?=\s|$)", line)]
            for mark in marks:
                documented[min(columns, key=lambda role: abs(columns[role] - mark))].add(found[1])
    assert documented == {role: {str(p) for p in allowed} for role, allowed in TABLE.items()}


def test_every_permission_is_somebody_s() -> None:
    assert set().union(*TABLE.values()) == set(Permission)


def test_an_auditor_reads_the_audit_log_and_nothing_else() -> None:
    assert TABLE["auditor"] == {Permission.READ_AUDIT}


def test_an_unknown_role_may_nothing() -> None:
    assert not any(may("boss", permission) for permission in Permission)
