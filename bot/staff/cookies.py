"""The console's two cookies, and the token that every form carries.

Signed in, the token is the session's own and stands in the database. Before that there is no session, so the sign-in
forms are bound to a cookie of their own: a browser cannot be signed in to somebody else's account behind its back.
"""

import hmac
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.settings import Settings
from bot.usecases.sign_in import SignedIn
from bot.web import SessionCookie, form_token, form_token_holds, is_https


def session(settings: Settings) -> SessionCookie:
    """Strict: no other site can make a signed-in browser ask for anything."""
    return SessionCookie("staff", secure=is_https(settings), same_site="strict")


def before_sign_in(settings: Settings) -> SessionCookie:
    # Not the session's cookie: a link from elsewhere shows the sign-in page and must not sign anybody out.
    return SessionCookie("staff_form", secure=is_https(settings), same_site="strict")


@dataclass(frozen=True)
class LinkCookie(SessionCookie):
    """A cookie that goes back only to the pages under one address; `__Host-` would want the whole site.

    `max_age` in seconds; None ends with the browser.
    """

    path: str = "/"
    max_age: int | None = None

    @property
    def full_name(self) -> str:
        return f"__Secure-{self.name}" if self.secure else self.name

    def write(self, response: Response, value: str) -> None:
        response.set_cookie(
            self.full_name,
            value,
            max_age=self.max_age,
            path=self.path,
            secure=self.secure,
            httponly=True,
            samesite=self.same_site,
        )

    def clear(self, response: Response) -> None:
        response.delete_cookie(
            self.full_name, path=self.path, secure=self.secure, httponly=True, samesite=self.same_site
        )


def form_token_for(request: Request, settings: Settings) -> tuple[SignedIn | None, str, str | None]:
    """Who is signed in, the token for this page's forms, and a new value for `before_sign_in` if one is due."""
    me: SignedIn | None = getattr(request.state, "staff", None)
    if me is not None:
        return me, me.form_token, None
    given = before_sign_in(settings).read(request)
    value = given or secrets.token_urlsafe(32)
    return None, form_token(value), None if given else value


async def form_token_is_right(request: Request, settings: Settings, me: SignedIn | None) -> bool:
    """Whether the form that was sent carries the token of this session, or of this browser before signing in."""
    given = str((await request.form()).get("form_token", ""))
    if me is not None:
        return hmac.compare_digest(me.form_token.encode(), given.encode())
    value = before_sign_in(settings).read(request)
    return value is not None and form_token_holds(value, given)
