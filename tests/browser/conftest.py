"""A real browser against the whole application."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot import bootstrap
from bot.app import create_app
from bot.ports import Dialogue
from bot.settings import Settings

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def exit_url() -> Iterator[str]:
    """The neutral site that leaving goes to, on another address."""
    with served(Starlette(routes=[Route("/weather", _weather)])) as elsewhere:
        yield f"{elsewhere}/weather"


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory, dialogue: Dialogue, exit_url: str) -> Iterator[str]:
    """The whole application on a free port; its address."""
    settings = Settings(var=tmp_path_factory.mktemp("live"), exit_url=exit_url)
    with served(create_app(bootstrap.build(settings, dialogue=dialogue))) as url:
        yield url


async def _weather(request: Request) -> Response:
    return HTMLResponse("<title>Weather</title><link rel=icon href=data:,><h1>Weather</h1>")


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, ws="none", log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no chromium on this machine: the browser tests were NOT run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def _matters(message: ConsoleMessage) -> bool:
    # The browser notes every refused request; that a refusal is handled well is what some tests are about.
    refused = "the server responded with a status of 40" in message.text and "404" not in message.text
    return message.type in {"error", "warning"} and not refused


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: str) -> Iterator[Visit]:
    """Open an address of ours as a new person. Anything the browser complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        path: str, *, language: str = "en", width: int = 1280, scripts: bool = True, before: str = ""
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale=language, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("console", lambda m: complaints.append(m.text) if _matters(m) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if before:
            page.goto(before)
        page.goto(live_server + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
