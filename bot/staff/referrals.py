"""Referrals on a concern's page: make one, write down the answer, send its mail again, print it."""

import dataclasses

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.errors import NotFound
from bot.staff.concerns import Form, action, concern_page, told, typed
from bot.staff.guard import me
from bot.staff.pdf import printable
from bot.usecases import refer
from bot.usecases.referral_form import Words
from bot.usecases.review import Problem
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn
from bot.web import services_of


def _refer(services: Services, staff: SignedIn, concern_id: str, form: Form) -> Problem | None:
    words = Words(**{field.name: form.get(field.name, "") for field in dataclasses.fields(Words)})
    agency, route, sending = form.get("agency", ""), form.get("route", ""), form.get("sending", "")
    return refer.refer(services, staff, concern_id, agency, route, words, sending, told(form), told(form, "listed"))


make = action("refer", _refer, "referrals")


async def answer(request: Request) -> Response:
    """`POST /staff/concerns/{id}/referrals/{referral}/status`"""
    services, form, referral_id = services_of(request), await typed(request), await _referral(request)
    # Several of these forms stand on one page, so each box carries the referral it belongs to.
    status, reason = form.get(f"status-{referral_id}", ""), form.get(f"reason-{referral_id}", "")
    problem = await run_in_threadpool(refer.record, services, me(request), referral_id, status, reason)
    return await _shown(request, problem, form, "referral_status")


async def again(request: Request) -> Response:
    """`POST /staff/concerns/{id}/referrals/{referral}/again`"""
    services, referral_id = services_of(request), await _referral(request)
    problem = await run_in_threadpool(refer.try_again, services, me(request), referral_id)
    return await _shown(request, problem, {}, "referral_again")


async def paper(request: Request) -> Response:
    """`GET /staff/referrals/{id}.pdf`"""
    form = await run_in_threadpool(refer.form, services_of(request), me(request), request.path_params["id"])
    return await printable(request, form)


async def _referral(request: Request) -> str:
    """The referral that the address names. Raises `NotFound` when it is not this concern's."""
    concern_id, referral_id = request.path_params["id"], str(request.path_params["referral"])
    rows = await run_in_threadpool(refer.of_concern, services_of(request), concern_id)
    if all(row.id != referral_id for row in rows):
        raise NotFound("this concern has no such referral")
    return referral_id


async def _shown(request: Request, problem: Problem | None, form: Form, name: str) -> Response:
    if problem is None:
        return RedirectResponse(f"/staff/concerns/{request.path_params['id']}?done={name}#referrals", 303)
    box = f"{problem.box}-{request.path_params['referral']}" if problem.box else ""
    return await concern_page(request, dataclasses.replace(problem, box=box), form)
