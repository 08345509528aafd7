"""Which language a page is in."""

from collections.abc import Iterator

from starlette.requests import Request

from bot.languages.registry import SOURCE, Language, Registry
from bot.usecases.services import Services


def asked_for(request: Request, registry: Registry) -> str | None:
    """The language named in the address (`?language=ur`), if we have it."""
    code = request.query_params.get("language", "")
    return code if code in registry else None


def preferred(request: Request, registry: Registry) -> str:
    """The first language the browser asks for that we have, else English."""
    for tag in _tags(request.headers.get("accept-language", "")):
        parts = tag.split("-")
        for end in range(len(parts), 0, -1):
            if (code := "-".join(parts[:end])) in registry:
                return code
    return SOURCE


def _tags(header: str) -> Iterator[str]:
    weighted = []
    for place, item in enumerate(header.split(",")[:20]):
        tag, _, weight = item.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        if tag.strip() and quality > 0:
            weighted.append((-quality, place, tag.strip()))
    return (tag for _, _, tag in sorted(weighted))


def offered(services: Services) -> list[Language]:
    """Languages to choose from: those we would answer in."""
    return [language for language in services.registry.offered() if services.answer_language(language.code) == language]
