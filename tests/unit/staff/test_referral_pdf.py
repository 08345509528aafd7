"""The printed referral: every section and word on it, each script in its letters, and nothing asked of a network."""

import dataclasses
import io
import socket
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdf
import pytest

from bot.bootstrap import Knowledge
from bot.errors import PdfUnavailable
from bot.languages.registry import SOURCE
from bot.pages import Pages
from bot.settings import ROOT
from bot.staff import pdf
from bot.staff.render import direction, helpers, written
from bot.staff.words import StaffWords
from bot.usecases.referral_form import Message, ReferralForm, Words
from bot.usecases.services import Services

AT = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
STORY = "The boy next door is always hungry."
FORM = ReferralForm(
    referral_id="r",
    concern_id="c",
    reference="4821 0937 5516 2204",
    agency_id="csc_birmingham",
    agency="Birmingham Children's Trust",
    agency_phone="0121 303 1888",
    made_by="Amina Khan",
    made_at=AT,
    status="sent",
    status_at=AT,
    reason=None,
    category="neglect",
    urgency="urgent",
    urgency_reasons=("worry",),
    boroughs=("birmingham",),
    place="Handsworth",
    subject=(("subject", "A boy of about seven"), ("child_age", "5_to_11"), ("place", "Handsworth")),
    story=(("story", STORY), ("danger", "unsure")),
    additions=("Today he had a bruise.",),
    reporter=(
        ("relationship", "neighbour"),
        ("reporter_name", "Maria"),
        ("may_reply", "times"),
        ("safe_times", "3 pm"),
    ),
    writer="neighbour",
    language="en",
    channel="sms",
    messages=(Message(AT, "He begs at our gate.", "en", "ltr"),),
    told_at=AT - timedelta(hours=1),
    words=Words("He may starve.", "Lives at number 12.", "Rang the school.", "Visit today.", "not_safe_to_tell", "999"),
)
# A language, its direction, words in it, and the font whose letters it needs. None: a language we do not know.
SCRIPTS = [
    ("ur", "rtl", "پڑوس کا بچہ ہمیشہ بھوکا رہتا ہے", "Nastaliq"),
    ("ar", "rtl", "الطفل المجاور جائع دائما", "Arabic"),
    ("pa", "ltr", "ਗੁਆਂਢੀ ਦਾ ਬੱਚਾ ਹਮੇਸ਼ਾ ਭੁੱਖਾ ਰਹਿੰਦਾ ਹੈ", "Gurmukhi"),
    ("bn", "ltr", "পাশের বাড়ির ছেলেটি সবসময় ক্ষুধার্ত", "Bengali"),
    ("pl", "ltr", "Chłopiec z sąsiedztwa jest głodny", "Sans"),
    (None, "auto", "የጎረቤት ልጅ ሁልጊዜ ይራባል", "Ethiopic"),
    (None, "auto", "隔壁的小男孩总是很饿", "CJK"),
    (None, "auto", "பக்கத்து வீட்டுச் சிறுவன்", "Tamil"),
    (None, "auto", "پسر همسایه همیشه گرسنه است", "Arabic"),
]


@pytest.fixture(scope="module")
def html(knowledge: Knowledge) -> Any:
    words = StaffWords(ROOT, knowledge.registry)
    pages = Pages(words, {"n999": "999"})
    # Only the parts that templates ask for.
    services = object.__new__(Services)
    object.__setattr__(services, "places", knowledge.places)
    object.__setattr__(services, "registry", knowledge.registry)

    def render(on_screen: bool = False, **changes: Any) -> str:
        form = dataclasses.replace(FORM, **changes)
        return pages.render("referral_pdf.html", SOURCE, **helpers(services, words), form=form, on_screen=on_screen)

    return render


def opened(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def fonts_of(reader: pypdf.PdfReader) -> set[str]:
    """The fonts on all pages; every one is embedded, and none stands for letters that no font has."""
    found: set[str] = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            found.add(str(inner["/BaseFont"]))
            assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].keys())
    return found


def test_every_section_and_everything_known_is_on_paper(html: Any) -> None:
    reader = opened(pdf.pdf(html()))
    text = text_of(reader)
    headings = [
        "1. The referral",
        "2. The child or adult",
        "3. Household and others",
        "4. What was reported",
        "5. What we think",
        "6. Who reported it",
        "7. Your answer",
    ]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)
    for words in (
        "4821 0937 5516 2204",
        "Birmingham Children's Trust",
        "0121 303 1888",
        "Amina Khan",
        "17 Nov 2026, 11:00",
        "Same day",
        "A boy of about seven",
        "5 to 11",
        STORY,
        "Not sure",
        "Today he had a bruise.",
        "by somebody with the reference",
        "He begs at our gate.",
        "He may starve.",
        "Lives at number 12.",
        "Rang the school.",
        "Visit today.",
        "has NOT been told",
        "Maria",
        "3 pm",
        "We keep it",
        "Date of birth",
        "Signature",
        "Confidential",
    ):
        assert words in text, words
    last = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        assert f"Page {number} of {last}" in " ".join(page.extract_text().split())


def test_it_is_tagged_for_screen_readers(html: Any) -> None:
    reader = opened(pdf.pdf(html()))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Referral 4821 0937 5516 2204"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert {"/H1", "/H2", "/H3", "/Table", "/TH"} <= _roles(root["/StructTreeRoot"])
    assert reader.pages[0].mediabox.width == pytest.approx(595.28, abs=1), "A4"


def _roles(node: Any) -> set[str]:
    node = node.get_object()
    if not isinstance(node, dict):
        return set()
    kids = node.get("/K", [])
    found = {str(node["/S"])} if "/S" in node else set()
    for kid in kids if isinstance(kids, list) else [kids]:
        found |= _roles(kid)
    return found


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has letters for all of these, under other fonts' names")
@pytest.mark.parametrize(("language", "way", "words", "font"), SCRIPTS, ids=[s[3] + str(s[0]) for s in SCRIPTS])
def test_each_script_has_its_letters_and_its_direction(
    html: Any, language: str | None, way: str, words: str, font: str
) -> None:
    page = html(language=language, messages=(Message(AT, words, language, way),), story=(("story", words),))
    expected = "rtl" if direction(words) == "rtl" else "ltr"
    assert page.count(f'dir="{expected}">{words}') == 2
    reader = opened(pdf.pdf(page))
    assert any(font in name.replace("-", "") for name in fonts_of(reader))
    assert "\ufffd" not in text_of(reader)


def test_a_letter_that_no_noto_font_has_would_be_noticed(html: Any) -> None:
    plain = fonts_of(opened(pdf.pdf(html())))
    assert not any("Ethiopic" in name or "Nastaliq" in name for name in plain)


EVIL = (
    '<script>alert(1)</script><img src="{url}/a.png"><style>@import url({url}/b.css); p {{background: url({url}/c)}}'
    '</style><link rel="attachment" href="file:///etc/passwd"><a href="{url}/d">x</a></div></body>'
)


def test_markup_in_a_story_is_text_and_nothing_is_fetched(html: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        evil = EVIL.format(url=f"http://127.0.0.1:{server.getsockname()[1]}")
        page = html(
            messages=(Message(AT, evil, "en", "ltr"),), story=(("story", evil),), reason=evil, agency=evil,
            made_by=evil, words=Words(evil, evil, evil, evil, "not_known", evil),
        )  # fmt: skip
        reader = opened(pdf.pdf(page))
        with pytest.raises(TimeoutError):
            server.accept()
    assert "<script>alert(1)</script>" in text_of(reader)
    assert not reader.attachments
    assert "/Annots" not in reader.pages[0]


def test_even_our_own_markup_may_not_fetch() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        pdf.pdf(
            f'<html lang="en"><title>x</title><link rel="stylesheet" href="{url}/a.css"><img alt="x" src="{url}/b.png">'
            f'<img alt="y" src="file:///etc/hostname"><p style="background: url({url}/c.png)">x</p></html>'
        )
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_form_that_cannot_be_set_says_so_without_its_words(html: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PdfUnavailable) as raised:
        pdf.pdf(object())  # type: ignore[arg-type]
    assert raised.value.__cause__ is None
    # Where log lines go depends on whether the logs were set up in this process.
    assert "pdf_failed" in "".join(capsys.readouterr())


def test_nothing_of_it_is_logged(html: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    pdf.pdf(html(story=(("story", "canary-word <b style='colour: canary-style'>"),)))
    assert "canary" not in caplog.text
    assert "glyph" not in caplog.text.lower()


def test_a_long_story_flows_over_pages_and_is_whole(html: Any) -> None:
    story = " ".join(f"word{number}" for number in range(3_000))
    text = text_of(opened(pdf.pdf(html(story=(("story", story),), additions=(story[:4_000],)))))
    assert all(f"word{number}" in text for number in range(3_000))


def test_a_form_with_almost_nothing_still_has_lines_to_write_on(html: Any) -> None:
    page = html(
        subject=(), story=(), additions=(), reporter=(), messages=(), boroughs=(), urgency_reasons=(), language=None,
        agency_phone=None, status_at=None, channel="web", words=Words("x"),
    )  # fmt: skip
    assert page.count("referral-blank") > 30
    text = text_of(opened(pdf.pdf(page)))
    assert "None" not in text
    assert "No messages." in text
    assert "Not known" in text
    assert "We keep it" not in text, "there is no number in the web chat"


@pytest.mark.parametrize("code", ["brand_new", "x<y"])
def test_a_code_that_nobody_has_named_stands_for_itself(html: Any, code: str) -> None:
    page = html(category=code, urgency=code, urgency_reasons=(code,), writer=code, channel=code, status=code)
    assert code in text_of(opened(pdf.pdf(page)))


def test_a_text_that_does_not_open_is_said_to_be_lost(html: Any) -> None:
    text = text_of(opened(pdf.pdf(html(messages=(Message(AT, None, "ur", "rtl"),)))))
    assert "does not open with our keys" in text


@pytest.mark.parametrize("text", ["a\n\n\n\n\nb", "a\n \n\t\n b", "x" * 5_000, "ب" * 5_000, "隔壁" * 300, "", "\n" * 9])
def test_setting_in_type_drops_no_letter(text: str) -> None:
    assert "".join(written(text).replace("\u200b", "").split()) == "".join(text.split())
    assert "\n\n\n" not in written(text)


@pytest.mark.parametrize(
    ("text", "way"), [("abc", "ltr"), ("12 بچہ", "rtl"), ("«שלום» abc", "rtl"), ("12 abc بچہ", "ltr"), ("", "ltr")]
)
def test_a_text_runs_as_its_first_letter_does(text: str, way: str) -> None:
    assert direction(text) == way
