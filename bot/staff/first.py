"""The first sign-in: a link that works once, a password, and an authenticator."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import NotFound
from bot.staff import qr
from bot.staff.guard import me
from bot.staff.render import page
from bot.staff.signing_in import given_code, signed_in, slowly, this_session
from bot.usecases import passwords, second_factor, sign_in
from bot.usecases.review import Problem
from bot.usecases.services import Services
from bot.web import services_of

_CHOOSE = "staff_first.html"
_ENROL = "staff_enrol.html"


async def see(request: Request) -> Response:
    """`GET /staff/first/{token}`"""
    username = await _invited(request)
    return page(request, _CHOOSE, username=username, shortest=str(passwords.SHORTEST))


async def send(request: Request) -> Response:
    """`POST /staff/first/{token}`"""
    username, form = await _invited(request), await request.form()
    password = str(form.get("password", ""))
    fault = passwords.fault(password, username)
    if fault is None and password != str(form.get("again", "")):
        fault = "differs"
    if fault is not None:
        problem = Problem(f"password_{fault}", "again" if fault == "differs" else "password", _LIMITS)
        return page(request, _CHOOSE, 400, problem=problem, username=username, shortest=str(passwords.SHORTEST))
    token = await slowly(request, sign_in.choose_password, services_of(request), request.path_params["token"], password)
    if token is None:
        raise NotFound("the link was used meanwhile")
    return signed_in(request, token, "/staff/enrol")


_LIMITS = {"shortest": str(passwords.SHORTEST), "longest": str(passwords.LONGEST)}


async def see_enrol(request: Request) -> Response:
    """`GET /staff/enrol`"""
    return page(request, _ENROL, secret=await _secret(request))


async def send_enrol(request: Request) -> Response:
    """`POST /staff/enrol`"""
    services, code = services_of(request), await given_code(request)
    token = await run_in_threadpool(sign_in.enrol, services, this_session(request), code)
    if token is None:
        problem = Problem("enrol_code", "code")
        return page(request, _ENROL, 400, problem=problem, secret=await _secret(request))
    return signed_in(request, token, "/staff/")


async def picture(request: Request) -> Response:
    """`GET /staff/qr.svg`: only for the session that sets up its authenticator."""
    services = services_of(request)
    secret = await run_in_threadpool(sign_in.secret_to_enrol, services, this_session(request))
    if secret is None:
        raise NotFound("no authenticator is being set up")
    issuer = services.catalogues.text("site_name", "en").text
    return Response(qr.svg(second_factor.address(secret, me(request).username, issuer)), media_type="image/svg+xml")


async def _invited(request: Request) -> str:
    services: Services = services_of(request)
    username = await run_in_threadpool(sign_in.invited, services, request.path_params["token"])
    if username is None:
        raise NotFound("no account is opened by this link")
    return username


async def _secret(request: Request) -> str:
    """In fours, because it may have to be typed."""
    secret = await run_in_threadpool(sign_in.secret_to_enrol, services_of(request), this_session(request))
    return " ".join((secret or "")[i : i + 4] for i in range(0, len(secret or ""), 4))
