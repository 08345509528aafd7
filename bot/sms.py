"""The door for Twilio: texts and WhatsApp messages in, reports of what became of ours."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

import anyio
import structlog
from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels import twilio_webhook
from bot.channels.addresses import channel_of
from bot.channels.twilio_errors import STATES
from bot.errors import StoreUnavailable
from bot.usecases import delivery_status, safety
from bot.usecases.delivery_status import Report
from bot.usecases.receive import Inbound, receive
from bot.usecases.services import Services
from bot.usecases.understand import understand
from bot.web import Door

log = structlog.get_logger(__name__)
_LARGEST_BODY = 300_000
_MOST_FIELDS = 200
# Twilio waits 15 seconds at most. A database that hangs must leave time to say 999.
_RECEIVE_SECONDS = 6.0
_PROVIDER_ID = re.compile(r"[A-Za-z0-9_:-]{1,64}")
_DANGEROUS = frozenset({"emergency", "check"})
_OPT_OUT_TYPES = frozenset({"STOP", "START", "HELP"})


async def from_twilio(request: Request) -> Response | None:
    """The guard: only what Twilio has signed comes in. The fields are left in `request.state.fields`."""
    services: Services = request.app.state.services
    secret = services.settings.twilio_auth_token
    if not services.settings.sms_is_on or secret is None:
        return PlainTextResponse("SMS is off: the TWILIO settings are missing.", 503)
    body = await _body(request)
    if body is None:
        return PlainTextResponse("", 413)
    fields = _fields(body)
    url, token = signed_url(request, services.settings.public_url), secret.get_secret_value()
    signature = request.headers.get(twilio_webhook.SIGNATURE, "")
    if fields is None or not twilio_webhook.signed_by_twilio(token, url, fields, signature):
        log.warning("signature_refused", path=request.url.path, advice="compare BOT_PUBLIC_URL with Twilio's")
        return PlainTextResponse("", 403)
    request.state.fields = fields
    return None


async def take(request: Request) -> Response:
    """`POST /sms`: keep the message, then acknowledge it with nothing. The outbox sends the reply."""
    services: Services = request.app.state.services
    message = _inbound(request.state.fields)
    if message is None:
        return PlainTextResponse("", 400)
    try:
        with anyio.fail_after(_RECEIVE_SECONDS):
            receipt = await to_thread.run_sync(receive, services, message, abandon_on_cancel=True)
    except Exception as error:  # noqa: BLE001 - whatever broke, danger is answered
        # The message was perhaps not kept, so it is not acknowledged. Only the error's kind is logged.
        log.error("message_not_kept", kind=type(error).__name__)
        return await run_in_threadpool(_not_kept, services, message)
    services.wake.inbox(receipt.conversation_id)
    return _twiml(twilio_webhook.no_answer())


async def note(request: Request) -> Response:
    """`POST /sms/status`: a report on a message of ours."""
    services: Services = request.app.state.services
    report = _report(request.state.fields, request.query_params.get("id"))
    if report is None:
        return PlainTextResponse("", 400)
    try:
        await run_in_threadpool(delivery_status.note, services, report)
    except StoreUnavailable:
        return PlainTextResponse("", 503)
    return Response(status_code=204)


def signed_url(request: Request, public_url: str) -> str:
    """The address that Twilio called and signed: behind a proxy it is not the one we see."""
    if not public_url:
        return str(request.url)
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{public_url.rstrip('/')}{request.url.path}{query}"


def _not_kept(services: Services, message: Inbound) -> Response:
    if not _danger(services, message.body):
        # Twilio tries again, or the sweeper fetches it from Twilio later.
        return PlainTextResponse("", 503)
    return _twiml(twilio_webhook.answer(safety.safety_text(services, message.body)[0].text))


def _danger(services: Services, body: str) -> bool:
    """Whether detector or model sees danger, certain or possible. Needs no database."""
    if services.detector.examine(body).danger is not None:
        return True
    try:
        return understand(services, body).urgency.level in _DANGEROUS
    except Exception as error:  # noqa: BLE001 - without a working model the detector's word stands
        log.error("model_failed", kind=type(error).__name__)
        return False


def _inbound(fields: Mapping[str, str]) -> Inbound | None:
    sid, sender = fields.get("MessageSid") or fields.get("SmsSid") or "", fields.get("From", "")
    if not _PROVIDER_ID.fullmatch(sid) or not 0 < len(sender) <= 100 or "Body" not in fields:
        return None
    opt_out = fields.get("OptOutType", "").upper()
    return Inbound(
        channel=channel_of(sender),
        address=sender,
        body=fields["Body"],
        provider_id=sid,
        opt_out_type=opt_out if opt_out in _OPT_OUT_TYPES else None,
    )


def _report(fields: Mapping[str, str], message_id: str | None) -> Report | None:
    sid = fields.get("MessageSid") or fields.get("SmsSid") or ""
    state = STATES.get(fields.get("MessageStatus") or fields.get("SmsStatus") or "")
    if not _PROVIDER_ID.fullmatch(sid) or state is None:
        return None
    code = fields.get("ErrorCode", "")
    return Report(sid, state, message_id, int(code) if code.isascii() and code.isdigit() else None)


async def _body(request: Request) -> bytes | None:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_BODY:
            return None
    return body


def _fields(body: bytes) -> dict[str, str] | None:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    fields = dict(pairs)
    # Twilio names each field once. Of a name given twice the signature does not say which value is meant.
    return fields if len(fields) == len(pairs) else None


def _twiml(xml: str) -> Response:
    return Response(xml, media_type="text/xml")


routes = [
    Door("/sms", take, guard=from_twilio, methods=["POST"], cross_site=True),
    Door("/sms/status", note, guard=from_twilio, methods=["POST"], cross_site=True),
]
