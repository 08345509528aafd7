"""The directory's page: numbers that failed somebody, what is to be rung again, and every record with its source."""

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.directory.choose import KEYSTONES
from bot.directory.hours import LONDON
from bot.directory.week import Stretch, told
from bot.languages.dates import BRITISH, days_in_words
from bot.staff.concerns import Form
from bot.staff.guard import me
from bot.staff.render import page
from bot.usecases import upkeep
from bot.usecases.number_reports import OUTCOMES
from bot.usecases.review import Problem
from bot.web import services_of

_OLD = ("form", "report_settled")


async def see(request: Request) -> Response:
    """`GET /staff/directory`"""
    return await _page(request, None, {})


async def settle(request: Request) -> Response:
    """`POST /staff/directory/reports`: what was found when the number was rung."""
    sent = await request.form()
    form = {name: value for name, value in sent.items() if isinstance(value, str)}
    reports = [value for value in sent.getlist("report") if isinstance(value, str)]
    about = form.get("about", "")
    outcome, note = form.get(f"outcome-{about}", ""), form.get(f"note-{about}", "")
    problem = await run_in_threadpool(upkeep.settle, services_of(request), me(request), reports, outcome, note)
    if problem is None:
        return RedirectResponse("/staff/directory?done=settled#reports", 303)
    # Each number has boxes of its own.
    box = f"{problem.box}-{about}" if problem.box else ""
    return await _page(request, replace(problem, box=box), form)


async def _page(request: Request, problem: Problem | None, form: Form) -> Response:
    board = await run_in_threadpool(upkeep.board, services_of(request))
    return page(
        request,
        "staff_directory.html",
        200 if problem is None else 409 if problem.key in _OLD else 400,
        problem=problem,
        board=board,
        today=board.now.astimezone(LONDON).date(),
        typed=form,
        outcomes=OUTCOMES,
        keystones=KEYSTONES,
        told=told,
        days=_days,
        done=request.query_params.get("done", ""),
    )


def _days(stretch: Stretch) -> str:
    return days_in_words(stretch.days, BRITISH)
