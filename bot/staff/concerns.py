"""A concern's page and what can be done on it. A problem gives the page again, with the typed words in their box."""

import functools
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.safeguarding.urgency import URGENCIES
from bot.staff.guard import me
from bot.staff.referral_section import section
from bot.staff.render import page
from bot.usecases import case_file, correspondence, machine_reading, review
from bot.usecases.review import Problem
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn
from bot.web import Endpoint, services_of

Form = Mapping[str, str]
Action = Callable[[Services, SignedIn, str, Form], Problem | None]
_FORM_IS_WRONG = 400
_PAGE_IS_OLD = 409
_OLD = ("taken", "changed", "closed")


async def see(request: Request) -> Response:
    """`GET /staff/concerns/{id}`"""
    return await concern_page(request, None, {})


def action(name: str, act: Action, anchor: str) -> Endpoint:
    """A POST endpoint that does one thing to a concern and shows it again."""

    async def endpoint(request: Request) -> Response:
        concern_id, form = request.path_params["id"], await typed(request)
        problem = await run_in_threadpool(act, services_of(request), me(request), concern_id, form)
        if problem is not None:
            return await concern_page(request, problem, form)
        return RedirectResponse(f"/staff/concerns/{concern_id}?done={name}#{anchor}", 303)

    endpoint.__name__ = f"concern_{name}"
    return endpoint


def _acknowledge(services: Services, staff: SignedIn, concern_id: str, form: Form) -> Problem | None:
    return review.acknowledge(services, staff, concern_id, told(form))


def _note(services: Services, staff: SignedIn, concern_id: str, form: Form) -> Problem | None:
    return review.note(services, staff, concern_id, form.get("note", ""))


def _urgency(services: Services, staff: SignedIn, concern_id: str, form: Form) -> Problem | None:
    level, reason = form.get("level", ""), form.get("urgency_reason", "")
    return review.change_urgency(services, staff, concern_id, level, reason)


def _close(services: Services, staff: SignedIn, concern_id: str, form: Form) -> Problem | None:
    outcome, reason = form.get("outcome", ""), form.get("close_reason", "")
    return review.close(services, staff, concern_id, outcome, reason, told(form))


acknowledge = action("acknowledge", _acknowledge, "main-content")
note = action("note", _note, "timeline")
urgency = action("urgency", _urgency, "main-content")
close = action("close", _close, "main-content")


async def message(request: Request) -> Response:
    """`POST /staff/concerns/{id}/message`"""
    services, staff, form = services_of(request), me(request), await typed(request)
    concern_id = request.path_params["id"]
    conversation_id = await run_in_threadpool(case_file.conversation_of, services, concern_id)
    problem = await run_in_threadpool(write, services, staff, conversation_id, form)
    if problem is not None:
        return await concern_page(request, problem, form)
    return RedirectResponse(f"/staff/concerns/{concern_id}?done=message#latest", 303)


async def translate(request: Request) -> Response:
    """`POST /staff/concerns/{id}/translate`: the person's words by machine, shown once, on the page that answers."""
    return await concern_page(request, None, {}, by_machine=True)


async def number(request: Request) -> Response:
    """`POST /staff/concerns/{id}/number`: shown once, on the page that answers."""
    services, form = services_of(request), await typed(request)
    show = functools.partial(review.show_number, services, me(request), request.path_params["id"])
    found = await run_in_threadpool(show, form.get("number_reason", ""))
    if isinstance(found, Problem):
        return await concern_page(request, found, form)
    return await concern_page(request, None, {}, number=found)


def write(services: Services, staff: SignedIn, conversation_id: str, form: Form) -> Problem | None:
    """Send what the message form holds."""
    words, sending = form.get("message", ""), form.get("sending", "")
    return correspondence.write(services, staff, conversation_id, words, sending, bool(form.get("safe_now")))


async def typed(request: Request) -> dict[str, str]:
    """The form's boxes as text."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def told(form: Form, name: str = "told") -> int:
    """How much of the person's words, or of what `name` counts, the page had shown; 0 when the form does not say so."""
    given = form.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


async def concern_page(
    request: Request, problem: Problem | None, form: Form, number: str | None = None, by_machine: bool = False
) -> Response:
    """The concern with everything around it; a problem, and what was typed, in the form that it is about."""
    services, concern_id = services_of(request), request.path_params["id"]
    file = await run_in_threadpool(case_file.open_concern, services, me(request), concern_id)
    referrals = await run_in_threadpool(section, services, concern_id)
    readings = await run_in_threadpool(machine_reading.read, services, me(request), file) if by_machine else {}
    status = 200 if problem is None else _PAGE_IS_OLD if problem.key in _OLD else _FORM_IS_WRONG
    return page(
        request,
        "staff_concern.html",
        status,
        problem=problem,
        file=file,
        typed=form,
        number=number,
        readings=readings,
        may_translate=machine_reading.offered(services, file),
        done=request.query_params.get("done", ""),
        sending=correspondence.new_sending(),
        longest=str(correspondence.LONGEST_MESSAGE),
        urgencies=URGENCIES,
        outcomes=review.OUTCOMES,
        now=services.clock(),
        **referrals,
    )
