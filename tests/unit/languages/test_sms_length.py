import pytest

from bot.languages.sms_length import measure


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        ("ą" + "a" * 69, "ucs2", 70, 1),
        ("ہ" * 71, "ucs2", 71, 2),
        ("ہ" * 135, "ucs2", 135, 3),
        ("🆘" * 35, "ucs2", 70, 1),
    ],
)
def test_segments_are_counted_as_phone_networks_do(text: str, encoding: str, units: int, segments: int) -> None:
    found = measure(text)
    assert (found.encoding, found.units, found.segments) == (encoding, units, segments)
