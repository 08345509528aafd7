"""The queue and the other lists: no page here shows what a resident wrote."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.errors import NotFound
from bot.staff.guard import me
from bot.staff.render import page
from bot.usecases import correspondence, queue
from bot.usecases.queue import Row
from bot.usecases.review import Problem
from bot.web import services_of


async def see_queue(request: Request) -> Response:
    """`GET /staff/`"""
    board = await run_in_threadpool(queue.board, services_of(request))
    return page(request, "staff_queue.html", board=board)


async def find(request: Request) -> Response:
    """`POST /staff/find`: by reference, which a resident may read out on the telephone."""
    services, text = services_of(request), str((await request.form()).get("reference", ""))
    try:
        concern_id = await run_in_threadpool(queue.find, services, text)
    except NotFound:
        board = await run_in_threadpool(queue.board, services)
        problem = Problem("reference", "reference")
        return page(request, "staff_queue.html", 404, problem=problem, board=board, reference=text)
    return RedirectResponse(f"/staff/concerns/{concern_id}", 303)


async def see_shelf(request: Request) -> Response:
    """`GET /staff/noted` and `/staff/closed`"""
    shelf = request.url.path.rsplit("/", 1)[-1]
    rows = await run_in_threadpool(queue.shelf, services_of(request), shelf)
    return page(request, "staff_shelf.html", rows=rows, shelf=shelf)


async def see_failed(request: Request) -> Response:
    """`GET /staff/failed`"""
    return await _failed(request, None)


async def send_again(request: Request) -> Response:
    """`POST /staff/failed/{id}`: try again."""
    services, message_id = services_of(request), request.path_params["id"]
    problem = await run_in_threadpool(correspondence.try_again, services, me(request), message_id)
    return RedirectResponse("/staff/failed", 303) if problem is None else await _failed(request, problem)


async def _failed(request: Request, problem: Problem | None) -> Response:
    texts = await run_in_threadpool(queue.failed_texts, services_of(request))
    return page(request, "staff_failed.html", 409 if problem else 200, problem=problem, texts=texts)


async def listed(request: Request) -> Response:
    """`GET /api/staff/concerns`: the open concerns for another system, without a word of what was told.

    After them, closed ones whose referral calls for somebody.
    """
    board = await run_in_threadpool(queue.board, services_of(request))
    rows = {row.id: row for row in (*board.waiting, *board.taken, *board.referrals)}
    return JSONResponse([_as_json(row) for row in rows.values()])


def _as_json(row: Row) -> dict[str, object]:
    return {
        "id": row.id,
        "reference": row.reference.replace(" ", ""),
        "status": row.status,
        "urgency": row.urgency,
        "category": row.category,
        "boroughs": list(row.boroughs),
        "created_at": row.created_at.isoformat(),
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "referral": row.referral,
    }
