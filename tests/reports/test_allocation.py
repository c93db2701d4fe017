"""Sharing a target out: goals in people, sums that agree or not, proposals. No database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.allocation import Agreement, Comparison, Goals, goals, proposal

LOW, HIGH = Decimal(3), Decimal(4)


@pytest.mark.parametrize(
    ("base", "found", "words"),
    [
        (7003, Goals(211, 281), "211–281"),
        (100, Goals(3, 4), "3–4"),
        (34, Goals(2, 2), "2"),
        (33, Goals(None, 2), "khoảng 1"),
        (25, Goals(None, 1), "khoảng 1"),
        (24, Goals(None, None), "dưới 1"),
        (Decimal("742.5"), Goals(23, 30), "23–30"),
    ],
)
def test_goals_come_to_whole_people(base, found, words):
    assert goals(base, LOW, HIGH) == found
    assert found.words == words
    assert found.is_small is (base < 34)


@pytest.mark.parametrize("base", [0, None, Decimal(0)])
def test_without_members_there_is_no_goal(base):
    assert goals(base, LOW, HIGH) is None


@pytest.mark.parametrize(
    ("own", "below", "kind", "text", "agrees"),
    [
        (240, 240, Agreement.EQUAL, "giao đủ", True),
        (240, 235, Agreement.UNDER, "còn 5 chưa giao", False),
        (240, 243, Agreement.OVER, "giao thừa 3", False),
        (2400, 1000, Agreement.UNDER, "còn 1.400 chưa giao", False),
        (240, None, Agreement.NOT_SHARED, "chưa chia xuống", True),
        (None, 240, Agreement.NO_TARGET, "chưa có chỉ tiêu", True),
        (None, None, Agreement.NOTHING, "chưa giao", True),
        (0, 0, Agreement.EQUAL, "giao đủ", True),
    ],
)
def test_a_number_and_the_sum_below_it_are_compared_in_words(own, below, kind, text, agrees):
    compared = Comparison(own, below)
    assert (compared.kind, compared.text, compared.agrees) == (kind, text, agrees)


def test_a_proposal_shares_what_is_left_among_those_without_a_number():
    assert proposal(10, {1: 4, 2: None, 3: None}, {2: 100, 3: 50}) == {2: 4, 3: 2}


def test_nothing_is_left_to_propose_where_too_much_is_given():
    assert proposal(10, {1: 14, 2: None}, {2: 100}) == {2: 0}


def test_a_unit_without_weight_is_proposed_none():
    assert proposal(3, {1: None, 2: None}, {1: 80}) == {1: 3, 2: 0}


@given(
    st.integers(0, 400),
    st.dictionaries(st.integers(1, 60), st.one_of(st.none(), st.integers(0, 20)), max_size=45),
    st.dictionaries(st.integers(1, 60), st.integers(1, 600), min_size=60, max_size=60),
)
def test_given_and_proposed_together_reach_the_total(total, given_numbers, weights):
    proposed = proposal(total, given_numbers, weights)
    given_sum = sum(value for value in given_numbers.values() if value is not None)
    assert proposed.keys() == {key for key, value in given_numbers.items() if value is None}
    if proposed and given_sum <= total:
        assert given_sum + sum(proposed.values()) == total
