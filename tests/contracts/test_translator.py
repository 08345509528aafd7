"""What every translator must do, shown for the one that refuses and for Google's (against its stand-in)."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.errors import TranslationFailed
from bot.ports import Translator
from bot.translation.none import NoTranslator
from tests.standins.google_translate import Asked, Fault
from tests.standins.serving import free_port
from tests.standins.translation_world import PURPOSE, URDU, Make, World, outcome, translation_worlds


@pytest.fixture
def make() -> Iterator[Make]:
    with translation_worlds() as make:
        yield make


@pytest.fixture
def world(make: Make) -> World:
    return make()


@pytest.fixture(params=["none", "google"])
def translator(request: pytest.FixtureRequest) -> Translator:
    if request.param == "none":
        return NoTranslator()
    found: World = request.getfixturevalue("world")
    return found.translator


def test_what_is_not_allowed_is_refused_at_once(translator: Translator) -> None:
    with pytest.raises(TranslationFailed) as caught:
        translator.translate(URDU, "ur", "en", "something_else")
    assert caught.value.code == "off"


@pytest.mark.parametrize("text", ["", " \n", URDU, "\ud800", "\0", "[[1]]", "0121 303 1888", "x" * 20_000, "👍"])
@pytest.mark.parametrize(("source", "target"), [("ur", "en"), (None, "pa"), ("xx-bad", "en"), ("en", "../../x")])
def test_there_is_a_translation_marked_as_a_machines_or_a_failure_with_a_code(
    translator: Translator, text: str, source: str | None, target: str
) -> None:
    found = outcome(translator, text, source, target)
    if isinstance(found, TranslationFailed):
        assert found.code in {"off", "language", "length", "empty", "unchanged"}
    else:
        assert (found.machine, found.target) == (True, target)
        assert found.text


def test_the_state_can_be_seen(translator: Translator) -> None:
    assert translator.state in {"off", "closed"}


def test_a_translation_says_from_what_into_what(world: World) -> None:
    world.google.phrases[(URDU, "en")] = "He hits the child every day"
    found = world.translator.translate(URDU, "ur", "en", PURPOSE)
    assert (found.text, found.source, found.target) == ("He hits the child every day", "ur", "en")
    assert world.google.asked == [Asked(URDU, "ur", "en")]
    assert "hits" not in repr(found)


def test_without_a_source_google_finds_it_out(world: World) -> None:
    assert world.translator.translate(URDU, None, "en", PURPOSE).source == "ur"
    assert world.google.asked[0].source == "auto"


@pytest.mark.parametrize(("source", "target"), [("syl", "en"), ("phr", "en"), ("en", "ur-Latn"), ("en", "syl")])
def test_a_language_that_google_lacks_is_refused_without_asking(world: World, source: str, target: str) -> None:
    assert world.code("kisi ne usay mara", source, target) == "language"
    assert world.google.asked == []


def test_numbers_and_names_do_not_leave_and_come_back(world: World) -> None:
    text = "سارہ کو 0121 303 1888 پر فون کریں، وہ B21 9AA میں ہے"
    translated = world.english(text, "Sara Khan")
    sent = world.google.asked[0].text
    assert not any(secret in sent for secret in ("سارہ", "303", "B21"))
    assert all(secret in translated for secret in ("سارہ", "0121 303 1888", "B21 9AA"))


def test_text_without_letters_is_not_sent(world: World) -> None:
    assert world.english("0121 303 1888 👍") == "0121 303 1888 👍"
    assert world.google.asked == []


@pytest.mark.parametrize("kind", ["spaced", "native", "fullwidth", "single", "mirrored", "lenticular"])
def test_a_harmless_change_of_placeholders_is_mended(world: World, kind: str) -> None:
    world.google.faults.append(Fault(kind))
    translated = world.english("پہلے 07700 900123 پھر 0121 303 1888")
    assert "07700 900123" in translated
    assert "0121 303 1888" in translated
    assert not set("[]［］【】") & set(translated)


@pytest.mark.parametrize("kind", ["lost", "doubled", "swapped_number", "bare"])
def test_a_translation_without_exactly_the_placeholders_is_refused(world: World, kind: str) -> None:
    world.google.faults.append(Fault(kind))
    assert world.code("اسے 07700 900123 پر فون کریں") == "placeholders"


@pytest.mark.parametrize("made_up", ["Ring 0800 1111 000", "Ring ۰۸۰۰ ۱۱۱۱ ۰۰۰", "Ring 08001111000."])
def test_a_number_that_nobody_wrote_is_refused(world: World, made_up: str) -> None:
    world.google.phrases[(URDU, "en")] = made_up
    assert world.code() == "placeholders"


def test_a_sum_in_words_may_become_digits(world: World) -> None:
    world.google.phrases[("ایک لاکھ روپے", "en")] = "100,000 rupees"
    assert world.english("ایک لاکھ روپے") == "100,000 rupees"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("error", status=429), "throttled"),
        (Fault("error", status=302), "throttled"),
        (Fault("error", status=503), "throttled"),
        (Fault("error", status=500), "unavailable"),
        (Fault("error", status=404), "unavailable"),
        (Fault("error", status=400), "language"),
        (Fault("html"), "unavailable"),
        (Fault("truncated"), "unavailable"),
        (Fault("other_json"), "unavailable"),
        (Fault("cut"), "unavailable"),
        (Fault("slow"), "timeout"),
        (Fault("drip"), "timeout"),
        (Fault("unchanged"), "unchanged"),
        (Fault("empty"), "empty"),
        (Fault("wrong_target"), "language"),
    ],
    ids=lambda value: f"{value.kind}-{value.status}" if isinstance(value, Fault) else "",
)
def test_each_failure_has_its_code_and_the_next_call_is_not_hurt(make: Make, fault: Fault, code: str) -> None:
    world = make(seconds=1.0)
    world.google.faults.append(fault)
    started = time.monotonic()
    assert world.code() == code
    assert time.monotonic() - started < 1.5
    world.clock.forward(hours=3)
    assert world.english(URDU) != URDU


def test_a_server_that_is_not_there_is_unavailable(make: Make) -> None:
    assert make(base=f"http://127.0.0.1:{free_port()}").code() == "unavailable"


def test_case_and_letter_forms_do_not_make_a_translation(world: World) -> None:
    world.google.phrases[("Hilfe bitte", "en")] = "HILFE, bitte!"
    assert world.code("Hilfe bitte", "de") == "unchanged"


def test_a_long_text_is_sent_in_pieces_and_joined_again(world: World) -> None:
    text = " ".join(f"یہ جملہ نمبر {n} ہے۔" for n in range(10)) + "\n\n" + ("وہ بچے کو روز مارتا ہے۔ " * 150).strip()
    translated = world.english(text)
    assert len(world.google.asked) > 2
    assert all(len(asked.text) <= 1_000 for asked in world.google.asked)
    assert translated.count("۔") == text.count("۔")
    assert translated.count("\n\n") == 1


def test_the_time_out_is_over_all_pieces(make: Make) -> None:
    world = make(seconds=0.8)
    world.google.faults.extend([Fault("slow", seconds=0.3)] * 10)
    started = time.monotonic()
    assert world.code("".join(f"جملہ {n} ہے اور وہ بچے کو روز مارتا ہے۔ " for n in range(10, 100))) == "timeout"
    assert time.monotonic() - started < 1.3


def test_threads_that_ask_at_once_each_get_their_own_answer(world: World) -> None:
    texts = [f"یہ {chr(0x0627 + n)} ہے" for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(world.english, texts))
    assert found == [world.google.translated(text, "en") for text in texts]


def test_a_second_question_is_answered_from_memory_for_an_hour(world: World) -> None:
    first = world.english("فون 07700 900123")
    assert world.english("فون 07700 900456") == first.replace("0123", "0456")
    assert len(world.google.asked) == 1
    world.clock.forward(minutes=61)
    world.english("فون 07700 900123")
    assert len(world.google.asked) == 2


def test_failures_are_not_remembered(world: World) -> None:
    world.google.faults.append(Fault("unchanged"))
    assert world.code() == "unchanged"
    assert world.english(URDU) != URDU


def test_after_several_failures_nobody_is_asked_until_one_trial_went_well(world: World) -> None:
    world.google.faults.extend([Fault("error")] * 5)
    for _ in range(5):
        world.code()
    assert world.translator.state == "open"
    assert world.code() == "unavailable"
    assert len(world.google.asked) == 5
    world.clock.forward(minutes=3)
    assert world.translator.state == "half_open"
    world.english(URDU)
    assert world.translator.state == "closed"


def test_throttling_stops_the_asking_at_once(world: World) -> None:
    world.google.faults.append(Fault("error", status=429))
    assert world.code() == "throttled"
    assert world.translator.state == "open"


def test_a_language_that_google_refuses_does_not_stop_the_others(world: World) -> None:
    world.google.faults.extend([Fault("error", status=400)] * 8)
    for _ in range(8):
        world.code()
    assert world.translator.state == "closed"


def test_closing_ends_the_thread_and_asking_again_starts_one(world: World) -> None:
    world.english(URDU)
    world.translator.close()
    assert not any(thread.name == "google-translate" for thread in threading.enumerate())
    world.clock.forward(hours=2)
    assert world.english(URDU) != URDU
