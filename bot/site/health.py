"""Is the process alive, and can it do its work? For load balancers and for whoever is on call."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web import services_of


async def alive(request: Request) -> Response:
    """`GET /healthz`"""
    return JSONResponse({"alive": True})


async def ready(request: Request) -> Response:
    """`GET /readyz`: 503 when messages cannot be kept. Without the model it is only degraded."""
    services = services_of(request)
    found = await run_in_threadpool(services.readiness)
    degraded = not all(found.values())
    return JSONResponse({**found, "degraded": degraded}, 200 if found["database"] else 503)
