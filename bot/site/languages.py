"""The page on which to choose a language: grouped, and searched without a script."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.site import language
from bot.web import pages_of, services_of

_LONGEST_NAME = 60


async def choose(request: Request) -> Response:
    """`GET /languages`: all of them by their own names. `?find=` keeps those whose names hold the words."""
    services = services_of(request)
    code = language.asked_for(request, services.registry) or language.preferred(request, services.registry)
    wanted = request.query_params.get("find", "")[:_LONGEST_NAME]
    html = pages_of(request).render(
        "languages.html",
        services.answer_language(code).code,
        asked=code,
        wanted=wanted,
        groups=language.by_region(services, wanted),
        exit_url=services.settings.exit_url,
    )
    return HTMLResponse(html, headers={"Vary": "Accept-Language"})
