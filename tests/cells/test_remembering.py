"""What is kept in memory is what would be found now."""

from datetime import date

import pytest
from django.db import transaction

from cells.models import FactsVersion
from cells.queries import remembering
from cells.queries.remembering import MOST, while_facts_stand
from reports.queries.figures import compute_figures
from reports.queries.rates import figures_of
from reports.rates import Period
from tests import factories

YEAR = Period.of_year(2025)


@pytest.fixture(autouse=True)
def nothing_remembered():
    remembering.forget()
    yield
    remembering.forget()


@pytest.fixture
def asked():
    """A question that notes what it was asked."""
    seen = []

    @while_facts_stand
    def question(number):
        seen.append(number)
        return -number

    question.seen = seen
    return question


@pytest.mark.django_db(transaction=True)
def test_the_same_question_is_asked_once_until_a_fact_changes(asked):
    FactsVersion.advance()
    assert [asked(1), asked(2), asked(1)] == [-1, -2, -1]
    assert asked.seen == [1, 2]
    FactsVersion.advance()
    asked(1)
    assert asked.seen == [1, 2, 1]


@pytest.mark.django_db(transaction=True)
def test_a_change_given_up_and_another_in_its_place_are_different_facts(asked):
    FactsVersion.advance()
    states = [FactsVersion.state()]
    with transaction.atomic():
        FactsVersion.advance()
        states.append(FactsVersion.state())
        transaction.set_rollback(True)
    FactsVersion.advance()
    states.append(FactsVersion.state())
    assert len(set(states)) == 3


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_and_before_the_first_fact_nothing_is_remembered(asked):
    asked(1), asked(1)
    FactsVersion.advance()
    with transaction.atomic():
        asked(2), asked(2)
    assert asked.seen == [1, 1, 2, 2]


@pytest.mark.django_db(transaction=True)
def test_only_so_many_answers_are_kept_those_asked_for_last(asked):
    FactsVersion.advance()
    for number in range(MOST):
        asked(number)
    asked(0)
    asked(MOST)
    asked.seen.clear()
    asked(0), asked(1)
    assert asked.seen == [1]


@pytest.mark.django_db(transaction=True)
def test_figures_follow_every_change_of_facts():
    units = factories.district()
    for number in range(3):
        factories.member(units["K1"], joined_on=date(2025, 3, 1 + number))
        found = figures_of(YEAR)
        assert found == compute_figures(YEAR)
        assert found[units["H"].pk].admitted == number + 1
        assert figures_of(YEAR) is found
