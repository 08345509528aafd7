"""The chat page and its three verbs: see it, send, leave."""

from collections.abc import Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.errors import StoreUnavailable
from bot.site import language, lines, sending, session
from bot.site.numbers import phone_book
from bot.site.sending import Draft, Outcome
from bot.site.session import ChatSession
from bot.usecases import web_chat
from bot.usecases.services import Services
from bot.usecases.web_chat import ChatLine
from bot.web import pages_of, services_of


async def see(request: Request) -> Response:
    """`GET /chat`. `?language=` chooses the language of an empty chat, then the address is plain again."""
    services = services_of(request)
    if chosen := language.asked_for(request, services.registry):
        return await run_in_threadpool(_choose_language, request, services, chosen)
    return await run_in_threadpool(_page, request, services, Outcome())


async def send(request: Request) -> Response:
    """`POST /chat`: keep the message, answer it, show the chat again. A problem gives the words back in the box."""
    services = services_of(request)
    draft = Draft.of(await request.form(max_files=0))
    return await run_in_threadpool(_send, request, services, draft)


async def leave(request: Request) -> Response:
    """`POST /chat/leave`: forget the session here and in the browser, and go to the neutral site."""
    services = services_of(request)
    by_script = (await request.form(max_files=0)).get("by") == "script"
    found = session.read(request, services.settings)
    # The script has already gone to the neutral site; a form waits to be sent there.
    response = Response(status_code=204) if by_script else RedirectResponse(services.settings.exit_url, 303)
    session.clear(response, services.settings)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    if found is not None:
        await run_in_threadpool(_forget, services, found.token)
    return response


def page_language(request: Request, services: Services, found: ChatSession | None, said: Sequence[ChatLine]) -> str:
    """What the resident was last answered in, else what they chose, else what their browser asks for."""
    chosen = found.language if found is not None else None
    asked = lines.language(said) or chosen or language.preferred(request, services.registry)
    return services.answer_language(asked).code


def _choose_language(request: Request, services: Services, chosen: str) -> Response:
    response = RedirectResponse("/chat", 303)
    try:
        found = session.read(request, services.settings)
        if found is None or not _history(services, found):
            found = ChatSession(web_chat.open_session(services, chosen))
        session.write(response, services.settings, ChatSession(found.token, chosen))
    except StoreUnavailable:
        return _page(request, services, Outcome("error_store", 503))
    return response


def _send(request: Request, services: Services, draft: Draft) -> Response:
    found = session.read(request, services.settings)
    outcome = sending.send(services, found, draft)
    if outcome.problem is None:
        return RedirectResponse("/chat#latest", 303)
    words = "" if outcome.problem == "chat_sent" else draft.body
    return _page(request, services, outcome, words)


def _page(request: Request, services: Services, outcome: Outcome, words: str = "") -> Response:
    """The page as it stands. A session is opened here when there is none, because the form needs its token."""
    found, said = session.read(request, services.settings), []
    try:
        if found is None or not web_chat.known(services, found.token):
            chosen = found.language if found is not None else None
            found = ChatSession(web_chat.open_session(services, chosen), chosen)
        said = _history(services, found)
    except StoreUnavailable:
        outcome = outcome if outcome.problem == "error_store" else Outcome("error_store", 503, outcome.safety)
    code = page_language(request, services, found, said)
    html = pages_of(request).render("chat.html", code, **_values(services, found, said, outcome, words))
    response = HTMLResponse(html, outcome.status, {"X-Robots-Tag": "noindex"})
    if found is not None:
        session.write(response, services.settings, found)
    return response


def _values(
    services: Services, found: ChatSession | None, said: Sequence[ChatLine], outcome: Outcome, words: str
) -> dict[str, Any]:
    book = phone_book(services.directory)
    return {
        "book": book,
        "exit_url": services.settings.exit_url,
        "form_token": found.form_token if found is not None else "",
        "sending": sending.new_sending(),
        "lines": [(line, lines.parts(line, book)) for line in said],
        "latest": lines.latest(said),
        "last": said[-1].position if said else 0,
        "choices": lines.choices(said),
        "outcome": outcome,
        "safety": [(s, book.linked(s.text)) for s in outcome.safety],
        "limit": str(sending.LONGEST_MESSAGE),
        "words": words,
        "groups": language.by_region(services),
    }


def _history(services: Services, found: ChatSession) -> list[ChatLine]:
    return web_chat.history(services, found.token) if web_chat.known(services, found.token) else []


def _forget(services: Services, token: str) -> None:
    try:
        web_chat.leave(services, token)
    except StoreUnavailable:
        # The browser has forgotten the session; without its token nobody can open it, and it ends by itself.
        return
