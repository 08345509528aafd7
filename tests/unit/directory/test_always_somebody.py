"""Somebody always answers: every place, hour, worry and writer of two years.

Exhaustive: every outcode; every hour from 20 November 2026 to 20 November 2028 (both clock changes twice, two
Christmases, substitute days) and every five minutes of the weeks that hold those; every category and writer; as a
concern and as an emergency, in a settled borough as `check` and `urgent` too. These collapse:

- A moment counts only through what the clock says of the agencies that may come in, so moments of the same word are one
  (`test_moments_of_one_word_get_the_same_answer` tries to refute it).
- A place counts only through its borough, or the boroughs among the names it asks about, so places of one class are one
  (`test_places_of_one_class_get_the_same_answer` tries to refute it, names of neighbourhoods included).

At random, not exhaustive: minutes and seconds, channels, the rest of the urgencies. Whether somebody answers is judged
by hours read afresh from the YAML, not by the code under test.
"""

import functools
import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory.agencies import Agency, Category, Writer
from bot.directory.choose import Channel, Contact, Directory
from bot.directory.gazetteer import BOROUGHS
from bot.directory.hours import LONDON, Clock
from bot.directory.places import Place, Places
from bot.directory.plans import URGENCIES
from bot.settings import ROOT

FOLDER = ROOT / "data" / "directory"
DIRECTORY, PLACES = Directory.load(FOLDER), Places.load(FOLDER)
RAW: dict[str, dict[str, Any]] = {
    record["id"]: record
    for path in sorted((FOLDER / "agencies").glob("*.yml"))
    for record in yaml.safe_load(path.read_text(encoding="utf-8"))["agencies"]
}
HOLIDAYS = frozenset(yaml.safe_load((FOLDER / "bank_holidays.yml").read_text(encoding="utf-8"))["dates"])
GAZETTEER = yaml.safe_load((FOLDER / "places.yml").read_text(encoding="utf-8"))
FIRST, LAST = datetime(2026, 11, 20, tzinfo=UTC), datetime(2028, 11, 20, tzinfo=UTC)
CLOSELY = [date(2026, 12, 21), date(2026, 12, 28), date(2027, 3, 22), date(2027, 10, 25), date(2027, 12, 20)]
CLOSELY += [date(2027, 12, 27), date(2028, 1, 3), date(2028, 3, 20), date(2028, 4, 10), date(2028, 10, 23)]
CLOCK = Clock(DIRECTORY.holidays, DIRECTORY.agencies)
QUARTER, FIVE = timedelta(minutes=15), timedelta(minutes=5)
Class = tuple[str | None, tuple[str, ...], bool]


# The oracle: hours from the files, London's clock.


@functools.cache
def spans(agency: str) -> tuple[tuple[tuple[time, time], ...], ...] | None:
    """By weekday, Monday first; None where the hours are not weekly."""
    hours = RAW[agency]["hours"]
    if not isinstance(hours, dict) or "days" not in hours:
        return None
    week = [hours["days"][day] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]
    return tuple(() if said == "shut" else tuple(_span(part) for part in said.split(",")) for said in week)


def _span(said: str) -> tuple[time, time]:
    start, end = said.strip().split("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def inside(agency: str, at: datetime) -> bool | None:
    """In its hours; None where nobody knows."""
    week, local = spans(agency), at.astimezone(LONDON)
    if RAW[agency]["hours"] == "always":
        return True
    if week is None:
        return None
    if not any(start <= local.time() < end for start, end in week[local.weekday()]):
        return False
    if local.date() in HOLIDAYS:
        known: dict[str, bool | None] = {"closed": False, "same": True, "unknown": None}
        return known[RAW[agency]["hours"]["bank_holidays"]]
    return None if between_the_years(at) else True


def between_the_years(at: datetime) -> bool:
    local = at.astimezone(LONDON)
    return (local.month == 12 and local.day >= 24) or (local.month == 1 and local.day <= 2)


def answered(agency: str, at: datetime) -> bool | None:
    hours = RAW[agency]["hours"]
    if not isinstance(hours, dict) or "when_shut" not in hours:
        return inside(agency, at)
    desk = inside(hours["when_shut"], at)
    if desk is None and spans(hours["when_shut"]) is None:
        local = at.astimezone(LONDON)
        office = local.weekday() < 5 and local.date() not in HOLIDAYS and time(8) <= local.time() < time(18)
        return None if office else True
    return None if desk is None else not desk


def in_doubt(desk: str, at: datetime) -> bool:
    """Near a change, hours unknown, or the days on which offices choose: both numbers are wanted."""
    if spans(desk) is None:
        return bool(RAW[desk]["hours"] != "always")
    return (
        between_the_years(at)
        or len({inside(desk, moment) for moment in (at - QUARTER - timedelta.resolution, at, at + QUARTER)}) > 1
    )


# The collapse.


def class_of(place: Place) -> Class:
    ours = tuple(name.lower() for name in place.ask or () if name.lower() in BOROUGHS)
    return place.borough, ours if len(ours) <= 2 else (), len(place.ask or ()) > (len(ours) if len(ours) <= 2 else 0)


@functools.cache
def classes() -> dict[Class, Place]:
    """A place of each class that an outcode, a borough, another town or no place at all belongs to."""
    texts = [*GAZETTEER["outcodes"], *GAZETTEER["outside_outcodes"], *BOROUGHS, "London", ""]
    return {class_of(place): place for place in map(PLACES.resolve, texts)}


def moments() -> Iterator[datetime]:
    """Every hour of two years, and every five minutes of the weeks in which something is different."""
    yield from (FIRST + timedelta(hours=n) for n in range((LAST - FIRST) // timedelta(hours=1)))
    for monday in CLOSELY:
        start = datetime.combine(monday, time(), UTC)
        yield from (start + n * FIVE for n in range(7 * 24 * 12))


@functools.cache
def changing() -> tuple[Agency, ...]:
    """One agency for each kind of hours that change."""
    found = (a for a in DIRECTORY.agencies.values() if a.hours not in ("always", None))
    return tuple({repr(a.hours): a for a in found}.values())


def word(at: datetime) -> tuple[object, ...]:
    """All that the clock can say at a moment."""
    return (CLOCK.is_office_time(at), *(CLOCK.state(agency, at) for agency in changing()))


@functools.cache
def words() -> dict[tuple[object, ...], datetime]:
    """A moment for each."""
    found: dict[tuple[object, ...], datetime] = {}
    for at in moments():
        found.setdefault(word(at), at)
    return found


def moments_for(place: Class) -> list[datetime]:
    """One for each word about the agencies that may come in at such a place."""
    here = {place[0], *place[1]}
    heard = [n for n, a in enumerate(changing(), 1) if _may_matter(a, here)]
    return list({(said[0], *(said[n] for n in heard)): at for said, at in words().items()}.values())


def _may_matter(sample: Agency, here: set[str | None]) -> bool:
    same = [a for a in DIRECTORY.agencies.values() if repr(a.hours) == repr(sample.hours)]
    return any(a.boroughs == "uk" or here & set(a.boroughs) for a in same)


# What must hold of every answer.


def check(place: Place, at: datetime, category: str, writer: str, urgency: str, contacts: list[Contact]) -> None:
    ids = [c.id for c in contacts]
    asked = (place.said, at.isoformat(), category, writer, urgency, ids)
    danger = urgency == "emergency" or category == "emergency"
    ours = {place.borough} if place.borough else set(class_of(place)[1])
    assert 1 <= len(contacts) <= 4, asked
    assert len(set(ids)) == len({c.phone for c in contacts}) == len(contacts), asked
    for c in contacts:
        record = RAW[c.id]
        assert record["publish"] is True, asked
        assert record["evidence"].get("phone") != "unverified", asked
        assert record["boroughs"] == "uk" or ours & set(record["boroughs"]), asked
        assert c.open_now is answered(c.id, at), asked
    surely = [c for c in contacts if c.open_now and (c.dial or writer == "abroad")]
    assert any(danger or c.id != "police_999" for c in surely), asked
    if danger or urgency == "check":
        assert ids[0] == "police_999", asked
    kinds = {c.kind for c in contacts}
    if category != "adult" and writer != "adult":
        assert "adults" not in kinds, asked
    if category == "adult" and writer != "adult":
        assert "children" not in kinds, asked
    if place.outside and not danger and urgency != "check" and category != "adult" and writer not in ("adult", "child"):
        # The national way: the finder of councils, the helpline for worries about a child, the police.
        assert {"csc_elsewhere", "police_101"} <= set(ids), asked
        assert {"nspcc", "childline"} & set(ids), asked
    if writer == "abroad":
        assert all(c.dial is None or c.dial.startswith("+44") for c in contacts), asked
    elif place.borough:
        kind = "adults" if "adults" in kinds else "children"
        check_both(kind, place.borough, at, ids, asked)


def check_both(kind: str, borough: str, at: datetime, ids: list[str], asked: object) -> None:
    """In doubt, the desk comes with its out-of-hours team, wherever both may be given."""
    desks = [r for r in RAW.values() if r["kind"] == kind and borough in r["boroughs"] and r["publish"]]
    teams = [r["id"] for r in desks if isinstance(r["hours"], dict) and "when_shut" in r["hours"]]
    desk = [r["id"] for r in desks if r["id"] not in teams]
    if desk and teams and set(ids) & {*desk, *teams}:
        wanted = {*desk, *teams} if in_doubt(desk[0], at) else {desk[0] if inside(desk[0], at) else teams[0]}
        assert set(ids) & {*desk, *teams} == wanted, asked


PEOPLE = [(category, writer) for category in get_args(Category) for writer in get_args(Writer)]


@pytest.mark.parametrize("place", classes(), ids=str)
def test_every_question_of_two_years_has_an_answer_that_holds(place: Class) -> None:
    urgencies = ("emergency", "check", "urgent", "concern") if place[0] else ("emergency", "concern")
    for at in moments_for(place):
        for (category, writer), urgency in itertools.product(PEOPLE, urgencies):
            found = DIRECTORY.contacts(classes()[place], at, category, writer, urgency)
            check(classes()[place], at, category, writer, urgency, found)


def test_all_seven_boroughs_pairs_of_them_and_places_elsewhere_are_among_the_classes() -> None:
    found = classes()
    assert {place[0] for place in found} == {*BOROUGHS, None}
    assert sum(len(place[1]) == 2 for place in found) >= 5
    assert (None, (), False) in found


def test_the_hours_of_two_years_hold_every_kind_of_day() -> None:
    days = {at.astimezone(LONDON).date() for at in moments()}
    assert HOLIDAYS & days >= {date(2026, 12, 28), date(2027, 12, 27), date(2027, 12, 28), date(2028, 1, 3)}
    assert len({at.astimezone(LONDON).utcoffset() for at in moments()}) == 2


# The collapse, tried at random points of the full product, and everything else that is not exhaustive.

ANY_MOMENT = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
EDGES = st.sampled_from([0, 1, 899, 900, 901, -1, -899, -900, -901])
NAMES = [*GAZETTEER["outcodes"], *GAZETTEER["outside_outcodes"], *GAZETTEER["names"], *BOROUGHS, "London", ""]


@st.composite
def near_an_edge(draw: st.DrawFn) -> datetime:
    """Seconds from the beginning or end of some desk's hours."""
    desk = draw(st.sampled_from([name for name in RAW if spans(name)]))
    day = date(2026, 11, 20) + timedelta(days=draw(st.integers(0, 730)))
    times = [edge for span in (spans(desk) or ())[day.weekday()] for edge in span] or [time(0)]
    return datetime.combine(day, draw(st.sampled_from(times)), LONDON) + timedelta(seconds=draw(EDGES))


@settings(max_examples=1500, deadline=None)
@given(
    where=st.sampled_from(NAMES),
    at=ANY_MOMENT | near_an_edge(),
    people=st.sampled_from(PEOPLE),
    urgency=st.sampled_from(URGENCIES),
    channel=st.sampled_from(get_args(Channel)),
)
def test_any_question_at_any_second_has_an_answer_that_holds(
    where: str, at: datetime, people: tuple[str, str], urgency: str, channel: str
) -> None:
    place = PLACES.resolve(where)
    found = DIRECTORY.contacts(place, at, *people, urgency, channel)
    check(place, at, *people, urgency, found)
    if channel == "sms":
        # The finder of councils is the one page that a text may name, for places elsewhere.
        finder = {"csc_elsewhere"} if place.outside else set()
        assert all(c.dial or c.text or people[1] == "abroad" or c.id in finder for c in found)
        assert not any(c.phone.startswith("http") and c.id not in finder for c in found)


def said_of(contacts: list[Contact]) -> list[tuple[object, ...]]:
    return [(c.id, c.why, c.open_now, c.phone) for c in contacts]


@settings(max_examples=700, deadline=None)
@given(at=ANY_MOMENT | near_an_edge(), place=st.sampled_from(list(classes())), people=st.sampled_from(PEOPLE))
def test_moments_of_one_word_get_the_same_answer(at: datetime, place: Class, people: tuple[str, str]) -> None:
    same = words().get(word(at))
    if same is not None:
        one, other = (DIRECTORY.contacts(classes()[place], moment, *people, "check") for moment in (at, same))
        assert said_of(one) == said_of(other)


@settings(max_examples=700, deadline=None)
@given(at=ANY_MOMENT, where=st.sampled_from(NAMES), people=st.sampled_from(PEOPLE))
def test_places_of_one_class_get_the_same_answer(at: datetime, where: str, people: tuple[str, str]) -> None:
    place = PLACES.resolve(where)
    same = classes().get(class_of(place))
    if same is not None:
        one, other = (DIRECTORY.contacts(each, at, *people, "concern") for each in (place, same))
        assert said_of(one) == said_of(other)
