"""The guard of `/api/staff/…`: a token that the operator has set, or the address does not exist."""

import hmac

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web import services_of

_SCHEME = "bearer "


async def holds(request: Request) -> Response | None:
    """404 while no token is set, 401 for a wrong one."""
    expected = services_of(request).settings.staff_api_token
    if expected is None:
        raise HTTPException(404)
    header = request.headers.get("authorization", "")
    given = header[len(_SCHEME) :] if header.lower().startswith(_SCHEME) else ""
    if given and hmac.compare_digest(given.encode(), expected.get_secret_value().encode()):
        return None
    return JSONResponse({"error": "refused"}, 401, {"WWW-Authenticate": "Bearer"})
