"""Who did what, and who may do what: the audit log and the accounts."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.errors import NotAllowed
from bot.safeguarding.permissions import ROLES
from bot.staff.concerns import Form, typed
from bot.staff.guard import me
from bot.staff.render import page
from bot.usecases import audit_trail, staff_accounts
from bot.usecases.review import Problem
from bot.web import services_of


async def see_audit(request: Request) -> Response:
    """`GET /staff/audit`"""
    trail = await run_in_threadpool(audit_trail.read, services_of(request), me(request))
    return page(request, "staff_audit.html", trail=trail)


async def see_accounts(request: Request) -> Response:
    """`GET /staff/accounts`"""
    return await _accounts(request, None, {})


async def add_account(request: Request) -> Response:
    """`POST /staff/accounts`"""
    services, form = services_of(request), await typed(request)
    username, name, role = (form.get(box, "") for box in ("username", "name", "role"))
    fault = await run_in_threadpool(staff_accounts.fault, services, username, name, role)
    if fault is not None:
        box = "username" if fault == "taken" else fault
        return await _accounts(request, Problem(f"account_{fault}", box), form)
    token = await run_in_threadpool(staff_accounts.add, services, username, name, role, me(request).actor)
    return await _accounts(request, None, {}, token, username)


async def reset_account(request: Request) -> Response:
    """`POST /staff/accounts/{username}/reset`"""
    services, username = services_of(request), request.path_params["username"]
    token = await run_in_threadpool(staff_accounts.reset, services, username, me(request).actor)
    return await _accounts(request, None, {}, token, username)


async def disable_account(request: Request) -> Response:
    """`POST /staff/accounts/{username}/disable`"""
    services, username = services_of(request), request.path_params["username"]
    try:
        await run_in_threadpool(staff_accounts.disable, services, username, me(request).actor)
    except NotAllowed:
        return await _accounts(request, Problem("account_last"), {})
    return RedirectResponse("/staff/accounts", 303)


async def _accounts(
    request: Request, problem: Problem | None, form: Form, token: str | None = None, username: str = ""
) -> Response:
    """The list; with a token, also the link that opens this account. It is shown once and kept nowhere."""
    services = services_of(request)
    accounts = await run_in_threadpool(staff_accounts.everyone, services)
    base = services.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return page(
        request,
        "staff_accounts.html",
        400 if problem else 200,
        problem=problem,
        accounts=accounts,
        roles=ROLES,
        typed=form,
        link=f"{base}/staff/first/{token}" if token else None,
        invited=username,
        hours=str(staff_accounts.FIRST_SIGN_IN_HOURS),
    )
