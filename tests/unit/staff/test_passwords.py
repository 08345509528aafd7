"""Passwords: Argon2id with the chosen cost, and no password that everybody tries."""

import pytest
from argon2 import extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from bot.usecases import passwords


@pytest.mark.parametrize(
    "password",
    [
        "Birmingham2026!",
        "password123456",
        "P@ssw0rd1234!!",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijkl",
        "123456789012",
        "098765432109",
        "sue.khan-2026",
        "Sue Khan Sue Khan",
        "safeguarding2026",
        "everybodysbusiness1",
        "Welcome-to-2027",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert passwords.fault(password, "sue.khan") == "obvious"


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "8f3a91c04b72", "تین چائے دو بسکٹ", "tKn8#wLq2$zX", "my password is a goat"],
)
def test_what_is_hard_to_guess_is_taken(password: str) -> None:
    assert passwords.fault(password, "sue.khan") is None


def test_length_is_counted_in_characters() -> None:
    assert passwords.fault("kürzer wäre", "sue") == "short"
    assert passwords.fault("y" * 201, "sue") == "long"


def test_the_hash_is_argon2id_at_the_chosen_cost() -> None:
    found = extract_parameters(passwords.hashed("correct horse battery"))
    assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 65536, 3, 4)


def test_the_same_letters_fit_however_the_keyboard_composes_them() -> None:
    kept = passwords.hashed("caf\u00e9 au lait frais")
    assert passwords.fits(kept, "cafe\u0301 au lait frais")
    assert not passwords.fits(kept, "cafe au lait frais")


@pytest.mark.parametrize("kept", [None, "", "not a hash"])
def test_without_a_hash_no_password_fits(kept: str | None) -> None:
    assert not passwords.fits(kept, "correct horse battery")


@given(st.text(), st.text(max_size=40))
def test_any_text_is_judged_without_an_error(password: str, username: str) -> None:
    assert passwords.fault(password, username) in {None, "short", "long", "obvious"}
