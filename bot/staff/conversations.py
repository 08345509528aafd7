"""A conversation that needs a person, whether or not there is a concern in it."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.staff.concerns import Form, typed, write
from bot.staff.guard import me
from bot.staff.render import page
from bot.usecases import case_file, correspondence
from bot.usecases.review import Problem
from bot.web import services_of


async def see(request: Request) -> Response:
    """`GET /staff/conversations/{id}`"""
    return await _page(request, None, {})


async def message(request: Request) -> Response:
    """`POST /staff/conversations/{id}/message`"""
    form, conversation_id = await typed(request), request.path_params["id"]
    problem = await run_in_threadpool(write, services_of(request), me(request), conversation_id, form)
    if problem is not None:
        return await _page(request, problem, form)
    return RedirectResponse(f"/staff/conversations/{conversation_id}?done=message#latest", 303)


async def done(request: Request) -> Response:
    """`POST /staff/conversations/{id}/done`: nobody has to look at it any more."""
    form, conversation_id = await typed(request), request.path_params["id"]
    since = form.get("since", "")
    problem = await run_in_threadpool(correspondence.done, services_of(request), me(request), conversation_id, since)
    return RedirectResponse("/staff/", 303) if problem is None else await _page(request, problem, form)


async def _page(request: Request, problem: Problem | None, form: Form) -> Response:
    services, conversation_id = services_of(request), request.path_params["id"]
    talk, rows = await run_in_threadpool(case_file.open_conversation, services, me(request), conversation_id)
    return page(
        request,
        "staff_conversation.html",
        400 if problem else 200,
        problem=problem,
        talk=talk,
        rows=rows,
        typed=form,
        done=request.query_params.get("done", ""),
        sending=correspondence.new_sending(),
        longest=str(correspondence.LONGEST_MESSAGE),
        now=services.clock(),
    )
