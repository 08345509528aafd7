"""How the console's pages are made: templates, words, who is signed in, and times by London's clocks."""

import re
import unicodedata
from datetime import date, datetime
from typing import Any, Literal

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
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_STRONG = _RIGHT_TO_LEFT | {"L"}
_TALL_GAP = re.compile(r"\n\s*\n\s*\n")
_ENDLESS_WORD = re.compile(r"\w{100}(?=\w)")


def page(
    request: Request, template: str, status: int = 200, *, problem: Problem | None = None, **values: Any
) -> Response:
    """A page of the console. `problem` is shown above it, and beside the box that it is about."""
    services = services_of(request)
    me, form_token, to_set = cookies.form_token_for(request, services.settings)
    values = {**_waits(request), **values}
    html = markup(request, template, me=me, form_token=form_token, problem=problem, may=_may(me), **values)
    response = HTMLResponse(html, status, {"X-Robots-Tag": "noindex"})
    if to_set is not None:
        cookies.before_sign_in(services.settings).write(response, to_set)
    return response


def _waits(request: Request) -> dict[str, Any]:
    """What the guard has counted of the directory, for the navigation; nothing on the way in."""
    return {"upkeep": getattr(request.state, "upkeep", None)}


def markup(request: Request, template: str, **values: Any) -> str:
    """The template filled with the console's words, and with whatever every page needs."""
    services = services_of(request)
    pages, words = _pages(request, services)
    phone = services.settings.team_phone
    return pages.render(template, SOURCE, **helpers(services, words), team_phone=phone, **values)


def helpers(services: Services, words: StaffWords) -> dict[str, Any]:
    """What templates call to show times, places, languages and codes."""
    return {
        "known": words.keys,
        "when": when,
        "lasted": lasted,
        "day": day,
        "direction": direction,
        "written": written,
        "borough_name": services.places.display,
        "language_name": lambda code: _language_name(services, code),
    }


def direction(text: str) -> Literal["ltr", "rtl"]:
    """Which way the first letter runs that runs either way, as `dir=auto` has it, for what knows no `auto`."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((kind for kind in kinds if kind in _STRONG), "L") in _RIGHT_TO_LEFT else "ltr"


def written(text: str) -> str:
    """Words to be set in type: no tall gaps, and a place to break inside a word of hundreds of letters.

    Without one, WeasyPrint takes seconds for every page of such a word.
    """
    return _ENDLESS_WORD.sub("\\g<0>\u200b", _TALL_GAP.sub("\n\n", text))


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
