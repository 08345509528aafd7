"""The web application: site, chat, SMS webhook and staff console in one process, with the jobs beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from bot import bootstrap, sms
from bot.dialogue import quiet
from bot.jobs.runner import Jobs
from bot.settings import Settings
from bot.site import errors as site_errors
from bot.site.routes import routes as site_routes
from bot.staff.routes import routes as staff_routes
from bot.usecases.services import Services
from bot.web import BodyLimit, SecurityHeaders, refuse_unguarded


def create_app(services: Services, *, jobs: bool = True) -> Starlette:
    """The application over these services. `jobs`: whether this process also sends, sweeps and reconciles."""
    # The site comes last: its address of one path segment would stand in the way of others.
    routes = [*sms.routes, *staff_routes, *site_routes]
    refuse_unguarded(routes)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        runner = Jobs(services) if jobs else None
        if runner:
            runner.start()
        yield
        if runner:
            await run_in_threadpool(runner.stop)
        services.translator.close()
        services.store.close()

    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=site_errors.handlers)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, services.settings)
    app.state.services = services
    return app


def from_environment() -> Starlette:
    """What each uvicorn worker calls."""
    quiet.prepare()
    return create_app(bootstrap.build(Settings.load()))
