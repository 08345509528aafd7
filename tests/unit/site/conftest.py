"""The public site over real services and SQLite, with a dialogue that asks one question, so that no model is needed."""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import unescape

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import bootstrap
from bot.errors import DialogueUnavailable, StoreUnavailable
from bot.ports import Parse, Turn, Utterance
from bot.settings import Settings
from bot.site import errors
from bot.site.routes import routes
from bot.store.unit_of_work import Store, UnitOfWork
from bot.usecases.services import Services
from bot.web import BodyLimit, SecurityHeaders


@dataclasses.dataclass(frozen=True)
class Asking:
    """Takes every message for a worry and asks the danger question, whose answers are buttons."""

    ready: bool = True

    def parse(self, text: str, varieties: Mapping[str, float] | None = None) -> Parse:
        return Parse("concern_neglect", 0.9, (("concern_neglect", 0.9),))

    def respond(self, turn: Turn, text: str, intent: str, entities: dict[str, str]) -> list[Utterance]:
        if not self.ready:
            raise DialogueUnavailable("no model")
        return [turn.say("utter_ask_danger", {})]


class DeadStore(Store):
    """A database that cannot be reached."""

    def __init__(self) -> None:
        """Opens nothing."""

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        raise StoreUnavailable("OperationalError")
        yield

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        raise StoreUnavailable("OperationalError")
        yield

    def writable(self) -> bool:
        return False


@pytest.fixture(scope="session")
def site_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = bootstrap.build(Settings(var=tmp_path_factory.mktemp("site"), public_url=""), dialogue=Asking())
    yield services
    services.store.close()


@dataclasses.dataclass
class Visitor:
    """A browser without scripts."""

    client: TestClient
    html: str = ""

    def open(self, path: str = "/chat") -> str:
        self.html = self.client.get(path).text
        return self.html

    def fields(self) -> dict[str, str]:
        """The hidden fields of the form with the box."""
        form = self.html.split('id="form"')[1]
        found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
        assert {name for name, _ in found} == {"form_token", "sending"}
        return dict(found)

    def say(self, text: str, **fields: str) -> int:
        """Send the form; the status of what came."""
        response = self.client.post("/chat", data={"message": text, **self.fields(), **fields})
        self.html = response.text
        return int(response.status_code)

    @property
    def box(self) -> str:
        found = re.search(r"<textarea[^>]*>(.*?)</textarea>", self.html, re.DOTALL)
        assert found
        # A browser drops one line break after the opening tag.
        return unescape(found.group(1)).removeprefix("\n")

    def lines(self, speaker: str) -> list[str]:
        log = self.html.split('id="log"')[1].split('id="choices"')[0]
        found = re.findall(rf'chat-message--{speaker}".*?<bdi>(.*?)</bdi>', log, re.DOTALL)
        return [unescape(re.sub(r"<[^>]+>", "", text)) for text in found]


NewVisitor = Callable[..., Visitor]


@pytest.fixture
def visitor(site_services: Services) -> NewVisitor:
    """A new person; keyword arguments replace parts of the services."""

    def arrive(*, language: str = "en", cookies: TestClient | None = None, **parts: object) -> Visitor:
        services = dataclasses.replace(site_services, **parts)  # type: ignore[arg-type]
        app = Starlette(routes=routes, exception_handlers=errors.handlers)
        app.add_middleware(BodyLimit)
        app.add_middleware(SecurityHeaders, services.settings)
        app.state.services = services
        client = TestClient(app, headers={"accept-language": language}, raise_server_exceptions=False)
        if cookies is not None:
            client.cookies.update(cookies.cookies)
        return Visitor(client)

    return arrive


@pytest.fixture
def dead_store() -> Store:
    return DeadStore()


@pytest.fixture
def no_dialogue() -> Asking:
    return Asking(ready=False)
