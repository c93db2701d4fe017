"""Whatever allowed things are done to a file, what it says of itself is what replay says, and its facts never
contradict each other."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cells.services.errors import RuleError
from core import audit
from core.models import AuditEvent
from pipeline.deriving import DERIVED, derived
from pipeline.engine.recording import happenings, unlawful
from pipeline.engine.steps import steps_in
from pipeline.kinds import ONGOING
from pipeline.models import Case, CaseEvent, Mentorship
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import facts_of
from pipeline.services import helpers
from pipeline.services.cases import correct, perform, void
from tests import proof
from tests.pipeline import files
from tests.today import TODAY

pytestmark = pytest.mark.django_db

ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["step", "step", "step", "step", "outcome", "void", "correct", "late", "broken"]),
        st.integers(0, 1000), st.integers(0, 25),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@pytest.fixture
def place(db):
    return files.peopled(4)


@settings(max_examples=proof.cases(8, 400))
@given(actions=ACTIONS, begun=st.integers(0, 12))
def test_what_a_file_says_is_what_its_facts_say(place, actions, begun):
    case = files.opened(place["K1"])
    if begun:
        files.walk(case, files.WAY[begun - 1])
    judge = judge_of(TODAY)
    day = max(event.occurred_on for event in CaseEvent.objects.filter(case=case))
    for what, choice, days in actions:
        day = min(day + timedelta(days=days), TODAY)
        before = _all_of(case)
        try:
            _do(what, choice, case, place, day, judge)
        except (RuleError, OSError):
            assert _all_of(case) == before, f"{what} was refused and left something behind"
        stored = Case.objects.get(pk=case.pk)
        facts = facts_of([case.pk], TODAY)[case.pk]
        assert {name: getattr(stored, name) for name in DERIVED} == derived(facts, judge)
        assert not unlawful(facts, judge.book, judge.calendar)
        assert stored.status not in ONGOING or stored.next_step, "open, and nobody knows what comes next"
        assert (case.version, case.stage) == (stored.version, stored.stage)
    proof.tally("actions on files", len(actions))


def _all_of(case: Case) -> tuple:
    row = Case.objects.filter(pk=case.pk).values().get()
    told = AuditEvent.objects.filter(model="pipeline.case", object_id=str(case.public_id)).count()
    rows = [list(model.objects.filter(case=case).order_by("pk").values()) for model in (CaseEvent, Mentorship)]
    return row, rows, told


def _do(what, choice, case, place, day, judge) -> None:
    at = {"today": TODAY, "version": case.version}
    situation = judge.situation(facts_of([case.pk], TODAY)[case.pk])
    events = list(CaseEvent.objects.in_force().filter(case=case).order_by("pk"))
    match what:
        case "step" | "broken" | "late":
            steps = steps_in(situation)
            step = steps[choice % len(steps)] if steps else None
            on = day - timedelta(days=choice % 200) if what == "late" else day
            with pytest.MonkeyPatch.context() as patch:
                if what == "broken":
                    patch.setattr(audit, "record", _broken)
                if step:
                    _take(step.id, choice, case, place, on, at)
        case "outcome":
            rules = happenings(situation)
            rule = rules[choice % len(rules)] if rules else None
            if rule:
                more = {"moved_to": place["K3"]} if rule.effect == "move" else {}
                more |= {"steps": list(situation.progress.done)[-2:]} if rule.holds else {}
                perform(case, rule.name, on=day, reason="vì vậy", late_reason="muộn", **more, **at)
        case "void":
            _upon(case, void, events[choice % len(events)], reason="nhầm", **at)
        case "correct":
            event = events[choice % len(events)]
            on = event.occurred_on + timedelta(days=choice % 30 - 15)
            _upon(case, correct, event, reason="nhầm ngày", occurred_on=on, **at)


def _upon(case, service, event, **details) -> None:
    event.case = case
    service(event, **details)


def _take(step, choice, case, place, on, at) -> None:
    members = list(place["K1"].members.order_by("pk"))
    given = {"on": on, "late_reason": "muộn"} | at
    if step == "helper":
        helpers.assign_helper(case, members[choice % 4], **given)
    elif step == "introductions":
        helpers.introduce(case, members[choice % 4], **given)
    elif step == "cell_vote":
        perform(case, step, vote=files.vote(case.organization, yes=choice % 5, no=4 - choice % 5), **given)
    else:
        perform(case, step, by="youth_union" if step == "union_introduction" else "", **given)


def _broken(*args, **details):
    raise OSError("no trail")
