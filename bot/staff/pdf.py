"""A referral as a PDF that screen readers can read (PDF/UA), made by WeasyPrint without looking at anything else."""

import functools
import logging
from typing import Any, NoReturn

import anyio.to_thread
import structlog
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.errors import PdfUnavailable
from bot.pages import STATIC
from bot.staff.render import markup
from bot.usecases.referral_form import ReferralForm
from bot.usecases.referral_paper import on_paper

log = structlog.get_logger(__name__)
_SHEETS = ("referral.css", "referral-pages.css")
# Whoever comes after these gets the page at once, and prints that.
_MOST_WAITING = 3
# Their records can quote an address or letters from what somebody wrote.
_TALKATIVE = ("weasyprint", "weasyprint.progress", "fontTools")


async def printable(request: Request, form: ReferralForm) -> Response:
    """The form as a PDF; where none can be made, the same form as a page that the browser prints."""
    state = request.app.state
    if not hasattr(state, "pdf_maker"):
        # One at a time: setting a long story takes seconds of one processor, and residents are answered first.
        state.pdf_maker = CapacityLimiter(1)
    headers = {"X-Robots-Tag": "noindex"}
    try:
        if state.pdf_maker.statistics().tasks_waiting >= _MOST_WAITING:
            raise PdfUnavailable
        paper = on_paper(form)
        html = markup(request, "referral_pdf.html", **vars(paper), on_screen=False)
        content = await anyio.to_thread.run_sync(pdf, html, limiter=state.pdf_maker)
    except PdfUnavailable:
        return HTMLResponse(markup(request, "referral_pdf.html", form=form, on_screen=True), headers=headers)
    name = f"referral-{form.reference.replace(' ', '')}.pdf"
    headers["Content-Disposition"] = f'inline; filename="{name}"'
    return Response(content, media_type="application/pdf", headers=headers)


def pdf(html: str) -> bytes:
    """The page as PDF/UA-1. Raises `PdfUnavailable`."""
    weasyprint = _weasyprint()
    try:
        document = weasyprint.HTML(string=html, url_fetcher=_refuse())
        sheets = [weasyprint.CSS(string=text, url_fetcher=_refuse()) for text in _styles()]
        made: bytes = document.write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1")
    except Exception as error:  # noqa: BLE001 - whatever went wrong in setting the type, the form can still be read
        # The traceback could carry what somebody wrote.
        log.error("pdf_failed", kind=type(error).__name__)
        raise PdfUnavailable from None
    return made


@functools.cache
def _weasyprint() -> Any:
    # Imported when the first form is printed: without its libraries the service still starts and answers residents.
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        log.warning("pdf_unavailable", kind=type(error).__name__, advice="bash tools/install_libraries.sh")
        raise PdfUnavailable from error
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return weasyprint


@functools.cache
def _styles() -> tuple[str, ...]:
    return tuple((STATIC["/staff/static"] / name).read_text(encoding="utf-8") for name in _SHEETS)


@functools.cache
def _refuse() -> Any:
    """A fetcher that fetches nothing: what a resident wrote may hold addresses."""
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> NoReturn:
            raise ValueError("nothing is fetched")

    return Nothing()
