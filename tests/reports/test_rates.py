"""The rate as a rule: bases, rounding, verdicts."""

from datetime import date
from decimal import Decimal

import pytest

from reports.kinds import Base
from reports.models.targets import default_term_start
from reports.rates import Figures, Rate, Verdict, base_value, still_needed, verdict

FIGURES = Figures(opening=700, admitted=77, transferred_in=16, transferred_out=6, died=1, struck_off=1, closing=785,
                  base_roll=700)  # fmt: skip
LOW, HIGH = Decimal(3), Decimal(4)


@pytest.mark.parametrize(
    ("base", "value"),
    [
        (Base.OPENING, Decimal(700)),
        (Base.CLOSING, Decimal(785)),
        (Base.AVERAGE, Decimal("742.5")),
        (Base.TERM, Decimal(650)),
        (Base.TARGET, Decimal(70)),
    ],
)
def test_the_base_is_policy(base, value):
    assert base_value(base, FIGURES, term_roll=650, target=70) == value


def test_a_base_nobody_knows_gives_no_rate():
    assert Rate(5, base_value(Base.TARGET, FIGURES, term_roll=None, target=None), Base.TARGET).percent is None
    assert Rate(5, Decimal(0), Base.OPENING).percent is None


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(1, 3, "33.33"), (1, 6, "16.67"), (1, 8, "12.50"), (5, 800, "0.63"), (3, 22, "13.64"), (0, 10, "0.00")],
)
def test_percentages_round_half_up_to_two_places(part, whole, percent):
    assert Rate(part, Decimal(whole), Base.OPENING).percent == Decimal(percent)


@pytest.mark.parametrize(
    ("admitted", "base", "target", "as_of", "expected"),
    [
        (5, 100, None, date(2026, 11, 22), Verdict.EXCEEDED),
        (4, 100, None, date(2026, 11, 22), Verdict.WITHIN),
        (3, 100, None, date(2026, 11, 22), Verdict.WITHIN),
        (2, 100, None, date(2026, 12, 30), Verdict.NOT_YET),
        (2, 100, None, date(2026, 12, 31), Verdict.MISSED),
        (2, 100, 2, date(2026, 12, 31), Verdict.TARGET_MET),
        (1, 33, None, date(2026, 12, 31), Verdict.TOO_SMALL),
        (0, 33, 1, date(2026, 12, 31), Verdict.TOO_SMALL),
        (1, 33, 1, date(2026, 12, 31), Verdict.TARGET_MET),
        (1, 34, None, date(2026, 12, 31), Verdict.MISSED),
        (0, 34, None, date(2026, 11, 22), Verdict.NOT_YET),
        (0, 0, None, date(2026, 12, 31), Verdict.NO_BASE),
        (0, 0, 0, date(2026, 12, 31), Verdict.NO_BASE),
    ],
)
def test_the_verdict_is_fair(admitted, base, target, as_of, expected):
    rate = Rate(admitted, Decimal(base), Base.OPENING)
    assert verdict(rate, target=target, low=LOW, high=HIGH, year=2026, as_of=as_of) is expected


@pytest.mark.parametrize(("base", "admitted", "needed"), [(6984, 112, 98), (100, 3, 0), (100, 4, 0), (0, 0, 0)])
def test_what_is_still_needed_is_counted_in_whole_people(base, admitted, needed):
    assert still_needed(Decimal(base), LOW, admitted) == needed


@pytest.mark.parametrize(("year", "start"), [(2020, 2016), (2021, 2021), (2025, 2021), (2026, 2026), (2030, 2026)])
def test_a_term_begins_every_five_years(year, start):
    assert default_term_start(year) == date(start, 1, 1)
