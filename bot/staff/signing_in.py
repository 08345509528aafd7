"""Sign-in: password, code, and the way out. No page says which part was wrong."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.staff import cookies
from bot.staff.guard import SIGN_IN
from bot.staff.render import page
from bot.usecases import sign_in
from bot.usecases.review import Problem
from bot.web import services_of

P = ParamSpec("P")
T = TypeVar("T")
# Each check takes 64 MiB and a tenth of a second. A flood of guesses waits here, and takes neither the memory nor the
# threads that residents are answered with.
_AT_ONCE = 2


async def see(request: Request) -> Response:
    """`GET /staff/sign-in`"""
    services = services_of(request)
    token = cookies.session(services.settings).read(request)
    me = await run_in_threadpool(sign_in.who, services, token) if token is not None else None
    if me is not None and me.step == "full":
        return RedirectResponse("/staff/", 303)
    return page(request, "staff_sign_in.html")


async def send(request: Request) -> Response:
    """`POST /staff/sign-in`"""
    services, form = services_of(request), await request.form()
    username, password = str(form.get("username", ""))[:100], str(form.get("password", ""))[:1000]
    token = await slowly(request, sign_in.with_password, services, username, password)
    if token is None:
        return page(request, "staff_sign_in.html", 403, problem=Problem("sign_in"), username=username)
    # An account without a second factor is led on from there to the page that sets it up.
    return signed_in(request, token, "/staff/sign-in/code")


async def see_code(request: Request) -> Response:
    """`GET /staff/sign-in/code`"""
    return page(request, "staff_code.html")


async def send_code(request: Request) -> Response:
    """`POST /staff/sign-in/code`"""
    services, code = services_of(request), await given_code(request)
    token = await run_in_threadpool(sign_in.with_code, services, this_session(request), code)
    if token is None:
        return page(request, "staff_code.html", 403, problem=Problem("code", "code"))
    return signed_in(request, token, "/staff/")


async def leave(request: Request) -> Response:
    """`POST /staff/sign-out`"""
    services = services_of(request)
    await run_in_threadpool(sign_in.out, services, this_session(request))
    response = RedirectResponse(SIGN_IN, 303)
    cookies.session(services.settings).clear(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def signed_in(request: Request, token: str, where: str) -> Response:
    """Go on with the session of the next step."""
    response = RedirectResponse(where, 303)
    cookies.session(services_of(request).settings).write(response, token)
    return response


def this_session(request: Request) -> str:
    """The token of the session that the guard has let in."""
    return cookies.session(services_of(request).settings).read(request) or ""


async def given_code(request: Request) -> str:
    return str((await request.form()).get("code", ""))[:20]


async def slowly(request: Request, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run something that hashes a password, a few at a time, in threads of their own."""
    state = request.app.state
    if not hasattr(state, "password_checks"):
        state.password_checks = CapacityLimiter(_AT_ONCE)
    return await anyio.to_thread.run_sync(functools.partial(work, *args, **kwargs), limiter=state.password_checks)
