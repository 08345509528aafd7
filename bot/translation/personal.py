"""Find what must not leave the process: numbers, addresses, dates and known names, in any script's digits.

Everything found is put back unchanged afterwards, so finding too much costs fluency and too little costs privacy. Names
that nobody told us cannot be found.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

import regex
from phonenumbers import Leniency, PhoneNumberMatcher

from bot.translation.names import name_spans
from bot.translation.placeholders import Redacted, redacted

_CASE = regex.IGNORECASE
_INVISIBLE = r"\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0f\u20e3\ufeff"
# Phone numbers, references, NHS numbers, dates and sums alike: digits with a little between them.
_DIGITS = regex.compile(
    rf"[+(]{{0,2}}\d(?:[\s.\-\u2010-\u2015\u2212/\\()\u00b7\u2022,_*~#'{_INVISIBLE}]{{0,4}}\d)*[\ufe0f\u20e3]*"
)
_AT = regex.compile(r"[\w.+%'-]{0,64}@[\w.-]{1,255}")
_URL = regex.compile(
    r"(?:https?://|www\.)\S{1,2000}"
    r"|(?<![\w-])(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}/\S{0,2000}"
    r"|(?<![\w-])(?:[\w-]{1,63}\.){1,4}(?:com|org|net|uk|co|info|io|app|link|tv|gov|edu|ly|eu|pk|pl|ro)(?!\w)",
    _CASE,
)
_POSTCODE = regex.compile(
    r"(?<!\w)[a-z]{1,2}[0-9o][0-9oa-z]?(?:[0-9o][a-z]{2}|[\s-]{1,3}[0-9o]\s?[a-z]\s?[a-z])(?!\w)"  # B21 9AA
    r"|(?<!\w)[a-z]{1,2}[0-9]{2}(?:[\s-]?[0-9])?(?!\w)"  # B21, B21 9
    r"|(?<!\w)[a-z]{2}[0-9]{2}[a-z]{3}(?!\w)"  # a car's plate
    r"|(?<!\w)[a-z]{2}(?:\s?[0-9]{2}){3}\s?[a-d](?!\w)"  # National Insurance
    r"|\{[a-z][a-z0-9_]*\}",  # a catalogue's placeholder
    _CASE,
)
# In small letters these are words: "b4", "ws10 and".
_CAPITALS = regex.compile(r"(?<!\w)(?:[A-Z]{2}[0-9]{2}\s[A-Z]{3}|[A-Z]{1,2}[0-9][A-Z]?(?:\s?[0-9])?)(?!\w)")
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = regex.compile(
    rf"(?<!\w)\d{{1,2}}\s?(?:st|nd|rd|th)?(?:\s+of)?[\s,.-]{{1,3}}{_MONTHS}(?!\w)(?:[\s,.-]{{1,3}}(?:\d{{4}}|'?\d{{2}})(?!\d))?"
    rf"|(?<!\w){_MONTHS}[\s,.-]{{1,3}}\d{{1,2}}(?:st|nd|rd|th)?(?!\w)(?:[\s,.-]{{1,3}}\d{{4}}(?!\d))?",
    _CASE,
)
_YEAR = regex.compile(r"(?<!\d[\s.-]?)\d{4}(?![\s.-]?\d)")
_DAY = regex.compile(r"(?<!\d)\d{1,2}(?!\d)")
_REACH = 24
_STREET = (
    r"(?<![\p{L}\p{M}])(?:road|rd|street|st|avenue|ave|lane|ln|close|drive|dr|crescent|cres|court|ct|place|pl|square|sq"
    r"|terrace|grove|gardens?|gdns|hill|walk|way|row|mews|rise|green|park|parade|view|croft|house|towers?|heights|estate"
    r"|boulevard|blvd|ulica|ul|strada|str|stra[sß]s?e|rruga|rue|calle|rua|via|улица|ул|вулиця|вул|straat|cadd?esi?"
    r"|soka[kğ]ı?|jalan|шоссе|gatve|utca|ulice|улиця|waddada|jidka)(?![\p{L}\p{M}])"
    r"|روڈ|سٹریٹ|سڑک|گلی|شارع|طريق|خیابان|کوچه|سرک|রোড|স্ট্রিট|সড়ক|লেন|ਰੋਡ|ਸਟਰੀਟ|ਗਲੀ|रोड|स्ट्रीट|गली|રોડ|தெரு|路|街"
)
_DOOR = r"\d{1,4}(?:\s?[a-z])?(?:\s?/\s?\d{1,4}[a-z]?)?(?!\w)"
_NUMBER_THEN_STREET = regex.compile(rf"(?<!\w)({_DOOR})[^\d\n.!?]{{0,40}}?(?:{_STREET})", _CASE)
_STREET_THEN_NUMBER = regex.compile(rf"(?:{_STREET})[^\d\n!?]{{1,30}}?({_DOOR})", _CASE)
_CAPITALISED = regex.compile(
    r"(?<!\w)\d{1,4}\s?[a-zA-Z]?,?\s+(?:\p{Lu}[\w'\u2019.-]{0,30}\s+){1,3}"
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Close|Drive|Dr|Crescent|Court|Place|Square|Terrace|Grove|Gardens|Hill|Walk"
    r"|Way|Row|Mews|Rise|Green|Croft|House|Tower)(?!\w)"
)
_DWELLING = regex.compile(
    r"(?<!\w)(?:flat|apartment|apt|unit|house|room|door|mieszkanie|شقة|فلیٹ|مکان|گھر|বাড়ি|ফ্ল্যাট|ਮਕਾਨ|ਫਲੈਟ|ਘਰ)"
    r"(?:\s*(?:no\.?|number|num|nr\.?|#|نمبر|رقم|নম্বর|ਨੰਬਰ))?[\s:.-]*"
    rf"({_DOOR})",
    _CASE,
)
_WHOLE = (_AT, _URL, _POSTCODE, _CAPITALS, _DATE, _CAPITALISED)
_GROUP = (_NUMBER_THEN_STREET, _STREET_THEN_NUMBER, _DWELLING)


def redact(text: str, known: Sequence[str] = ()) -> Redacted:
    """The text with placeholders for all of it. Raises `TranslationFailed` when there is too much to replace."""
    plain = "".join(map(_plain, text))
    return redacted(text, [*_spans(plain), *name_spans(text, known)])


def has_phone_number(text: str) -> bool:
    """More digits together than a sum of money has: in words that come back, nobody wrote them."""
    return any(sum(c.isdigit() for c in match[0]) > 6 for match in _DIGITS.finditer("".join(map(_plain, text))))


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    for pattern in _WHOLE:
        yield from (match.span() for match in pattern.finditer(plain))
    for pattern in _GROUP:
        yield from (match.span(1) for match in pattern.finditer(plain, overlapped=True))
    yield from (match.span() for match in _DIGITS.finditer(plain) if _is_long(match[0]))
    yield from _days_near_years(plain)
    phones = PhoneNumberMatcher(plain, "GB", leniency=Leniency.POSSIBLE, max_tries=1000)
    yield from ((match.start, match.end) for match in phones)


def _is_long(run: str) -> bool:
    """Three digits in a row, or four with something between: 999, 10/11; not 7, 12 or 2, 3."""
    return sum(c.isdigit() for c in run) > 3 or regex.search(r"\d{3}", run) is not None


def _days_near_years(plain: str) -> Iterator[tuple[int, int]]:
    """The day of a date whose month is a word, in whatever language."""
    for year in _YEAR.finditer(plain):
        start, end = max(0, year.start() - _REACH), year.end() + _REACH
        yield from (day.span() for day in _DAY.finditer(plain, start, year.start()))
        yield from (day.span() for day in _DAY.finditer(plain, year.end(), end))


@cache
def _plain(char: str) -> str:
    """The character with digits and full-width letters as ASCII; always one for one, so that places agree."""
    if char.isascii():
        return char
    digit = unicodedata.digit(char, None)
    plain = unicodedata.normalize("NFKC", char) if digit is None else str(digit)
    return plain if len(plain) == 1 else char
