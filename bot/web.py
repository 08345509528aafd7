"""What the public site and the staff console share at their doors: guarded routes, headers, cookies, form tokens."""

import hashlib
import hmac
import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import NotAllowed
from bot.pages import Pages
from bot.settings import Settings
from bot.usecases.services import Services

log = structlog.get_logger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]
Guard = Callable[[Request], Awaitable[Response | None]]
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Room for a message of 5,000 letters that is much too long, so that it can be given back; far below what hurts us.
LARGEST_BODY = 300_000


async def public(request: Request) -> None:
    """The guard of a page that everybody may see."""


class Door(Route):
    """A route that says who may pass. A guard returns None to let a request in, or the response that turns it away.

    Requests that change something must come from our own pages, unless `cross_site` says the sender is proved otherwise
    (Twilio's signature, an API token).
    """

    def __init__(
        self,
        path: str,
        endpoint: Endpoint,
        *,
        guard: Guard,
        methods: Iterable[str] = ("GET",),
        cross_site: bool = False,
    ) -> None:
        self.guard = guard

        async def guarded(request: Request) -> Response:
            if request.method not in _SAFE_METHODS and not cross_site and not from_own_page(request):
                raise HTTPException(403)
            try:
                return await guard(request) or await endpoint(request)
            except HTTPException:
                raise
            except Exception as error:  # noqa: BLE001 - whatever broke, the person gets a page with the number to ring
                # A traceback could carry what somebody wrote, so only the kind and the place are logged.
                place = traceback.extract_tb(error.__traceback__)[-1]
                log.error("request_failed", route=path, kind=type(error).__name__, at=f"{place.name}:{place.lineno}")
                raise HTTPException(500) from None

        super().__init__(path, guarded, methods=list(methods), name=getattr(endpoint, "__name__", path))


def refuse_unguarded(routes: Iterable[BaseRoute]) -> None:
    """Closed by default: every route is a `Door` or a `Shelf`. Raises `NotAllowed` naming the first that is not."""
    for route in routes:
        if isinstance(route, Mount) and route.routes:
            refuse_unguarded(route.routes)
        elif not isinstance(route, Door | Shelf):
            raise NotAllowed(f"{getattr(route, 'path', route)} does not say who may pass")


class Shelf(Mount):
    """Static files for everybody; the only thing sent compressed, since compression can betray a secret beside it."""

    def __init__(self, path: str, folder: str) -> None:
        super().__init__(path, GZipMiddleware(StaticFiles(directory=folder), minimum_size=1000))


def services_of(request: Request) -> Services:
    """What the application was made with."""
    services: Services = request.app.state.services
    return services


def pages_of(request: Request) -> Pages:
    """The application's templates, read when the first page is asked for."""
    state = request.app.state
    if not hasattr(state, "pages"):
        state.pages = Pages(state.services.catalogues, state.services.numbers())
    pages: Pages = state.pages
    return pages


def from_own_page(request: Request) -> bool:
    """Whether the browser says that one of our own pages sent this. What says nothing is left to the form token.

    Our pages send no referrer, and browsers then give a form's origin as `null`: that proves nothing either way.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


def form_token(session: str) -> str:
    """The token a form carries to prove that it was made for this session. It does not give the session away."""
    return hmac.new(session.encode(), b"form token", hashlib.sha256).hexdigest()


def form_token_holds(session: str, given: str) -> bool:
    """Whether this token belongs to this session."""
    return hmac.compare_digest(form_token(session).encode(), given.encode())


@dataclass(frozen=True)
class SessionCookie:
    """A cookie that ends with the browser, that no script reads, and that under https is bound to this host."""

    name: str
    secure: bool
    same_site: Literal["lax", "strict"] = "lax"

    @property
    def full_name(self) -> str:
        return f"__Host-{self.name}" if self.secure else self.name

    def read(self, request: Request) -> str | None:
        return request.cookies.get(self.full_name) or None

    def write(self, response: Response, value: str) -> None:
        response.set_cookie(self.full_name, value, path="/", secure=self.secure, httponly=True, samesite=self.same_site)

    def clear(self, response: Response) -> None:
        response.delete_cookie(self.full_name, path="/", secure=self.secure, httponly=True, samesite=self.same_site)


def is_https(settings: Settings) -> bool:
    """Whether people reach us over https, as far as we have been told."""
    return settings.public_url.startswith("https://")


class SecurityHeaders:
    """Headers of every response. Nothing is loaded from elsewhere, nothing runs inline, nothing is kept."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._headers = _headers(settings.exit_url, is_https(settings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers["Cache-Control"] = _caching(scope["path"], message["status"])
            await send(message)

        await self._app(scope, receive, with_headers)


def _caching(path: str, status: int) -> str:
    if path == "/directory.json" and status in (200, 304):
        # Short, since a number can be taken out at any hour.
        return "public, max-age=300"
    # Static files name their version; leaving the chat clears them too. Everything else is somebody's words.
    static = path.startswith(("/static/", "/staff/static/"))
    return "private, max-age=3600" if static else "no-store"


def _headers(exit_url: str, https: bool) -> dict[str, str]:
    away = urlsplit(exit_url)
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; "
        # Leaving without scripts is a form whose answer sends the browser to the exit site.
        f"form-action 'self' {away.scheme}://{away.netloc}; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


class BodyLimit:
    """Refuses a request whose body is larger than any honest one, before it fills the memory."""

    def __init__(self, app: ASGIApp, most: int = LARGEST_BODY) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
