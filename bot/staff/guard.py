"""Who may pass: every door of the console names a permission, or the step of signing in that it belongs to."""

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.errors import NotFound, StoreUnavailable
from bot.safeguarding.permissions import Permission
from bot.staff import cookies
from bot.staff.render import page
from bot.usecases import sign_in, upkeep
from bot.usecases.sign_in import SignedIn
from bot.web import Door, Endpoint, Guard, services_of

SIGN_IN = "/staff/sign-in"
_WHERE = {"password": "/staff/sign-in/code", "enrol": "/staff/enrol", "full": "/staff/"}
# The page that looks again by itself must not keep a session alive that nobody uses.
BY_CLOCK = "by_clock"
Answer = TypeVar("Answer", bound=Response | None)
_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Requires:
    """Signed in with both factors, and allowed to do this."""

    permission: Permission
    otherwise: str | None = None
    """Where those are sent who may not, instead of being refused."""

    async def __call__(self, request: Request) -> Response | None:
        found = await _passed(request, "full", self.permission)
        if self.otherwise is not None and found is not None and found.status_code == 403:
            return RedirectResponse(self.otherwise, 303)
        return found


@dataclass(frozen=True)
class AtStep:
    """On the way of signing in: `password` was right and a code is due, or `enrol`, or signed in (`full`)."""

    step: str

    async def __call__(self, request: Request) -> Response | None:
        return await _passed(request, self.step, None)


@dataclass(frozen=True)
class Anybody:
    """Where signing in begins. A form that is sent must still come from the page that we gave."""

    async def __call__(self, request: Request) -> Response | None:
        request.state.staff = None
        return await _form_fault(request, None)


class StaffDoor(Door):
    """A door whose errors are the console's own pages."""

    def __init__(self, path: str, endpoint: Endpoint, *, guard: Guard, methods: tuple[str, ...] = ("GET",)) -> None:
        super().__init__(path, _with_pages(endpoint), guard=_with_pages(guard), methods=methods)
        self.staff_guard = guard


def me(request: Request) -> SignedIn:
    """Who the guard has let in."""
    found: SignedIn = request.state.staff
    return found


async def _passed(request: Request, step: str, permission: Permission | None) -> Response | None:
    staff = await _signed_in(request)
    if staff is None:
        return RedirectResponse(SIGN_IN, 303)
    if staff.step != step:
        return RedirectResponse(_WHERE[staff.step], 303)
    request.state.staff = staff
    if (fault := await _form_fault(request, staff)) is not None:
        return fault
    if staff.step == "full" and staff.may(Permission.SEE_QUEUE):
        # Whoever works here sees on every page that a number has failed somebody.
        request.state.upkeep = await run_in_threadpool(upkeep.count, services_of(request))
    if permission is not None and not staff.may(permission):
        return page(request, "staff_error.html", 403, kind="refused")
    return None


async def _signed_in(request: Request) -> SignedIn | None:
    services = services_of(request)
    token = cookies.session(services.settings).read(request)
    if token is None:
        return None
    used = BY_CLOCK not in request.query_params
    return await run_in_threadpool(functools.partial(sign_in.who, services, token, used=used))


async def _form_fault(request: Request, staff: SignedIn | None) -> Response | None:
    if request.method in _READS:
        return None
    if await cookies.form_token_is_right(request, services_of(request).settings, staff):
        return None
    return page(request, "staff_error.html", 403, kind="form")


def _with_pages(inner: Callable[[Request], Awaitable[Answer]]) -> Callable[[Request], Awaitable[Answer | Response]]:
    @functools.wraps(inner)
    async def tidy(request: Request) -> Answer | Response:
        try:
            if any("\0" in value for value in request.path_params.values()):
                # PostgreSQL refuses even to compare with it, and no id has one.
                raise NotFound("an address with a NUL")
            return await inner(request)
        except NotFound:
            return page(request, "staff_error.html", 404, kind="not_found")
        except StoreUnavailable:
            return page(request, "staff_error.html", 503, kind="store")

    return tidy
