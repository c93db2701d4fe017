"""May this step be taken on this day? Requirements of the step and of the routes taken, and what must still hold."""

from collections.abc import Iterator
from datetime import date

from core.dates import PartialDate, format_date
from core.workdays import WorkingCalendar
from pipeline.engine.checks import CHECKS
from pipeline.engine.facts import Ballot, Facts
from pipeline.engine.findings import Finding, Gate, finding, gate_of
from pipeline.engine.months import holds_until
from pipeline.engine.situation import Situation, situation
from pipeline.rulebook.book import Rulebook
from pipeline.rulebook.confidence import Strength
from pipeline.rulebook.entries import Requirement, Validity


def gate(
    step: str, facts: Facts, rulebook: Rulebook, calendar: WorkingCalendar, on: date, ballot: Ballot | None = None
) -> Gate:
    """What stands in the way of taking *step* on the day *on*, with the *ballot* of the meeting where there is one."""
    return gate_in(step, situation(facts, rulebook, calendar, on, ballot))


def gate_in(step: str, case: Situation) -> Gate:
    """The same, asked of a situation at hand."""
    return gate_of(list(findings(step, case)))


def findings(step: str, case: Situation) -> Iterator[Finding]:
    """Everything the edition of the day has to say about *step*."""
    edition = case.edition
    for rule in requirements_of(step, case):
        for said in CHECKS[rule.check].function(case, rule.parameters):
            at_most = min(said.at_most, Strength.WARN if said.doubt else Strength.BLOCK)
            yield finding(rule, f"{said.text} {rule.remedy}".strip(), edition.number, at_most=at_most)
    for validity in edition.validities_tested.get(step, ()):
        yield from _validity(validity, case)


def requirements_of(step: str, case: Situation) -> Iterator[Requirement]:
    """The requirements of *step*, less those that a route waives, with those that it adds."""
    edition = case.edition
    rule = edition.steps.get(step)
    if rule is None:
        return
    routes = [edition.routes[name] for name in case.facts.routes if name in edition.routes]
    waived = {name for route in routes for name in route.waives}
    added = [name for route in routes for name in route.adds.get(step, ())]
    for name in dict.fromkeys((*rule.requires, *added)):
        if name not in waived and name in edition.requirements:
            yield edition.requirements[name]


def validity_span(validity: Validity, case: Situation) -> tuple[date, date] | None:
    """The last day on which something holds, at the earliest and at the latest; None where it is not there yet."""
    events = [case.progress.done[name] for name in validity.of if name in case.progress.done]
    if not events:
        return None
    first = min(events, key=lambda each: each.on)
    return holds_until(PartialDate(first.on, first.precision), validity.months)


def _validity(validity: Validity, case: Situation) -> Iterator[Finding]:
    span = validity_span(validity, case)
    if span is None:
        return
    earliest, latest = span
    number = case.edition.number
    if case.on > latest:
        text = f"{validity.title}: đã hết giá trị từ ngày {format_date(latest)}. {validity.remedy}"
        yield finding(validity, text, number)
    elif case.on > earliest:
        text = f"{validity.title}: ngày cấp chưa rõ, có thể đã hết giá trị. Hãy ghi đủ ngày."
        yield finding(validity, text, number, at_most=Strength.WARN)
