"""One-time codes against the published example, and each only once."""

import base64
from datetime import UTC, datetime

import pyotp
from hypothesis import given
from hypothesis import strategies as st

from bot.usecases import second_factor
from bot.usecases.second_factor import step_of

# RFC 6238, appendix B: the SHA-1 example, its last six digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
PUBLISHED = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}


def test_the_published_codes_are_right() -> None:
    for moment, code in PUBLISHED.items():
        assert step_of(SECRET, code, datetime.fromtimestamp(moment, UTC), None) == moment // 30


def test_a_code_that_was_used_or_is_older_is_refused() -> None:
    now = datetime.fromtimestamp(59, UTC)
    assert step_of(SECRET, "287082", now, 0) == 1
    assert step_of(SECRET, "287082", now, 1) is None
    assert step_of(SECRET, "287082", now, 2) is None


def test_spaces_and_digits_of_other_scripts_are_read() -> None:
    now = datetime.fromtimestamp(59, UTC)
    assert step_of(SECRET, " 287 082 ", now, None) == 1
    assert step_of(SECRET, "۲۸۷۰۸۲", now, None) == 1


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    now = datetime.fromtimestamp(59, UTC)
    near = {pyotp.TOTP(SECRET).generate_otp(step) for step in (0, 1, 2)}
    if not any(code in text for code in near):
        assert step_of(SECRET, "x" + text.replace("2", ""), now, None) is None


def test_the_address_names_the_product_and_the_account() -> None:
    address = second_factor.address(SECRET, "sue.khan", "Everybody's Business")
    assert address.startswith("otpauth://totp/Everybody%27s%20Business:sue.khan?")
    assert f"secret={SECRET}" in address
