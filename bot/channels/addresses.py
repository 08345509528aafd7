"""Addresses as Twilio writes them: E.164, with `whatsapp:` before it for WhatsApp."""

_WHATSAPP = "whatsapp:"


def channel_of(address: str) -> str:
    """`whatsapp` or `sms`."""
    return "whatsapp" if address.startswith(_WHATSAPP) else "sms"


def as_channel(number: str, channel: str) -> str:
    """The same number as an address of this channel."""
    plain = number.removeprefix(_WHATSAPP)
    return f"{_WHATSAPP}{plain}" if channel == "whatsapp" else plain
