"""Every door of a serving application, from outside, and a canary sent through each."""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx2
import pyotp
import pytest

from tests.functional import staff_console
from tests.functional.canaries import Cage
from tests.standins.loud_server import FAIL_AT
from tests.standins.twilio import TwilioStandIn
from tests.standins.twilio_account import Fault

PATIENCE = 90.0
PASSWORD = "purple kettle marching slowly"


@dataclass
class Doors:
    """Everything that can be sent to a serving application, from outside."""

    url: str
    twilio: TwilioStandIn
    cage: Cage
    client: httpx2.Client

    def texts(self, body: str, sender: str = "", status: int = 200) -> None:
        sender = sender or self.cage.number
        message = self.twilio.account.add(sender, self.twilio.account.number, body, inbound=True)
        fields = self.twilio.inbound_fields(message)
        headers = {"X-Twilio-Signature": self.twilio.sign(f"{self.url}/sms", fields)}
        assert self.client.post(f"{self.url}/sms", data=fields, headers=headers).status_code == status

    def forged(self) -> None:
        word, sender = self.cage.bird("forged text"), self.cage.number
        data = {"MessageSid": "SM1", "From": sender, "Body": word}
        answer = self.client.post(f"{self.url}/sms?q={word}", data=data, headers={"X-Twilio-Signature": word})
        assert answer.status_code == 403
        assert self.client.post(f"{self.url}/chat", data={"message": word, "form_token": word}).status_code == 403
        headers = {"Authorization": f"Bearer {word}"}
        assert self.client.get(f"{self.url}/api/staff/concerns", headers=headers).status_code in {401, 404}

    def failed(self) -> None:
        """Requests that end badly: no such page, a broken body, a wrong method."""
        word = self.cage.bird("failed request")
        client, url = self.client, self.url
        assert client.get(f"{url}/{word}/x?{word}={word}", headers={"Referer": f"{url}/{word}"}).status_code == 404
        assert client.put(f"{url}/chat", content=word.encode()).status_code == 405
        assert client.post(f"{url}/chat/leave", data={"by": word}, headers={"Cookie": f"chat={word}"}).status_code < 400
        kind = {"Content-Type": f"multipart/form-data; boundary={word}"}
        assert client.post(f"{url}/chat", content=f"--{word}\r\n{word}".encode(), headers=kind).status_code < 500
        kind = {"Content-Type": "application/json"}
        assert client.post(f"{url}/api/chat/messages", content=f"{{{word}".encode(), headers=kind).status_code == 403
        with pytest.raises(httpx2.HTTPError):
            client.post(f"{url}/chat", content=_breaks_off(word))

    def web(self) -> None:
        """A chat by form and by script, with an over-long message and one at which the dialogue fails."""
        page = self.client.get(f"{self.url}/chat").text
        for name, body in {
            "web form": "the boy next door is hungry {}",
            "failing web": f"the boy next door {FAIL_AT} {{}}",
            "command": "/{}",
            "engine command": '/inform{{"story": "{}"}}',
        }.items():
            sent = self.client.post(f"{self.url}/chat", data=_hidden(page) | {"message": body.format(self._bird(name))})
            assert sent.status_code in {200, 303}
            page = self.client.get(f"{self.url}/chat").text
        long = f"{self._bird('too long')} " * 1_500
        assert self.client.post(f"{self.url}/chat", data=_hidden(page) | {"message": long}).status_code == 413
        script = _hidden(page) | {"message": f"he is hungry {self._bird('script')}", "sending": secrets.token_hex(16)}
        assert self.client.post(f"{self.url}/api/chat/messages", json=script).status_code == 200
        collected = self.client.get(f"{self.url}/api/chat/messages?after=0").text
        assert self._bird("script") in collected

    def concern(self) -> None:
        """A whole concern by text, each answer with a canary in it."""
        answers = [
            f"my neighbour's little boy is always hungry {self._bird('story')}",
            "no",
            f"Handsworth, {self._bird('place')} road",
            f"about seven {self._bird('subject')}",
            "1",
            "2",
            f"after six {self._bird('times')}",
            self._bird("name").title(),
            "1",
        ]
        for number, answer in enumerate(answers):
            before = len(self.twilio.account.sent(self.cage.number))
            self.texts(answer)
            wait_for(lambda before=before: len(self.twilio.account.sent(self.cage.number)) > before, (number, answer))  # type: ignore[misc]
        wait_for(lambda: any(re.search(r"\d{4} \d{4} \d{4} \d{4}", m.body) for m in self.twilio.account.sent()), "ref")

    def staff(self, first_link: str) -> None:
        """Sign in, read the concern, take it, note, write, and mistype."""
        with new_client() as client:
            client.follow_redirects = True
            word = self._bird("sign-in")
            page = client.get(f"{self.url}/staff/sign-in").text
            wrong = {"form_token": staff_console.form_token(page), "username": word, "password": word}
            assert client.post(f"{self.url}/staff/sign-in", data=wrong).status_code == 403
            _first_sign_in(client, first_link)
            self._review(client)

    def _review(self, client: httpx2.Client) -> None:
        queue = client.get(f"{self.url}/staff/").text
        concern = re.search(r"/staff/concerns/[\w-]{36}", queue)
        assert concern, "the concern is not in the queue"
        address = f"{self.url}{concern[0]}"
        shown = client.get(address).text
        assert self._bird("story") in shown
        token = {"form_token": staff_console.form_token(shown)}
        told = {"told": staff_console.hidden(shown, "told")}
        assert client.post(f"{address}/acknowledge", data=token | told).status_code == 200
        assert client.post(f"{address}/note", data=token | {"note": self._bird("note")}).status_code == 200
        number = {"number_reason": self._bird("reason")}
        assert client.post(f"{address}/number", data=token | number).status_code == 200
        message = {"message": self._bird("staff message"), "sending": staff_console.hidden(shown, "sending")}
        assert client.post(f"{address}/message", data=token | message | {"safe_now": "yes"}).status_code == 200
        wait_for(
            lambda: any(self._bird("staff message") in m.body for m in self.twilio.account.sent()), "staff message"
        )

    def sms_troubles(self) -> None:
        """Texts at which something fails: the dialogue, the sending, the look-up after it."""
        self.twilio.account.faults.extend([Fault("drop"), Fault("error", status=500), Fault("error", status=429)])
        before = len(self.twilio.account.sent())
        self.texts(f"he {FAIL_AT} {self._bird('failing text')}")
        self.texts(f"{self._bird('long text')} " * 1_000)
        wait_for(lambda: not self.twilio.account.faults, "faults")
        wait_for(lambda: len(self.twilio.account.sent()) >= before + 2, "answers after faults")

    def _bird(self, door: str) -> str:
        return self.cage.bird(door)


def new_client() -> httpx2.Client:
    return httpx2.Client(trust_env=False, timeout=60)


def _hidden(page: str) -> dict[str, str]:
    return {name: staff_console.hidden(page, name) for name in ("form_token", "sending")}


def _breaks_off(word: str) -> Iterator[bytes]:
    yield word.encode()
    raise httpx2.ReadError("the sender goes away")


def _first_sign_in(client: httpx2.Client, link: str) -> None:
    """By the one-time link to the queue."""
    page = client.get(link).text
    chosen = {"form_token": staff_console.form_token(page), "password": PASSWORD, "again": PASSWORD}
    page = client.post(link, data=chosen).text
    found = re.search(r'class="staff-key">([^<]+)<', page)
    assert found
    secret = found[1].replace(" ", "")
    enrolled = {"form_token": staff_console.form_token(page), "code": pyotp.TOTP(secret).now()}
    assert client.post(link.split("/staff/")[0] + "/staff/enrol", data=enrolled).status_code == 200


def wait_for(true: Callable[[], bool], what: object) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.05)
