"""A stand-in for Twilio: the part of its REST API we use, its signed webhooks, and the ways it fails.

As a process: `python -m tests.standins.twilio --port 4010 --webhook http://127.0.0.1:8000/sms`. It is told
what to do through `/_control/…`: `inbound`, `status`, `faults`, `settings`, `reset`; `sent` shows what left.
"""

import argparse
import asyncio
import base64
import contextlib
import secrets
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from tests.standins.twilio_account import API, Account, Fault, TextMessage


class TwilioStandIn:
    """One account behind an ASGI application."""

    def __init__(self, account: Account | None = None) -> None:
        self.account = account or Account()
        self._calls: set[asyncio.Task[Any]] = set()
        base = f"/{API}/Accounts/{{account}}/Messages"
        self.app = Starlette(
            routes=[
                Route(f"{base}.json", self._create, methods=["POST"]),
                Route(f"{base}.json", self._list),
                Route(f"{base}/{{sid}}.json", self._fetch),
                Route("/_control/inbound", self._inbound, methods=["POST"]),
                Route("/_control/status", self._status, methods=["POST"]),
                Route("/_control/faults", self._faults, methods=["POST"]),
                Route("/_control/settings", self._settings, methods=["POST"]),
                Route("/_control/reset", self._reset, methods=["POST"]),
                Route("/_control/sent", self._sent),
            ],
            lifespan=self._lifespan,
        )

    def sign(self, url: str, fields: dict[str, str]) -> str:
        """The signature that Twilio puts on a webhook."""
        return str(RequestValidator(self.account.token).compute_signature(url, fields))

    def inbound_fields(self, message: TextMessage, opt_out_type: str | None = None) -> dict[str, str]:
        """The form of an inbound webhook."""
        fields = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsMessageSid": message.sid,
            "AccountSid": self.account.sid,
            "From": message.sender,
            "To": message.recipient,
            "Body": message.body,
            "NumMedia": "0",
            "NumSegments": "1",
            "FromCity": "",
            "SmsStatus": "received",
            "ApiVersion": API,
        }
        return {**fields, "OptOutType": opt_out_type} if opt_out_type else fields

    def status_fields(self, message: TextMessage) -> dict[str, str]:
        """The form of a status callback."""
        fields = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "AccountSid": self.account.sid,
            "From": message.sender,
            "To": message.recipient,
            "MessageStatus": message.status,
            "SmsStatus": message.status,
            "ApiVersion": API,
        }
        return {**fields, "ErrorCode": str(message.error_code)} if message.error_code else fields

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with httpx2.AsyncClient(timeout=15, trust_env=False) as client:
            self._client = client
            yield
            for call in self._calls:
                call.cancel()

    async def _create(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        fault = self.account.next_fault("create")
        if fault and not fault.after:
            return await self._play(request, fault)
        form = {name: str(value) for name, value in (await request.form()).items()}
        made = self._made(form)
        if isinstance(made, Response):
            return made
        if self.account.progress and made.callback:
            self._later(self._progress(made))
        if fault:
            return await self._play(request, fault)
        return JSONResponse(made.as_json(self.account.sid), 201)

    def _made(self, form: dict[str, str]) -> TextMessage | Response:
        service = form.get("MessagingServiceSid")
        if not form.get("To"):
            return _error(400, 21604, "A 'To' phone number is required.")
        if not form.get("From") and not service:
            return _error(400, 21603, "A 'From' phone number is required.")
        if not form.get("Body"):
            return _error(400, 21602, "Message body is required.")
        if len(form["Body"]) > 1600:
            return _error(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if form["To"] in self.account.opted_out:
            return _error(400, 21610, f"Attempt to send to unsubscribed recipient {form['To']}.")
        sender = form.get("From") or self.account.number
        return self.account.add(sender, form["To"], form["Body"], service=service, callback=form.get("StatusCallback"))

    async def _list(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        if fault := self.account.next_fault("list"):
            return await self._play(request, fault)
        asked = request.query_params
        size = min(int(asked.get("PageSize", 50)), 1000)
        below = int(asked.get("Before", 1 << 60))
        filters = [asked.get(name) for name in ("To", "From", "DateSent>", "DateSent<")]
        rest = [m for m in self.account.listed(*filters) if m.number < below]
        page = rest[:size]
        uri = None
        if len(rest) > size:
            uri = f"{request.url.path}?{urlencode({**asked, 'Before': str(page[-1].number)})}"
        messages = [m.as_json(self.account.sid) for m in page]
        return JSONResponse({"messages": messages, "next_page_uri": uri, "page_size": size})

    async def _fetch(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        message = self.account.find(request.path_params["sid"])
        if message is None:
            return _error(404, 20404, "Not found.")
        return JSONResponse(message.as_json(self.account.sid))

    def _refused(self, request: Request) -> Response | None:
        self.account.requests += 1
        expected = base64.b64encode(f"{self.account.sid}:{self.account.token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return _error(401, 20003, "Authenticate")
        if request.path_params["account"] != self.account.sid:
            return _error(404, 20404, "No such account.")
        return None

    async def _play(self, request: Request, fault: Fault) -> Response:
        if fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "drop":
            # uvicorn's own transport: ASGI has no way to cut a connection.
            request.receive.__self__.transport.abort()  # type: ignore[attr-defined]
            raise ClientDisconnect
        return _error(fault.status, fault.code, "A fault was asked for.")

    async def _inbound(self, request: Request) -> Response:
        """`from`, `body`; `sid`, `to`, `opt_out_type`; `lost`: never delivered; `times` delivered."""
        asked = await request.json()
        sid = asked.get("sid") or "SM" + secrets.token_hex(16)
        message = self.account.find(sid) or self.account.add(
            asked["from"], asked.get("to") or self.account.number, asked["body"], inbound=True, sid=sid
        )
        times = 0 if asked.get("lost") else int(asked.get("times", 1))
        fields = self.inbound_fields(message, asked.get("opt_out_type"))
        answers = [await self._post(self.account.webhook, self.account.sign_as, fields) for _ in range(times)]
        return JSONResponse({"sid": sid, "answers": answers})

    async def _status(self, request: Request) -> Response:
        """`sid`, `status`, `error_code`: report it to the message's callback, signed."""
        asked = await request.json()
        message = self.account.find(asked["sid"])
        if message is None or not message.callback:
            return JSONResponse({"error": "no such message, or it has no callback"}, 404)
        return JSONResponse(await self._report(message, asked["status"], asked.get("error_code")))

    async def _report(self, message: TextMessage, status: str, code: int | None = None) -> dict[str, Any]:
        message.status, message.error_code = status, code
        return await self._post(message.callback or "", "", self.status_fields(message))

    async def _progress(self, message: TextMessage) -> None:
        for status in self.account.progress:
            with contextlib.suppress(httpx2.HTTPError):
                await self._report(message, status)

    async def _post(self, url: str, sign_as: str, fields: dict[str, str]) -> dict[str, Any]:
        headers = {"X-Twilio-Signature": self.sign(sign_as or url, fields)}
        answer = await self._client.post(url, data=fields, headers=headers)
        return {"status": answer.status_code, "body": answer.text}

    async def _faults(self, request: Request) -> Response:
        """A list of faults for the next requests, each with the fields of `Fault` and `times`."""
        for asked in await request.json():
            times = int(asked.pop("times", 1))
            self.account.faults.extend([Fault(**asked)] * times)
        return JSONResponse({"waiting": len(self.account.faults)})

    async def _settings(self, request: Request) -> Response:
        """`webhook`, `sign_as`, `progress`, `opted_out`."""
        asked = await request.json()
        self.account.webhook = asked.get("webhook", self.account.webhook)
        self.account.sign_as = asked.get("sign_as", self.account.sign_as)
        self.account.progress = tuple(asked.get("progress", self.account.progress))
        self.account.opted_out = set(asked.get("opted_out", self.account.opted_out))
        return JSONResponse({"webhook": self.account.webhook})

    async def _reset(self, _request: Request) -> Response:
        self.account.messages.clear()
        self.account.faults.clear()
        self.account.opted_out.clear()
        return JSONResponse({})

    async def _sent(self, request: Request) -> Response:
        sent = self.account.sent(request.query_params.get("to"))
        return JSONResponse({"messages": [m.as_json(self.account.sid) for m in sent]})

    def _later(self, work: Any) -> None:
        call = asyncio.get_running_loop().create_task(work)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)


def _error(status: int, code: int | None, message: str) -> Response:
    payload = {"message": message, "status": status}
    return JSONResponse({**payload, "code": code} if code else payload, status)


def main() -> None:
    """Serve until stopped."""
    account = Account()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=4010)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--webhook", default="", help="where inbound messages are delivered")
    parser.add_argument("--sign-as", default="", help="the address to sign, when a proxy stands between")
    parser.add_argument("--sid", default=account.sid)
    parser.add_argument("--token", default=account.token)
    parser.add_argument("--number", default=account.number)
    asked = parser.parse_args()
    account.sid, account.token, account.number = asked.sid, asked.token, asked.number
    account.webhook, account.sign_as = asked.webhook, asked.sign_as
    uvicorn.run(TwilioStandIn(account).app, host=asked.host, port=asked.port, ws="none")


if __name__ == "__main__":
    main()
