"""An agency's way to its referral: the link from an e-mail, a code from the same mailbox, then the form and an answer.

There is no account. Looking never changes anything, because mail scanners open every link.
"""

import functools
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.errors import NotFound, StoreUnavailable
from bot.safeguarding import referral as life
from bot.staff.cookies import LinkCookie
from bot.staff.pdf import printable
from bot.staff.referral_section import next_answers
from bot.staff.render import markup
from bot.usecases import referral_link
from bot.usecases.referral_form import ReferralForm
from bot.usecases.referral_link import Door as Opening
from bot.usecases.review import Problem
from bot.web import Door, Endpoint, form_token, form_token_holds, is_https, public, services_of

_HOME = "/referral"
_SESSION_IS_OVER = "referral_session"
_CODE_AT_MOST = 40


class AgencyDoor(Door):
    """A door behind a link that is open. A form must come from a page that we gave to this browser."""

    def __init__(self, path: str, endpoint: Endpoint, *, methods: tuple[str, ...] = ("GET",)) -> None:
        super().__init__(f"{_HOME}/{{token}}{path}", _behind_link(endpoint), guard=public, methods=methods)


async def see(request: Request) -> Response:
    """`GET /referral/{token}`"""
    return await _page(request, "agency_door.html")


async def send_code(request: Request) -> Response:
    """`POST /referral/{token}`: mail a code. The answer never says whether."""
    await run_in_threadpool(referral_link.send_code, services_of(request), _token(request))
    return _to(request, "/code")


async def see_code(request: Request) -> Response:
    """`GET /referral/{token}/code`"""
    return await _page(request, "agency_code.html")


async def enter(request: Request) -> Response:
    """`POST /referral/{token}/code`"""
    code = str((await request.form()).get("code", ""))[:_CODE_AT_MOST]
    session = await run_in_threadpool(referral_link.enter, services_of(request), _token(request), code)
    if session is None:
        return await _page(request, "agency_code.html", 403, problem=Problem("agency_code", "code"))
    response = _to(request, "/form")
    _session(request).write(response, session)
    return response


async def see_form(request: Request) -> Response:
    """`GET /referral/{token}/form`"""
    return await _form_page(request, None, {})


async def answer(request: Request) -> Response:
    """`POST /referral/{token}/form`"""
    typed = {name: str(value) for name, value in (await request.form()).items()}
    session = _session(request).read(request) or ""
    status, reason = typed.get("status", ""), typed.get("reason", "")
    answer_it = functools.partial(referral_link.answer, services_of(request), _token(request), session)
    problem = await run_in_threadpool(answer_it, status, reason)
    if problem is not None and problem.key == "choose_answer":
        # The console's words for it speak of the agency, and this is the agency.
        problem = Problem("agency_answer", problem.box)
    return _to(request, "/form?done=answer") if problem is None else await _form_page(request, problem, typed)


async def paper(request: Request) -> Response:
    """`GET /referral/{token}/form.pdf`"""
    form = await _read(request)
    return await _page(request, "agency_over.html", 403) if form is None else await printable(request, form)


async def leave(request: Request) -> Response:
    """`POST /referral/{token}/leave`: nobody who comes to this browser later can read on."""
    session = _session(request).read(request) or ""
    await run_in_threadpool(referral_link.leave, services_of(request), _token(request), session)
    response = _to(request, "")
    _session(request).clear(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _behind_link(inner: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    @functools.wraps(inner)
    async def tidy(request: Request) -> Response:
        try:
            opening = await run_in_threadpool(referral_link.door, services_of(request), _token(request))
            if opening is None:
                return _bare(request, "gone", 404)
            request.state.opening = opening
            if request.method == "POST" and not await _form_is_ours(request):
                return _bare(request, "old", 403)
            return await inner(request)
        except NotFound:
            return _bare(request, "gone", 404)
        except StoreUnavailable:
            return _bare(request, "busy", 503)

    return tidy


async def _form_page(request: Request, problem: Problem | None, typed: dict[str, str]) -> Response:
    form = await _read(request)
    if form is None or (problem is not None and problem.key == _SESSION_IS_OVER):
        return await _page(request, "agency_over.html", 403, typed=typed)
    return await _page(
        request,
        "agency_form.html",
        200 if problem is None else 400,
        problem=problem,
        form=form,
        typed=typed,
        answers=next_answers(form.status, life.BY_AGENCY),
        done=request.query_params.get("done", ""),
    )


async def _read(request: Request) -> ReferralForm | None:
    session = _session(request).read(request)
    if session is None:
        return None
    return await run_in_threadpool(referral_link.read, services_of(request), _token(request), session)


async def _page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    opening: Opening = request.state.opening
    cookie = _form_cookie(request)
    held = cookie.read(request)
    value = held or secrets.token_urlsafe(32)
    where = f"{_HOME}/{_token(request)}"
    html = markup(request, template, opening=opening, form_token=form_token(value), where=where, **values)
    response = HTMLResponse(html, status, {"X-Robots-Tag": "noindex"})
    if held is None:
        cookie.write(response, value)
    return response


def _bare(request: Request, kind: str, status: int) -> Response:
    """A page for whoever has no open link: it says nothing about any referral."""
    return HTMLResponse(markup(request, "agency_error.html", kind=kind), status, {"X-Robots-Tag": "noindex"})


async def _form_is_ours(request: Request) -> bool:
    value = _form_cookie(request).read(request)
    return value is not None and form_token_holds(value, str((await request.form()).get("form_token", "")))


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(f"{_HOME}/{_token(request)}{path}", 303)


def _session(request: Request) -> LinkCookie:
    # Under its own link, so that two referrals can be open side by side.
    path, secure = f"{_HOME}/{_token(request)}", is_https(services_of(request).settings)
    lasts = int(life.SESSION_LIVES.total_seconds())
    return LinkCookie("referral", secure=secure, same_site="strict", path=path, max_age=lasts)


def _form_cookie(request: Request) -> LinkCookie:
    # Apart from the session's: it outlives it, so that an answer which comes too late can be given back. Lax: opening
    # the link once more from a mailbox on another site must not spoil the form that somebody is filling in.
    return LinkCookie("referral_form", secure=is_https(services_of(request).settings), same_site="lax", path=_HOME)
