"""Many rows at once: what the fast ways leave behind is what Django's own ways would."""

import gc
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cells.kinds import MovementKind, OrganizationKind
from cells.models import Member, Movement
from core.bulk import MANY, insert_rows, refresh_statistics, update_rows, without_collector
from core.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db

DAY = date(2020, 5, 19)


@pytest.fixture
def place():
    return factories.organization("K", kind=OrganizationKind.BASE_CELL)


def members(place, count):
    made = [
        Member(code=f"M{number:04d}", full_name=f"Lê Thị Ánh {number}", organization=place) for number in range(count)
    ]
    for member in made:
        member.fill_name_columns()
    return made


def test_rows_get_their_own_keys_in_their_order_however_many(place):
    made = members(place, MANY + 1)
    insert_rows(made)
    assert {member.code: member.pk for member in made} == dict(Member.objects.values_list("code", "pk"))
    assert [member.pk for member in made] == sorted(member.pk for member in made)


def test_keys_go_on_where_rows_of_the_usual_way_stop_and_those_after_them(place):
    first, second, third = members(place, 3)
    first.save()
    insert_rows([second])
    third.save()
    assert first.pk < second.pk < third.pk


@pytest.mark.parametrize("text", ["\\N", "\\.", "a\tb", "a\nb\r\n", "\\t\\\\", "", " ", "'; --", "%s", "Đặng “Ánh”"])
def test_any_text_is_stored_as_it_is(place, text):
    member = members(place, 1)[0]
    member.education = text
    insert_rows([member])
    event = AuditEvent(action=AuditEvent.Action.CREATE, at=timezone.now(), label=text, changes={text: [text, None]})
    insert_rows([event])
    assert Member.objects.get().education == text
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (stored.label, stored.changes) == (text, {text: [text, None]})


def test_what_the_database_refuses_is_an_error_of_django(place):
    twice = members(place, 1) + members(place, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(twice)
    assert Member.objects.count() == 0


def test_stored_rows_equal_those_stored_by_bulk_create(place):
    fast, usual = members(place, 2)
    fast.born_on = usual.born_on = DAY
    insert_rows([fast])
    Member.objects.bulk_create([usual])
    names = [
        f.name
        for f in Member._meta.fields
        if f.name not in ("id", "public_id", "code", "full_name", "name_fold", "name_key")
    ]
    rows = [Member.objects.filter(pk=member.pk).values(*names).get() for member in (fast, usual)]
    assert rows[0] == rows[1]


def test_an_inserted_row_is_updated_when_saved_again(place):
    member = members(place, 1)[0]
    insert_rows([member])
    member.education = "Đại học"
    member.save()
    assert list(Member.objects.values_list("education", flat=True)) == ["Đại học"]


def test_a_related_row_given_before_it_had_a_key_is_found_and_not_fetched_again(place, django_assert_num_queries):
    member = members(place, 1)[0]
    movement = Movement(member=member, organization=place, kind=MovementKind.ADMITTED, effective_on=DAY)
    insert_rows([member])
    insert_rows([movement])
    with django_assert_num_queries(0):
        assert (movement.member, movement.member_id) == (member, member.pk)
    assert Movement.objects.get().member == member


def test_generated_columns_and_json_are_stored(place):
    member = factories.member(place)
    movement = Movement(
        member=member, organization=place, kind=MovementKind.ADMITTED, effective_on=DAY, held_on=date(2020, 6, 2)
    )
    insert_rows([movement])
    assert Movement.objects.get(pk=movement.pk).ceremony_on == date(2020, 6, 2)
    event = AuditEvent(action=AuditEvent.Action.CREATE, at=movement.recorded_at, changes={"tên": ["Ánh", None, 3]})
    insert_rows([event])
    assert AuditEvent.objects.get(pk=event.pk).changes == {"tên": ["Ánh", None, 3]}


def test_each_row_is_updated_with_its_own_values(place):
    other = factories.organization("K2", kind=OrganizationKind.BASE_CELL)
    made = members(place, 3)
    insert_rows(made)
    made[0].born_on, made[1].organization, made[2].education = DAY, other, "Đại học"
    update_rows(made[:2], ["born_on", "organization"])
    rows = Member.objects.order_by("code").values_list("born_on", "organization__code", "education")
    assert list(rows) == [(DAY, "K", ""), (None, "K2", ""), (None, "K", "")]


def test_statistics_can_be_refreshed_in_mid_transaction(place):
    refresh_statistics()
    assert Member.objects.count() == 0


def test_no_rows_cost_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows([])
        update_rows([], ["education"])


def test_the_collector_rests_for_the_length_of_a_block_alone_also_when_it_fails():
    def work() -> None:
        with without_collector():
            assert not gc.isenabled()
            with without_collector():
                pass
            assert not gc.isenabled()
            raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError):
        work()
    assert gc.isenabled()
