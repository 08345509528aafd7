"""The campaign page: what this is, whom to ring, and the way into the chat."""

from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.languages.registry import SOURCE
from bot.site import language
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
    book = phone_book(services.directory)
    code = services.answer_language(asked).code
    html = pages_of(request).render(
        "home.html",
        code,
        book=book,
        asked=asked,
        checked_on=_in_words(book.checked_on, services.say("site_ring_checked", code, date="").language),
        exit_url=services.settings.exit_url,
        languages=language.offered(services),
    )
    return HTMLResponse(html, headers={"Vary": "Accept-Language"})


def _in_words(day: date, code: str) -> str:
    # Plain "en" is American to Babel.
    name = "en-GB" if code == SOURCE else code
    try:
        return str(format_date(day, format="long", locale=Locale.parse(name, sep="-")))
    except (UnknownLocaleError, ValueError):
        return day.isoformat()
