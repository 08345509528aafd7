from pathlib import Path

import pytest
from starlette.requests import Request

from bot.languages.registry import Registry
from bot.settings import ROOT
from bot.site.language import asked_for, preferred

REGISTRY = Registry.load(Path(ROOT) / "translations" / "languages.yml")


def request(accept: str = "", query: str = "") -> Request:
    headers = [(b"accept-language", accept.encode())] if accept else []
    return Request({"type": "http", "headers": headers, "query_string": query.encode()})


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en"),
        ("ur", "ur"),
        ("ur-PK,en;q=0.5", "ur"),
        ("en;q=0.5, pl;q=0.9", "pl"),
        ("xx-YY, bn-BD;q=0.4", "bn"),
        ("pa-Guru-IN", "pa"),
        ("*", "en"),
        ("ur;q=0, ar", "ar"),
        ("ur;q=nonsense, ar;q=0.1", "ar"),
        (";;;,,,;q=", "en"),
    ],
)
def test_the_first_language_the_browser_asks_for_that_we_have(header: str, expected: str) -> None:
    assert preferred(request(header), REGISTRY) == expected


def test_a_language_in_the_address_must_be_one_we_have() -> None:
    assert asked_for(request(query="language=ur"), REGISTRY) == "ur"
    assert asked_for(request(query="language=../etc"), REGISTRY) is None
    assert asked_for(request(), REGISTRY) is None
