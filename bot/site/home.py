"""The campaign page: what this is, whom to ring, and the way into the chat."""

from babel.dates import format_date
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.directory.hours import LONDON
from bot.languages.dates import days_in_words, locale_of
from bot.site import language, recordings
from bot.site.numbers import phone_book
from bot.usecases.services import Services
from bot.web import pages_of, services_of


async def home(request: Request) -> Response:
    """`GET /`: in the language asked for in the address, else the first the browser asks for."""
    services = services_of(request)
    code = language.asked_for(request, services.registry) or language.preferred(request, services.registry)
    return _page(request, services, code)


async def home_in(request: Request) -> Response:
    """`GET /ur/`: the same in that language."""
    services = services_of(request)
    code = request.path_params["code"]
    if code not in services.registry:
        raise HTTPException(404)
    return _page(request, services, code)


def _page(request: Request, services: Services, asked: str) -> Response:
    book = phone_book(services.directory, services.clock().astimezone(LONDON).date())
    code = services.answer_language(asked).code
    dates, days = (locale_of(_served(services, key, code)) for key in ("site_ring_checked", "site_ring_day"))
    html = pages_of(request).render(
        "home.html",
        code,
        book=book,
        asked=asked,
        checked_on=format_date(book.checked_on, format="long", locale=dates),
        days=lambda stretch: days_in_words(stretch.days, days),
        days_language=str(days).replace("_", "-"),
        exit_url=services.settings.exit_url,
        languages=language.offered(services),
        groups=language.by_region(services),
        recording=recordings.address(services.root, code, "home"),
    )
    return HTMLResponse(html, headers={"Vary": "Accept-Language"})


def _served(services: Services, key: str, code: str) -> str:
    """The language in which this sentence is really given: names beside it are in the same."""
    return services.catalogues.text(key, code, date="").language
