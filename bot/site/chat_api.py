"""The chat for the page's script: send and collect messages as JSON."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import StoreUnavailable
from bot.languages.catalogue import Said
from bot.site import lines, sending, session
from bot.site.chat import page_language
from bot.site.numbers import phone_book
from bot.site.sending import Draft
from bot.usecases import web_chat
from bot.usecases.services import Services
from bot.web import services_of


async def collect(request: Request) -> Response:
    """`GET /api/chat/messages?after=7`: messages after that position, oldest first."""
    return await run_in_threadpool(_messages, request, _after(request.query_params.get("after")))


async def send(request: Request) -> Response:
    """`POST /api/chat/messages`: the fields of the page's form, as a form or as JSON; gives what `collect` gives."""
    services = services_of(request)
    fields = await _fields(request)
    return await run_in_threadpool(_send, request, services, fields)


def _send(request: Request, services: Services, fields: dict[str, Any]) -> Response:
    found = session.read(request, services.settings)
    outcome = sending.send(services, found, Draft.of(fields))
    if outcome.problem is not None and outcome.problem != "chat_sent":
        return _problem(request, services, outcome.problem, outcome.status, outcome.safety)
    return _messages(request, _after(fields.get("after")), outcome.safety)


def _messages(request: Request, after: int, safety: tuple[Said, ...] = ()) -> Response:
    services = services_of(request)
    found = session.read(request, services.settings)
    try:
        if found is None or not web_chat.known(services, found.token):
            return _problem(request, services, "error_session", 403)
        said = web_chat.history(services, found.token)
    except StoreUnavailable:
        return _problem(request, services, "error_store", 503, safety)
    book = phone_book(services.directory)
    return JSONResponse(
        {
            "messages": [lines.as_json(line, book) for line in said if line.position > after],
            "safety": [_said(s) for s in safety],
            "sending": sending.new_sending(),
        }
    )


def _problem(
    request: Request, services: Services, key: str, status: int, safety: tuple[Said, ...] = ()
) -> JSONResponse:
    code = page_language(request, services, session.read(request, services.settings), ())
    problem = _said(services.say(key, code, limit=str(sending.LONGEST_MESSAGE)))
    return JSONResponse({"problem": problem, "safety": [_said(s) for s in safety]}, status)


def _said(said: Said) -> dict[str, str]:
    return {"text": said.text, "language": said.language, "direction": said.direction}


async def _fields(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            found = await request.json()
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}
    return dict(await request.form(max_files=0))


def _after(given: object) -> int:
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
