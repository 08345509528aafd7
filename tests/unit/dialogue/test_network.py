"""The network: learns what lines have in common across languages, the same each time, and reads anything."""

import numpy as np
import pytest

from bot.dialogue.network import Network, learn, letters_and_words

INTENTS = ["danger", "greeting", "question"]
SETTINGS = {
    "longest": 3,
    "network_min_lines": 1,
    "hidden": 8,
    "epochs": 30,
    "batch": 4,
    "rate": 0.02,
    "concepts_weight": 1.4,
}
LINES = [
    ("he has a knife", ["weapon", "now"], "danger"),
    ("a knife at her neck", ["weapon"], "danger"),
    ("hello you", ["hello"], "greeting"),
    ("good morning", ["hello"], "greeting"),
    ("what is the number", ["which", "number"], "question"),
    ("which number", ["which", "number"], "question"),
    ("ma nóż", ["weapon"], "danger"),
    ("dzień dobry", ["hello"], "greeting"),
    ("jaki numer", ["which", "number"], "question"),
]


def learned() -> Network:
    texts, concepts, intents = zip(*LINES, strict=True)
    letters = letters_and_words(list(texts), SETTINGS)
    return learn(letters, [" ".join(found) for found in concepts], list(intents), INTENTS, SETTINGS)


@pytest.fixture(scope="module")
def network() -> Network:
    return learned()


def reading(network: Network, text: str, concepts: list[str]) -> str:
    return INTENTS[int(network.odds(network.heard(text), concepts).argmax())]


@pytest.mark.parametrize(("text", "concepts", "intent"), LINES)
def test_what_was_learned_is_read(network: Network, text: str, concepts: list[str], intent: str) -> None:
    assert reading(network, text, concepts) == intent


def test_a_meaning_is_read_in_a_language_that_had_no_example_of_it(network: Network) -> None:
    assert reading(network, "chaku", ["weapon"]) == "danger"


def test_letters_are_read_where_no_meaning_is_known(network: Network) -> None:
    assert reading(network, "a knife", []) == "danger"


def test_the_odds_add_up_whatever_is_read(network: Network) -> None:
    for text in ("", "ζζζ", "he has a knife " * 200):
        odds = network.odds(network.heard(text), [])
        assert odds.shape == (len(INTENTS),)
        assert odds.sum() == pytest.approx(1.0)


def test_two_trainings_make_the_same_network(network: Network) -> None:
    again = learned()
    assert again.grams == network.grams
    assert again.concepts == network.concepts
    np.testing.assert_array_equal(again.weights, network.weights)
    np.testing.assert_array_equal(again.out_weights, network.out_weights)
