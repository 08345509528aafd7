"""Which language a page is in."""

from collections.abc import Iterator

from starlette.requests import Request

from bot.languages.normalise import fold
from bot.languages.registry import REGIONS, SOURCE, Language, Registry
from bot.usecases.services import Services


def asked_for(request: Request, registry: Registry) -> str | None:
    """The language named in the address (`?language=ur`), if we have it."""
    code = request.query_params.get("language", "")
    return code if code in registry else None


def preferred(request: Request, registry: Registry) -> str:
    """The first language the browser asks for that we have, else English."""
    for tag in _tags(request.headers.get("accept-language", "")):
        if code := registry.by_tag(tag):
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


def by_region(services: Services, wanted: str = "") -> list[tuple[str, list[Language]]]:
    """The languages to choose from in their groups; with words to look for, those whose names hold them."""
    ours = offered(services)
    words = fold(wanted).strip()
    found = [language for language in ours if not words or any(words in fold(n) for n in _names(services, language))]
    groups = ((region, [language for language in found if language.region == region]) for region in REGIONS)
    return [(region, group) for region, group in groups if group]


def _names(services: Services, language: Language) -> list[str]:
    """Every name people have for it: its own, the English one, and what they type to ask for it."""
    typed = services.keywords.by_variety.get(language.code, {})
    return [language.name, language.english, *(word for word, meaning in typed.items() if meaning == "self")]
