"""`GET /directory.json`: the numbers we give out, as Open Referral UK data for anybody."""

import hashlib
import json
import re
from datetime import date
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.directory.choose import Directory
from bot.directory.hours import LONDON
from bot.directory.open_referral import Json, page_of, services_of
from bot.directory.open_referral_words import words
from bot.languages.registry import Registry
from bot.web import services_of as application_services

_PER_PAGE = 1000
_LAST_PAGE = 1_000_000
# Only here: any website's script may read this, and nothing else of ours.
_OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


async def listing(request: Request) -> Response:
    """`?page=` from 1 and `?per_page=` up to 1000, which is also what comes without it."""
    asked = {}
    for parameter, most, otherwise in (("page", _LAST_PAGE, 1), ("per_page", _PER_PAGE, _PER_PAGE)):
        number = _whole_number(request.query_params.getlist(parameter), most, otherwise)
        if number is None:
            told = words().say("bad_number", parameter=parameter, most=most)
            return JSONResponse({"error": told, "parameter": parameter}, 400, _OPEN)
        asked[parameter] = number
    services = application_services(request)
    today = services.clock().astimezone(LONDON).date()
    body = _body(services.directory, services.registry, today, asked["page"], asked["per_page"])
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = _OPEN | {"ETag": tag}
    if _is_known(request.headers.getlist("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _whole_number(said: list[str], most: int, otherwise: int) -> int | None:
    if not said:
        return otherwise
    number = int(said[0]) if len(said) == 1 and re.fullmatch(r"[0-9]{1,9}", said[0]) else 0
    return number if 1 <= number <= most else None


def _is_known(said: list[str], tag: str) -> bool:
    known = {part.strip().removeprefix("W/") for line in said for part in line.split(",")}
    return bool(known & {tag, "*"})


@lru_cache(maxsize=16)
def _body(directory: Directory, registry: Registry, day: date, page: int, per_page: int) -> bytes:
    found = page_of(_services(directory, registry, day), page, per_page)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=4)
def _services(directory: Directory, registry: Registry, day: date) -> list[Json]:
    """Of the records that residents may be given on that day, and no others."""
    given = [agency for name in directory.agencies if (agency := directory.published(name, day))]
    return services_of(given, {language.code: language.english for language in registry})
