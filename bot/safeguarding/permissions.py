"""Who may do what in the staff console. Nothing else says so; `docs/decisions/0008` explains it.

permission          what it lets a person do                        reviewer supervisor administrator auditor
see_queue           the lists: reference, kind, urgency, clock;         x         x           x
                    never what a resident wrote
read_conversations  a concern or conversation, in their words           x         x           x
work_concerns       acknowledge, note, change urgency, settle a         x         x           x
                    call for a person, try a failed text again
write_to_residents  a message to the person who wrote to us             x         x           x
refer_concerns      refer a concern to an agency, and say what the      x         x           x
                    agency answered
close_concerns      close what is not grave                             x         x           x
close_grave         close or quieten what was an emergency,                       x           x
                    possible danger or urgent
see_numbers         the writer's number, for a written reason                     x           x
keep_directory      the directory: numbers that failed residents,                 x           x
                    what is to be rung again, every record
manage_accounts     add, reset and disable accounts                                           x
read_audit          who read and did what, and whether it is whole                x           x          x
"""

from enum import StrEnum


class Permission(StrEnum):
    """The value is the permission's name in the table above."""

    SEE_QUEUE = "see_queue"
    READ_CONVERSATIONS = "read_conversations"
    WORK_CONCERNS = "work_concerns"
    WRITE_TO_RESIDENTS = "write_to_residents"
    REFER_CONCERNS = "refer_concerns"
    CLOSE_CONCERNS = "close_concerns"
    CLOSE_GRAVE = "close_grave"
    SEE_NUMBERS = "see_numbers"
    KEEP_DIRECTORY = "keep_directory"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"


_REVIEWER = frozenset(
    {
        Permission.SEE_QUEUE,
        Permission.READ_CONVERSATIONS,
        Permission.WORK_CONCERNS,
        Permission.WRITE_TO_RESIDENTS,
        Permission.REFER_CONCERNS,
        Permission.CLOSE_CONCERNS,
    }
)
_SUPERVISOR = _REVIEWER | {
    Permission.CLOSE_GRAVE,
    Permission.SEE_NUMBERS,
    Permission.KEEP_DIRECTORY,
    Permission.READ_AUDIT,
}
TABLE: dict[str, frozenset[Permission]] = {
    "reviewer": _REVIEWER,
    "supervisor": _SUPERVISOR,
    "administrator": _SUPERVISOR | {Permission.MANAGE_ACCOUNTS},
    "auditor": frozenset({Permission.READ_AUDIT}),
}
ROLES = tuple(TABLE)
GRAVE = ("emergency", "check", "urgent")


def may(role: str, permission: Permission) -> bool:
    """Whether this role has this permission. A role that is not in the table has none."""
    return permission in TABLE.get(role, frozenset())
