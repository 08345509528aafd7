"""A stand-in for Google Translate: the endpoint that googletrans 4.0.2 asks, in its format, and the ways it fails.

As a process: `python -m tests.standins.google_translate --port 4020`, and the application with
`BOT_TRANSLATE_BASE=http://127.0.0.1:4020`. `/_control/faults` takes what goes wrong next, `/_control/asked` shows what
came.
"""

import argparse
import asyncio
import re
import zlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

_MARK = re.compile(r"\[\[(\d+)\]\]")
_WORD_OR_MARK = re.compile(r"\[\[\d+\]\]|[^\W\d_]+")
_ALPHABETS = {
    "ur": "ابتجدرسکلم",
    "ar": "ابتجدرسكلم",
    "fa-AF": "ابتجدرسکلم",
    "pa": "ਕਗਚਜਟਡਤਦਨਪ",
    "bn": "কগচজটডতদনপ",
    "zh-CN": "一二三四五六七八九十",
}
_LATIN = "bdgklmnrst"
# What Google's parameters must be for googletrans to understand the answer.
_DT = ["at", "bd", "ex", "ld", "md", "qca", "rw", "rm", "ss", "t"]


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    text: str
    source: str
    target: str


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request.

    `kind`: error (answers `status`), html, slow (nothing for `seconds`), drip (a byte now and then), cut (half an
    answer, then the connection is cut), truncated (half an answer as if whole), other_json, empty, unchanged,
    wrong_target, or what is done to placeholders: one of `_CHANGES`, of which the first four are harmful.
    """

    kind: str
    status: int = 500
    seconds: float = 3.0


_CHANGES: dict[str, Callable[[str], str]] = {
    "lost": lambda number: "",
    "doubled": lambda number: f"[[{number}]] [[{number}]]",
    "swapped_number": lambda number: f"[[{int(number) + 40}]]",
    "bare": lambda number: number,
    "spaced": lambda number: f"[ [ {number} ] ]",
    "native": lambda number: "[[" + number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")) + "]]",
    "fullwidth": lambda number: f"［［{number}］］",
    "single": lambda number: f"[{number}]",
    "mirrored": lambda number: f"]]{number}[[",
    "lenticular": lambda number: f"【{number}】",
}


@dataclass
class GoogleStandIn:
    """`phrases`: what (text, target) is translated to; other words become made-up words of the target's script."""

    phrases: dict[tuple[str, str], str] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = Starlette(
            routes=[
                Route("/translate_a/single", self._single),
                Route("/_control/faults", self._take_faults, methods=["POST"]),
                Route("/_control/asked", self._show),
            ]
        )

    def translated(self, text: str, target: str) -> str:
        """Made-up words, the same each time; placeholders, digits and punctuation stay."""
        if (text, target) in self.phrases:
            return self.phrases[(text, target)]
        alphabet = _ALPHABETS.get(target, _LATIN)
        return _WORD_OR_MARK.sub(lambda m: m[0] if m[0][0] == "[" else _made_up(m[0], alphabet), text)

    async def _single(self, request: Request) -> Response:
        query = request.query_params
        if query.get("client") != "gtx" or query.getlist("dt") != _DT or not query.get("q"):
            return PlainTextResponse("Bad Request", 400)
        asked = Asked(query["q"], query["sl"], query["tl"])
        self.asked.append(asked)
        fault = self.faults.popleft() if self.faults else None
        if fault and (broken := await self._broken(request, asked, fault)):
            return broken
        return JSONResponse(_answer(asked, self._text(asked, fault)))

    def _text(self, asked: Asked, fault: Fault | None) -> str:
        kind = fault.kind if fault else ""
        if kind == "unchanged":
            return asked.text
        if kind == "empty":
            return ""
        target = ("pa" if asked.target != "pa" else "en") if kind == "wrong_target" else asked.target
        text = self.translated(asked.text, target)
        change = _CHANGES.get(kind)
        return _MARK.sub(lambda m: change(m[1]), text) if change else text

    async def _broken(self, request: Request, asked: Asked, fault: Fault) -> Response | None:
        whole = JSONResponse(_answer(asked, self.translated(asked.text, asked.target))).body
        half = bytes(whole)[: len(whole) // 2]
        match fault.kind:
            case "error":
                return HTMLResponse(f"<html><title>Error {fault.status}</title></html>", fault.status)
            case "html":
                return HTMLResponse('<html><a href="x">Before you continue</a></html>' * 5_000)
            case "truncated":
                return Response(half, media_type="application/json")
            case "other_json":
                return JSONResponse({"error": {"code": 1, "message": asked.text}})
            case "drip":
                return StreamingResponse(_drip(whole), media_type="application/json")
            case "cut":
                headers = {"Content-Length": str(len(whole))}
                return StreamingResponse(_cut(request, half), headers=headers, media_type="application/json")
            case "slow":
                await asyncio.sleep(fault.seconds)
        return None

    async def _take_faults(self, request: Request) -> Response:
        """A list of faults for the next requests, each with the fields of `Fault` and `times`."""
        for asked in await request.json():
            times = int(asked.pop("times", 1))
            self.faults.extend([Fault(**asked)] * times)
        return JSONResponse({"waiting": len(self.faults)})

    async def _show(self, _request: Request) -> Response:
        return JSONResponse([asdict(asked) for asked in self.asked])


def _made_up(word: str, alphabet: str) -> str:
    number = str(zlib.crc32(word.encode()))
    return "".join(alphabet[int(digit)] for digit in number[:6])


def _answer(asked: Asked, text: str) -> list[Any]:
    """The arrays as the endpoint sends them: sentences first, then what googletrans calls extra data."""
    source = "ur" if asked.source == "auto" else asked.source
    sentences: list[list[Any]] = [[text or None, asked.text, None, None, 10], [None, None, None, "translit"]]
    possible = [[asked.text, None, [[text, 1000, True, False, [10]]], [[0, len(asked.text)]], asked.text, 0, 0]]
    return [sentences, None, source, None, None, possible, 0.97, [], [[source], None, [0.97], [source]]]


async def _drip(body: bytes | memoryview) -> AsyncIterator[bytes]:
    for byte in bytes(body):
        yield bytes([byte])
        await asyncio.sleep(0.05)


async def _cut(request: Request, half: bytes) -> AsyncIterator[bytes]:
    yield half
    await asyncio.sleep(0.05)
    # uvicorn's own transport: ASGI has no way to cut a connection.
    request.receive.__self__.transport.abort()  # type: ignore[attr-defined]
    raise ClientDisconnect


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=4020)
    parser.add_argument("--host", default="127.0.0.1")
    asked = parser.parse_args()
    uvicorn.run(GoogleStandIn().app, host=asked.host, port=asked.port, ws="none")


if __name__ == "__main__":
    main()
