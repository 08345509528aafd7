"""How the console's pages are made: templates, words, who is signed in, and times by London's clocks."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.directory.hours import LONDON
from bot.languages.registry import SOURCE
from bot.pages import Pages
from bot.safeguarding.permissions import Permission
from bot.staff import cookies
from bot.staff.words import StaffWords
from bot.usecases.review import Problem
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn
from bot.web import services_of

_ENGLISH = "en_GB"


def page(
    request: Request, template: str, status: int = 200, *, problem: Problem | None = None, **values: Any
) -> Response:
    """A page of the console. `problem` is shown above it, and beside the box that it is about."""
    services = services_of(request)
    pages, words = _pages(request, services)
    me, form_token, to_set = cookies.form_token_for(request, services.settings)
    html = pages.render(
        template,
        SOURCE,
        me=me,
        form_token=form_token,
        problem=problem,
        known=words.keys,
        may=_may(me),
        when=when,
        lasted=lasted,
        day=day,
        borough_name=services.places.display,
        language_name=lambda code: _language_name(services, code),
        **values,
    )
    response = HTMLResponse(html, status, {"X-Robots-Tag": "noindex"})
    if to_set is not None:
        cookies.before_sign_in(services.settings).write(response, to_set)
    return response


def when(moment: datetime) -> str:
    """`17 Nov 2026, 11:00`, in London."""
    return str(format_datetime(moment.astimezone(LONDON), "d MMM y, HH:mm", locale=_ENGLISH))


def day(date_: date) -> str:
    """`17 Nov 2026`"""
    return str(format_date(date_, "d MMM y", locale=_ENGLISH))


def lasted(start: datetime, end: datetime) -> str:
    """`25 minutes`: the time between two moments, in its largest unit."""
    return str(format_timedelta(end - start, threshold=1.5, locale=_ENGLISH))


def _pages(request: Request, services: Services) -> tuple[Pages, StaffWords]:
    state = request.app.state
    if not hasattr(state, "staff_pages"):
        words = StaffWords(services.root, services.registry)
        state.staff_pages = (Pages(words, services.numbers()), words)
    found: tuple[Pages, StaffWords] = state.staff_pages
    return found


def _may(me: SignedIn | None) -> Any:
    return lambda name: me is not None and me.may(Permission(name))


def _language_name(services: Services, code: str | None) -> str | None:
    return services.registry.get(code).english if code is not None and code in services.registry else None
