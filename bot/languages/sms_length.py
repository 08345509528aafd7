"""How many SMS segments a text takes. Table: 3GPP TS 23.038, GSM 7 bit default alphabet and its extension."""

from dataclasses import dataclass

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("\f^{}\\[~]|€")
# (one segment, each of several), in units: septets, or UTF-16 code units.
_LIMITS = {"gsm7": (160, 153), "ucs2": (70, 67)}


@dataclass(frozen=True)
class SmsLength:
    encoding: str
    units: int
    segments: int


def measure(text: str) -> SmsLength:
    """Encoding, units and segments of a text as a phone network counts them."""
    if all(c in _GSM or c in _GSM_TWICE for c in text):
        encoding, units = "gsm7", sum(2 if c in _GSM_TWICE else 1 for c in text)
    else:
        encoding, units = "ucs2", len(text.encode("utf-16-le", "surrogatepass")) // 2
    single, each = _LIMITS[encoding]
    return SmsLength(encoding, units, 1 if units <= single else -(-units // each))
