"""When to stop asking, and what is remembered."""

import pytest

from bot.translation.breaker import CircuitBreaker
from bot.translation.cache import Cache
from tests.conftest import StillClock


@pytest.fixture
def breaker(clock: StillClock) -> CircuitBreaker:
    return CircuitBreaker(clock, failures=3)


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        assert breaker.enter()
        breaker.failure()


def test_it_opens_at_several_failures_within_the_window(breaker: CircuitBreaker) -> None:
    fail(breaker, 2)
    assert breaker.state == "closed"
    fail(breaker, 1)
    assert breaker.state == "open"
    assert not breaker.enter()


def test_failures_far_apart_do_not_add_up(breaker: CircuitBreaker, clock: StillClock) -> None:
    for _ in range(6):
        fail(breaker, 1)
        clock.forward(seconds=40)
    assert breaker.state == "closed"


def test_a_success_between_them_starts_the_count_again(breaker: CircuitBreaker) -> None:
    fail(breaker, 2)
    breaker.success()
    fail(breaker, 2)
    assert breaker.state == "closed"


def test_after_a_rest_one_is_let_through_and_the_others_wait_for_it(breaker: CircuitBreaker, clock: StillClock) -> None:
    fail(breaker, 3)
    clock.forward(minutes=2)
    assert breaker.state == "half_open"
    assert [breaker.enter() for _ in range(3)] == [True, False, False]
    breaker.success()
    assert breaker.state == "closed"
    assert breaker.enter()


def test_each_trial_that_fails_doubles_the_rest_up_to_a_limit(breaker: CircuitBreaker, clock: StillClock) -> None:
    fail(breaker, 3)
    rests = []
    for _ in range(9):
        minutes = 0
        while breaker.state == "open":
            clock.forward(minutes=1)
            minutes += 1
        rests.append(minutes)
        fail(breaker, 1)
    assert rests == [2, 4, 8, 16, 32, 64, 120, 120, 120]


def test_after_a_success_the_rest_is_short_again(breaker: CircuitBreaker, clock: StillClock) -> None:
    fail(breaker, 3)
    clock.forward(minutes=3)
    fail(breaker, 1)
    clock.forward(minutes=5)
    assert breaker.enter()
    breaker.success()
    fail(breaker, 3)
    clock.forward(minutes=2)
    assert breaker.state == "half_open"


def test_a_trial_that_never_reports_is_forgotten(breaker: CircuitBreaker, clock: StillClock) -> None:
    fail(breaker, 3)
    clock.forward(minutes=2)
    assert breaker.enter()
    clock.forward(minutes=3)
    assert breaker.enter()


def test_an_answer_that_comes_late_neither_closes_nor_lengthens(breaker: CircuitBreaker, clock: StillClock) -> None:
    fail(breaker, 3)
    breaker.success()
    breaker.failure()
    assert breaker.state == "open"
    clock.forward(minutes=2)
    assert breaker.state == "half_open"


def test_it_can_be_opened_at_once(breaker: CircuitBreaker) -> None:
    breaker.failure(at_once=True)
    assert breaker.state == "open"


def test_the_cache_forgets_after_its_life(clock: StillClock) -> None:
    cache = Cache(clock)
    cache.put("ur", "en", "سلام", ("peace", "ur"))
    clock.forward(minutes=59)
    assert cache.get("ur", "en", "سلام") == ("peace", "ur")
    clock.forward(minutes=1)
    assert cache.get("ur", "en", "سلام") is None
    assert len(cache) == 0


def test_the_cache_tells_languages_apart(clock: StillClock) -> None:
    cache = Cache(clock)
    cache.put("ur", "en", "x", ("y", "ur"))
    assert cache.get("ur", "pl", "x") is None
    assert cache.get("u", "ren", "x") is None


def test_the_cache_keeps_the_newest_up_to_its_size(clock: StillClock) -> None:
    cache = Cache(clock, size=3)
    for n in range(5):
        cache.put("ur", "en", str(n), (f"t{n}", "ur"))
    assert [cache.get("ur", "en", str(n)) is not None for n in range(5)] == [False, False, True, True, True]


def test_no_text_can_be_read_from_the_keys(clock: StillClock) -> None:
    first, second = Cache(clock), Cache(clock)
    for cache in (first, second):
        cache.put("ur", "en", "kanarek", ("y", "ur"))
    assert "kanarek" not in str(vars(first))
    assert first._kept.keys() != second._kept.keys()
