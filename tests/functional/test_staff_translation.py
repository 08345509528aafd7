"""A resident's words by machine in the console: only on a click, on record, beside the original."""

import dataclasses

import pytest

from bot.ports import Translator
from bot.translation.none import NoTranslator
from bot.usecases.services import Services
from tests.functional.staff_console import STORY, URDU, Case, make_case, make_person, post, signed_in
from tests.standins.google_translate import Fault
from tests.standins.translation_world import World, translation_worlds


@pytest.fixture
def machine():  # type: ignore[no-untyped-def]
    with translation_worlds() as make:
        yield make()


def with_translator(console: Services, translator: Translator) -> Services:
    return dataclasses.replace(console, translator=translator)


def translated(console: Services, case: Case, role: str = "reviewer") -> tuple[int, str]:
    client = signed_in(console, make_person(console, "amina", role))
    address = f"/staff/concerns/{case.concern_id}"
    return post(client, f"{address}/translate", page=address)


def test_the_translation_stands_beside_the_original_and_says_what_it_is(console: Services, machine: World) -> None:
    console = with_translator(console, machine.translator)
    case = make_case(console, story=URDU, language="ur")
    status, page = translated(console, case)
    assert status == 200
    assert URDU in page
    original = page.index(URDU, page.index('id="talk"'))
    marked = page.index("By machine, may be wrong", original)
    assert marked > original
    assert machine.english(URDU) in page[marked:]


def test_who_asked_for_it_is_on_record(console: Services, machine: World) -> None:
    console = with_translator(console, machine.translator)
    case = make_case(console, story=URDU, language="ur")
    translated(console, case)
    with console.store.reading() as uow:
        done = [entry.action for entry in uow.staff.records(500) if entry.object_id == case.concern_id]
    assert "machine_translated" in done


def test_nothing_leaves_before_somebody_clicks(console: Services, machine: World) -> None:
    console = with_translator(console, machine.translator)
    case = make_case(console, story=URDU, language="ur")
    page = signed_in(console, make_person(console, "amina", "reviewer")).get(f"/staff/concerns/{case.concern_id}").text
    assert "Show a machine translation" in page
    assert machine.google.asked == []


@pytest.mark.parametrize(("story", "language", "on"), [(STORY, "en", True), (URDU, "ur", False)])
def test_it_is_offered_only_where_it_is_switched_on_and_of_use(
    console: Services, machine: World, story: str, language: str, on: bool
) -> None:
    console = with_translator(console, machine.translator if on else NoTranslator())
    case = make_case(console, story=story, language=language)
    page = signed_in(console, make_person(console, "amina", "reviewer")).get(f"/staff/concerns/{case.concern_id}").text
    assert "Show a machine translation" not in page


def test_a_machine_that_fails_leaves_the_original_and_says_what_to_do(console: Services, machine: World) -> None:
    console = with_translator(console, machine.translator)
    case = make_case(console, story=URDU, language="ur")
    machine.google.faults.append(Fault("error", status=429))
    status, page = translated(console, case)
    assert status == 200
    assert URDU in page
    assert "Try again in some minutes" in page
