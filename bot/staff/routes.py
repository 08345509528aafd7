"""Every address of the console, each with the permission that opens it."""

from bot.pages import STATIC
from bot.safeguarding.permissions import Permission
from bot.staff import (
    agency,
    api_token,
    concerns,
    conversations,
    directory,
    first,
    lists,
    oversight,
    referrals,
    signing_in,
)
from bot.staff.agency import AgencyDoor
from bot.staff.guard import Anybody, AtStep, Requires, StaffDoor
from bot.web import Door, Shelf

_POST = ("POST",)
_QUEUE = Requires(Permission.SEE_QUEUE)
_READ = Requires(Permission.READ_CONVERSATIONS)
_WORK = Requires(Permission.WORK_CONCERNS)
_WRITE = Requires(Permission.WRITE_TO_RESIDENTS)
_CLOSE = Requires(Permission.CLOSE_CONCERNS)
_REFER = Requires(Permission.REFER_CONCERNS)
_NUMBERS = Requires(Permission.SEE_NUMBERS)
_DIRECTORY = Requires(Permission.KEEP_DIRECTORY)
_ACCOUNTS = Requires(Permission.MANAGE_ACCOUNTS)
_AUDIT = Requires(Permission.READ_AUDIT)

routes = [
    StaffDoor("/staff/sign-in", signing_in.see, guard=Anybody()),
    StaffDoor("/staff/sign-in", signing_in.send, guard=Anybody(), methods=_POST),
    StaffDoor("/staff/sign-in/code", signing_in.see_code, guard=AtStep("password")),
    StaffDoor("/staff/sign-in/code", signing_in.send_code, guard=AtStep("password"), methods=_POST),
    StaffDoor("/staff/first/{token}", first.see, guard=Anybody()),
    StaffDoor("/staff/first/{token}", first.send, guard=Anybody(), methods=_POST),
    StaffDoor("/staff/enrol", first.see_enrol, guard=AtStep("enrol")),
    StaffDoor("/staff/enrol", first.send_enrol, guard=AtStep("enrol"), methods=_POST),
    StaffDoor("/staff/qr.svg", first.picture, guard=AtStep("enrol")),
    StaffDoor("/staff/sign-out", signing_in.leave, guard=AtStep("full"), methods=_POST),
    # Everybody arrives here; an auditor has no queue.
    StaffDoor("/staff/", lists.see_queue, guard=Requires(Permission.SEE_QUEUE, otherwise="/staff/audit")),
    StaffDoor("/staff/find", lists.find, guard=_QUEUE, methods=_POST),
    StaffDoor("/staff/noted", lists.see_shelf, guard=_QUEUE),
    StaffDoor("/staff/closed", lists.see_shelf, guard=_QUEUE),
    StaffDoor("/staff/failed", lists.see_failed, guard=_QUEUE),
    StaffDoor("/staff/failed/{id}", lists.send_again, guard=_WORK, methods=_POST),
    StaffDoor("/staff/concerns/{id}", concerns.see, guard=_READ),
    StaffDoor("/staff/concerns/{id}/acknowledge", concerns.acknowledge, guard=_WORK, methods=_POST),
    StaffDoor("/staff/concerns/{id}/note", concerns.note, guard=_WORK, methods=_POST),
    StaffDoor("/staff/concerns/{id}/urgency", concerns.urgency, guard=_WORK, methods=_POST),
    StaffDoor("/staff/concerns/{id}/message", concerns.message, guard=_WRITE, methods=_POST),
    StaffDoor("/staff/concerns/{id}/translate", concerns.translate, guard=_READ, methods=_POST),
    StaffDoor("/staff/concerns/{id}/number", concerns.number, guard=_NUMBERS, methods=_POST),
    StaffDoor("/staff/concerns/{id}/close", concerns.close, guard=_CLOSE, methods=_POST),
    StaffDoor("/staff/concerns/{id}/refer", referrals.make, guard=_REFER, methods=_POST),
    StaffDoor("/staff/concerns/{id}/referrals/{referral}/status", referrals.answer, guard=_REFER, methods=_POST),
    StaffDoor("/staff/concerns/{id}/referrals/{referral}/again", referrals.again, guard=_REFER, methods=_POST),
    StaffDoor("/staff/referrals/{id}.pdf", referrals.paper, guard=_REFER),
    StaffDoor("/staff/conversations/{id}", conversations.see, guard=_READ),
    StaffDoor("/staff/conversations/{id}/message", conversations.message, guard=_WRITE, methods=_POST),
    StaffDoor("/staff/conversations/{id}/done", conversations.done, guard=_WORK, methods=_POST),
    StaffDoor("/staff/directory", directory.see, guard=_DIRECTORY),
    StaffDoor("/staff/directory/reports", directory.settle, guard=_DIRECTORY, methods=_POST),
    StaffDoor("/staff/audit", oversight.see_audit, guard=_AUDIT),
    StaffDoor("/staff/accounts", oversight.see_accounts, guard=_ACCOUNTS),
    StaffDoor("/staff/accounts", oversight.add_account, guard=_ACCOUNTS, methods=_POST),
    StaffDoor("/staff/accounts/{username}/reset", oversight.reset_account, guard=_ACCOUNTS, methods=_POST),
    StaffDoor("/staff/accounts/{username}/disable", oversight.disable_account, guard=_ACCOUNTS, methods=_POST),
    Door("/api/staff/concerns", lists.listed, guard=api_token.holds),
    AgencyDoor("", agency.see),
    AgencyDoor("", agency.send_code, methods=_POST),
    AgencyDoor("/code", agency.see_code),
    AgencyDoor("/code", agency.enter, methods=_POST),
    AgencyDoor("/form", agency.see_form),
    AgencyDoor("/form", agency.answer, methods=_POST),
    AgencyDoor("/form.pdf", agency.paper),
    AgencyDoor("/leave", agency.leave, methods=_POST),
    Shelf("/staff/static", str(STATIC["/staff/static"])),
]
