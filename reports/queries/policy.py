"""How the rate of each year is reckoned, and what another way would make of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cells.models import Organization
from core.trail import LastChange, last_changes
from reports.kinds import Base
from reports.models import TargetPolicy
from reports.queries.rates import OrganizationRate, rate_table
from reports.rates import Period, Verdict

RECENT_YEARS = 5


@dataclass(frozen=True)
class YearPolicy:
    """The policy of a year; `changed` is None where nobody has set one and the default holds."""

    policy: TargetPolicy
    changed: LastChange | None

    @property
    def is_default(self) -> bool:
        return self.policy.pk is None


@dataclass(frozen=True)
class Outcome:
    """What one way of reckoning makes of an organisation's year."""

    policy: TargetPolicy
    rate: OrganizationRate
    verdict: Verdict | None


@dataclass(frozen=True)
class Preview:
    """An organisation under the present policy and under another one."""

    organization: Organization
    before: Outcome
    after: Outcome


def year_policies(rows: Iterable[TargetPolicy], last_year: int) -> list[YearPolicy]:
    """The stored *rows* and the recent years up to *last_year*, the latest first."""
    stored = {row.year: row for row in rows}
    changes = last_changes(TargetPolicy, [str(row.pk) for row in stored.values()])
    years = sorted({*stored, *range(last_year - RECENT_YEARS, last_year + 1)}, reverse=True)
    return [
        YearPolicy(row or TargetPolicy.default(year), changes.get(str(row.pk)) if row else None)
        for year in years
        for row in [stored.get(year)]
    ]


def preview(units: Iterable[Organization], before: TargetPolicy, after: TargetPolicy, today: date) -> list[Preview]:
    """What each of *units* comes to under both; units without figures in the year are left out."""
    units, period = list(units), Period.of_year(before.year)
    tables = [rate_table(period, policy, units=units) for policy in (before, after)]

    def outcome(place: int, unit: Organization) -> Outcome:
        policy, rate = tables[place].policy, tables[place][unit]
        judged = rate.verdict(policy, min(today, period.last_day)) if policy.base != Base.TARGET else None
        return Outcome(policy, rate, judged)

    return [
        Preview(unit, outcome(0, unit), outcome(1, unit))
        for unit in units
        if all(unit.pk in table.rows for table in tables)
    ]
