"""The PO files that translators work on: made from the English, kept up with it, and checked."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from babel.plural import to_gettext

from bot.languages import review
from bot.languages.catalogue import placeholders, source_strings
from bot.languages.registry import SOURCE, Language, Registry
from bot.languages.sms_length import measure

# Segments: the aim is 2 and 3; these are never exceeded (design, section 5).
_MOST_SEGMENTS = {"gsm7": 3, "ucs2": 5}
_CURLY = re.compile("[\u2018\u2019\u201c\u201d\u2013\u2014\u2026]")
# The day of the first drafts, for the header of a file that no speaker has approved.
_WRITTEN = "2026-11-21"
# Stands beside what a machine wrote, in the PO file alone.
_MACHINE = "machine-made"
# Where a wrong word could cost a life or a consent, a machine does not even make the first draft.
_NEVER_BY_MACHINE = (
    "utter_emergency",
    "utter_ask_danger",
    "utter_ask_consent",
    "utter_child",
    "utter_contact_",
    "utter_cannot_ring",
    "site_danger",
    "site_silent",
)
# ISO 15924 to the first word of its letters' Unicode names.
_SCRIPT_NAMES: dict[str, tuple[str, ...]] = {
    "Arab": ("ARABIC",),
    "Beng": ("BENGALI",),
    "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",),
    "Ethi": ("ETHIOPIC",),
    "Grek": ("GREEK",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Jpan": ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK"),
    "Kore": ("HANGUL", "CJK"),
    "Latn": ("LATIN", "MODIFIER"),
    "Mlym": ("MALAYALAM",),
    "Sinh": ("SINHALA",),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Thai": ("THAI",),
}
# The old national character sets hold one of the two ways of writing Chinese each.
_ENCODINGS = {"Hans": "gb2312", "Hant": "big5hkscs"}
_ENGLISH_RUN = 3
_NAMES_AND_COMMANDS = re.compile(
    r"\{\w+\}|https?://\S+|\b[A-Z]{4,}\b|[\w.]+\.(?:uk|com|org)\b|SMS|BSL|Relay UK|Childline|Crimestoppers"
    r"|Home Office|Everybody's Business|British Sign Language"
)
# Long sample values, so that a sentence is measured as it is sent.
_SAMPLES = {
    "n999": "999",
    "n101": "101",
    "childline": "0800 1111",
    "crimestoppers": "0800 555 111",
    "relay": "18000",
    "reference": "5378 2218 0929 6390",
    "place": "Sutton Coldfield",
    "details": "x" * 40,
    "contacts": "Birmingham Emergency Duty Team (children): 0121 675 4806",
    "story": "x" * 70,
    "subject": "x" * 40,
    "reporter_name": "x" * 20,
    "language_name": "x" * 10,
    "name": "x" * 30,
    "phone": "0121 675 4806",
    "message": "",
}


def path_of(root: Path, code: str) -> Path:
    return root / "translations" / code / "LC_MESSAGES" / "bot.po"


def update(root: Path, registry: Registry) -> list[Path]:
    """Rewrite the template and each catalogue: keys come and go with the English, changed English makes fuzzy."""
    english = source_strings(root)
    written = []
    for language in registry.offered():
        template = language.code == SOURCE
        path = root / "translations" / "bot.pot" if template else path_of(root, language.code)
        kept = {} if template else _messages(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(project="everybodys-business", charset="utf-8", fuzzy=False)
        for key, text in english.items():
            _add(catalogue, key, text, kept.get(key))
        path.write_bytes(_as_po(catalogue, None if template else language))
        written.append(path)
    return written


def take(root: Path, registry: Registry, code: str, source: Path) -> list[str]:
    """Replace a catalogue by a translator's file; returns its faults, and changes nothing if there are any."""
    found = list(_faults(registry.get(code), source_strings(root), _messages(source)))
    if not found:
        path_of(root, code).write_bytes(source.read_bytes())
    return found


def draft(root: Path, language: Language, translate: Callable[[str], str | None]) -> tuple[int, int]:
    """Fill the sentences that have no words with a machine's, marked fuzzy so that they are not served.

    `translate` gives None where it must not or cannot. Returns how many were filled and how many are still empty.
    """
    path, english = path_of(root, language.code), source_strings(root)
    kept = _messages(path)
    catalogue = Catalog(project="everybodys-business", charset="utf-8", fuzzy=False)
    filled = empty = 0
    for key, text in english.items():
        message = kept.get(key)
        if message is not None and message.string:
            _add(catalogue, key, text, message)
            continue
        words = None if key.startswith(_NEVER_BY_MACHINE) else translate(text)
        filled, empty = filled + (words is not None), empty + (words is None)
        flags = {"fuzzy"} if words else set()
        if placeholders(text):
            flags.add("python-brace-format")
        comments = [_MACHINE] if words else []
        catalogue.add(text, words or "", context=key, flags=flags, auto_comments=comments)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_as_po(catalogue, language))
    return filled, empty


def faults(root: Path, registry: Registry) -> list[str]:
    """Everything wrong in any catalogue, one line each: `ur: utter_menu: placeholders differ`."""
    english = source_strings(root)
    found = []
    for language in registry.offered():
        if language.code != SOURCE:
            messages = _messages(path_of(root, language.code))
            found += list(_faults(language, english, messages))
            if language.status == "approved":
                texts = {key: str(message.string) for key, message in messages.items()}
                stale = set(english) - set(review.approved(root, language.code, english, texts))
                found += [f"{language.code}: {key}: changed since it was approved" for key in sorted(stale)]
    return found


def _faults(language: Language, english: dict[str, str], messages: dict[str, Message]) -> Iterator[str]:
    for key in sorted(set(english) ^ set(messages)):
        yield f"{language.code}: {key}: {'missing' if key in english else 'not in the English'}"
    for key in english:
        message = messages.get(key)
        if message is None:
            continue
        if not message.string:
            yield f"{language.code}: {key}: not translated"
        elif message.id != english[key] or message.fuzzy:
            yield f"{language.code}: {key}: the English has changed (fuzzy)"
        elif fault := _fault(language, key, english[key], str(message.string)):
            yield f"{language.code}: {key}: {fault}"


def _fault(language: Language, key: str, english: str, text: str) -> str | None:
    try:
        if placeholders(english) != placeholders(text):
            return "placeholders differ from the English"
    except ValueError:
        return "a brace is not closed"
    if text == english and _letters(english) > 12:
        return "is still English"
    if unexpected := sorted(_digits(text, language.digit_letters) - _digits(english)):
        return f"has the digit {unexpected[0]}, the English has not"
    if not _in_script(text, language.script):
        return f"is not in {language.script}"
    if left := _english_left(english, text):
        return f"has English left in it: {left}"
    if language.sms == "gsm7" and _CURLY.search(text):
        return "has a curly quote or long dash, which doubles the price of a text"
    if key.startswith("utter_") and "/" not in key and segments(language, text) > _MOST_SEGMENTS[language.sms]:
        return f"takes {segments(language, text)} segments, at most {_MOST_SEGMENTS[language.sms]}"
    return None


def segments(language: Language, text: str) -> int:
    """SMS segments of a sentence with long sample values in it."""
    return measure(text.format_map(_Samples(language))).segments


class _Samples(dict[str, str]):
    """Sample values, wrapped in isolates where the language is written from right to left."""

    def __init__(self, language: Language) -> None:
        self._extra = 2 if language.direction == "rtl" else 0

    def __missing__(self, name: str) -> str:
        return _SAMPLES.get(name, "x" * 10) + " " * self._extra


def _in_script(text: str, script: str) -> bool:
    """Whether at least six letters in ten are of the script; names, URLs and command words are not."""
    bare = _NAMES_AND_COMMANDS.sub("", text)
    letters = [c for c in bare if unicodedata.category(c)[0] == "L"]
    own = [c for c in letters if unicodedata.name(c, "").split(" ")[0] in _SCRIPT_NAMES[script]]
    if len(own) < 0.6 * len(letters):
        return False
    try:
        "".join(own).encode(_ENCODINGS.get(script, "utf-8"))
    except UnicodeEncodeError:
        return False
    return True


def _english_left(english: str, text: str) -> str:
    """A run of English words that stand in the translation as they stood in the English; else empty."""
    theirs = " ".join(_words(text))
    ours = _words(english)
    for start in range(len(ours) - _ENGLISH_RUN + 1):
        run = " ".join(ours[start : start + _ENGLISH_RUN])
        if f" {run} " in f" {theirs} ":
            return run
    return ""


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", _NAMES_AND_COMMANDS.sub(" | ", text).casefold())


def _digits(text: str, letters: str = "") -> set[str]:
    """The digits in a sentence, without those that are letters: one of `letters` that touches no other digit."""
    bare = re.sub(r"\{\w+\}", "", text)
    if letters:
        bare = re.sub(rf"(?<!\d)[{letters}](?!\d)(?:(?<=[^\W\d_].)|(?=[^\W\d_]))", "", bare)
    return set(re.findall(r"\d", bare))


def _letters(text: str) -> int:
    return sum(c.isalpha() for c in re.sub(r"\{\w+\}", "", text))


def _messages(path: Path) -> dict[str, Message]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(m.context): m for m in read_po(file, abort_invalid=True) if m.id}


def _add(catalogue: Catalog, key: str, english: str, kept: Message | None) -> None:
    string = str(kept.string) if kept is not None else ""
    changed = kept is not None and bool(string) and kept.id != english
    flags = {"fuzzy"} if changed or (kept is not None and kept.fuzzy) else set()
    if placeholders(english):
        flags.add("python-brace-format")
    catalogue.add(english, string, context=key, flags=flags)


def _as_po(catalogue: Catalog, language: Language | None) -> bytes:
    out = BytesIO()
    write_po(out, catalogue, width=0, omit_header=True)
    header = [
        'msgid ""',
        'msgstr ""',
        '"Project-Id-Version: everybodys-business\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
    ]
    if language is not None:
        header[3:3] = [
            f'"PO-Revision-Date: {language.date or _WRITTEN} 00:00+0000\\n"',
            f'"Last-Translator: {language.reviewer or "machine"}\\n"',
            f'"Language-Team: {language.english}\\n"',
        ]
        header.insert(3, f'"Language: {language.code.replace("-", "_")}\\n"')
        header.append(f'"Plural-Forms: {to_gettext(Locale.parse(language.plural_locale).plural_form)}\\n"')
    return ("\n".join(header) + "\n\n").encode() + out.getvalue()
