"""Pages spoken by a person: `translations/<code>/audio/<page>.mp3` or `.ogg`, played where there is one."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.web import services_of

_ENDINGS = (".mp3", ".ogg")
PAGES = ("home",)


def address(root: Path, code: str, page: str) -> str | None:
    """Where the recording of a page in a language is played from, if there is one."""
    found = _file(root, code, page)
    return f"/audio/{code}/{page}" if found else None


async def play(request: Request) -> Response:
    """`GET /audio/ur/home`."""
    services, code, page = services_of(request), request.path_params["code"], request.path_params["page"]
    found = _file(services.root, code, page) if code in services.registry and page in PAGES else None
    if found is None:
        raise HTTPException(404)
    return FileResponse(found)


def _file(root: Path, code: str, page: str) -> Path | None:
    folder = root / "translations" / code / "audio"
    return next((folder / f"{page}{e}" for e in _ENDINGS if (folder / f"{page}{e}").is_file()), None)
