"""When a page cannot be given, a person still finds the number to ring: never a stack trace, never a dead end."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.site import language
from bot.web import pages_of, services_of

_NOT_FOUND = frozenset({404, 405})


async def refused(request: Request, error: Exception) -> Response:
    """A page for an `HTTPException`."""
    assert isinstance(error, HTTPException)
    kind = "broken" if error.status_code >= 500 else "not_found" if error.status_code in _NOT_FOUND else "refused"
    return _page(request, kind, error.status_code, error.headers)


async def broken(request: Request, error: Exception) -> Response:
    """A page for everything that nobody foresaw."""
    return _page(request, "broken", 500)


# For `Starlette(exception_handlers=...)`.
handlers: dict[Any, Any] = {HTTPException: refused, Exception: broken}


def _page(request: Request, kind: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": kind}, status, headers)
    services = services_of(request)
    html = pages_of(request).render(
        "error.html",
        services.answer_language(language.preferred(request, services.registry)).code,
        kind=kind,
        exit_url=services.settings.exit_url,
    )
    return HTMLResponse(html, status, headers)
