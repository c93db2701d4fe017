"""What holds for any file, under any edition, in any order of events."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dates import DatePrecision, PartialDate, add_months
from pipeline.engine.facts import Ballot, Education, Event, Facts, Former, Helper, Inquiry, Paper, Person, Place
from pipeline.engine.gates import gate, gate_in
from pipeline.engine.months import at_least, at_most, bounds, full_months, holds_until, months_between
from pipeline.engine.replay import effective, replay
from pipeline.engine.situation import situation
from pipeline.engine.stages import Stage
from pipeline.engine.steps import next_steps
from pipeline.engine.votes import base_of, count
from pipeline.rulebook.confidence import Confidence, Strength
from pipeline.rulebook.entries import Vote
from pipeline.rulebook.loading import load
from tests.pipeline.walking import CALENDAR, LINE, eligible, only, step_day, taken
from tests.proof import cases

BOOK = load()
EDITIONS = range(len(BOOK.editions))
STEPS = sorted(BOOK.editions[-1].steps)
OUTCOMES = sorted(BOOK.editions[-1].outcomes)
DAYS = st.dates(date(2022, 1, 1), date(2027, 12, 31))
BALLOTS = st.builds(Ballot, members=st.integers(1, 30), yes=st.integers(0, 30), no=st.integers(0, 30))


@st.composite
def events(draw: st.DrawFn) -> tuple[Event, ...]:
    kinds = draw(st.lists(st.sampled_from(STEPS * 3 + OUTCOMES), max_size=30))
    return tuple(
        Event(
            kind, draw(DAYS), id=str(number),
            ballot=draw(st.none() | BALLOTS) if kind.endswith("_vote") else None,
            agreed=draw(st.sampled_from([None, True, False])) if kind.endswith("decision") else None,
            steps=tuple(draw(st.lists(st.sampled_from(STEPS), max_size=2))) if kind == "returned" else (),
        )
        for number, kind in enumerate(kinds)
    )  # fmt: skip


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    maybe = st.sampled_from([None, True, False])
    precision = draw(st.sampled_from(list(DatePrecision)))
    return Facts(
        opened_on=date(2022, 1, 1),
        person=Person(
            PartialDate(draw(st.dates(date(1950, 1, 1), date(2010, 1, 1))), precision), draw(maybe),
            draw(st.sampled_from(Education)), draw(maybe), draw(maybe), draw(st.booleans()),
            draw(st.sampled_from([0, 0, 3, 4])),
        ),
        place=Place(draw(maybe), draw(maybe), draw(st.booleans())),
        standings=eligible(date(2022, 1, 1)).standings,
        events=draw(events()),
        helpers=tuple(draw(st.lists(st.builds(Helper, st.none() | DAYS, st.none() | DAYS, DAYS, st.none() | DAYS,
                                              st.none() | DAYS), max_size=3))),
        inquiries=tuple(draw(st.lists(st.builds(Inquiry, st.sampled_from(["father", "sibling"]), DAYS,
                                                st.none() | DAYS), max_size=3))),
        papers=tuple(draw(st.lists(st.builds(Paper, st.sampled_from(["consent_over_60"]), DAYS), max_size=2))),
        routes=tuple(draw(st.lists(st.sampled_from(sorted(BOOK.editions[-1].routes)), max_size=3))),
        former=draw(st.none() | st.builds(Former, DAYS, st.sampled_from(["", "corruption", "population"]))),
        voters=draw(st.none() | st.integers(0, 20)),
    )  # fmt: skip


@settings(max_examples=cases(quick=60, full=4000))
@given(any_facts(), DAYS)
def test_no_due_day_lies_before_the_start_and_no_step_is_offered_twice(facts, today):
    steps = next_steps(facts, BOOK, CALENDAR, today)
    assert len({step.id for step in steps}) == len(steps)
    for step in steps:
        if step.clock:
            assert step.clock.started_on < step.due
            assert step.clock.started_on <= step.earliest or step.id == "list_review"
        assert step.article
        assert step.edition
        assert step.who


@settings(max_examples=cases(quick=60, full=4000))
@given(any_facts(), DAYS, st.sampled_from(STEPS), st.none() | BALLOTS)
def test_nothing_unconfirmed_ever_blocks(facts, today, step, ballot):
    found = gate(step, facts, BOOK, CALENDAR, today, ballot)
    edition = BOOK.on(today)
    for each in found.blocks:
        assert each.confidence in (Confidence.TWO_SOURCES, Confidence.CONFIRMED)
        assert edition.entries[each.rule].strength is Strength.BLOCK
    for each in found.notes:
        assert each.confidence.is_confirmed is False or edition.entries[each.rule].strength is Strength.NOTE
    for each in found.all:
        assert each.text


@settings(max_examples=cases(quick=60, full=4000))
@given(events(), DAYS, st.sampled_from(STEPS))
def test_a_later_event_that_corrects_nothing_removes_none_and_reopens_only_by_a_listed_cause(given_events, day, kind):
    later = max([day, *(event.on for event in given_events)])
    added = Event(kind, later, id="thêm")
    assert [e for e in effective((*given_events, added)) if e is not added] == effective(given_events)
    facts = replace(eligible(date(2022, 1, 1)), events=given_events)
    before = replay(facts, BOOK)
    after = replay(replace(facts, events=(*given_events, added)), BOOK)
    assert before.done.keys() - {"recognition_vote"} <= after.done.keys() | after.reopened.keys()
    causes = {outcome.id for edition in BOOK for outcome in edition.outcomes.values()}
    assert set(after.reopened.values()) <= causes


@settings(max_examples=cases(quick=40, full=2000))
@given(events(), st.randoms())
def test_the_order_in_which_events_are_entered_does_not_matter(given_events, random):
    """Of different days: what happened on one day keeps the order in which it was entered."""
    spread = tuple(replace(e, on=date(2022, 1, 1) + timedelta(days=n)) for n, e in enumerate(given_events))
    mixed = list(spread)
    random.shuffle(mixed)
    facts = eligible(date(2022, 1, 1))
    one, other = (replay(replace(facts, events=tuple(each)), BOOK) for each in (spread, mixed))
    assert (one.done, one.stage, one.status, one.outcome, one.reopened) == (
        other.done, other.stage, other.status, other.outcome, other.reopened,
    )  # fmt: skip


@settings(max_examples=cases(quick=60, full=4000))
@given(any_facts(), DAYS)
def test_a_file_that_is_open_has_a_next_step_until_all_is_done(facts, today):
    case = situation(facts, BOOK, CALENDAR, today)
    if case.progress.status == "open" and not next_steps(facts, BOOK, CALENDAR, today):
        assert "card" in case.progress.passed


@pytest.mark.parametrize("number", EDITIONS)
@settings(max_examples=cases(quick=6, full=300))
@given(chooser=st.randoms(), line=st.sampled_from([LINE, LINE[:1] + LINE[2:]]), start=DAYS)
def test_an_eligible_person_has_a_way_to_official_membership_in_every_edition(number, chooser, line, start):
    book, facts, today = only(BOOK, number), eligible(start, line), start
    walked = []
    while steps := next_steps(facts, book, CALENDAR, today):
        useful = [step for step in steps if step.id != "list_review"]
        assert useful, f"only the review of the list after {walked}"
        step = chooser.choice(useful)
        today = min(step_day(step, today), add_months(start, 200))
        assert gate_in(step.id, situation(facts, book, CALENDAR, today)).is_open, (step.id, walked)
        facts = taken(facts, step, today)
        walked.append(step.id)
        assert len(walked) < 60
    progress = replay(facts, book)
    assert progress.stage is Stage.OFFICIAL
    assert len(set(walked)) == len(walked)


@given(st.dates(date(1950, 1, 1), date(2010, 12, 31)), st.dates(date(2015, 1, 1), date(2030, 12, 31)),
       st.sampled_from(list(DatePrecision)), st.integers(0, 800))  # fmt: skip
def test_months_by_the_calendar_and_by_the_day_agree_within_one(born, day, precision, months):
    partial = PartialDate(born, precision)
    first, last = bounds(partial)
    assert first <= born <= last
    assert 0 <= months_between(born, day) - full_months(born, day) <= 1
    old, young = at_least(partial, day, months), at_most(partial, day, months)
    assert old.possibly or not old.surely
    assert young.possibly or not young.surely
    if precision is DatePrecision.DAY:
        assert old.surely == old.possibly == (months_between(born, day) >= months)
        assert young.surely == young.possibly == (months_between(born, day) <= months)
    earliest, latest = holds_until(partial, months)
    assert earliest <= latest


@given(st.integers(1, 60), st.integers(0, 60), st.sampled_from([(2, 3), (1, 2), (3, 4)]))
def test_a_majority_is_never_reached_by_rounding(members, yes, part):
    share = Fraction(*part)
    rule = Vote(name="x", title="x", article="x", source="x", confidence=Confidence.TWO_SOURCES, stated_in="x", of="x",
                at_least=share)  # fmt: skip
    found = count(Ballot(members=members, yes=yes), rule)
    assert found.passed == (yes * share.denominator >= share.numerator * members)
    assert base_of(Ballot(members=members, yes=yes), ("away", "suspended")) == members
    more = replace(rule, at_least=None, more_than=share)
    assert count(Ballot(members=members, yes=yes), more).passed == (yes * share.denominator > share.numerator * members)
