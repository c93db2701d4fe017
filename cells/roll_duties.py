"""What the roll leaves to do: probationers whose twelve months end."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from cells.duties import Duty
from cells.keeping import left_to_the_roll
from cells.models import Member, Organization
from cells.probation import probation_ends
from cells.queries.probationers import LONG_AGO, PAST, Waiting, group_of, members_waiting, waiting_among
from cells.roles import Action
from cells.scoping import may
from core.numbers import format_integer

AHEAD = timedelta(days=30)
NAMED = 3


def duties(user: Any, today: date) -> Iterator[Duty]:
    """For whoever works for a unit; who only reads has nothing to do here."""
    if not may(user, Action.REPORT, "cells.organization"):
        return
    waiting = waiting_among(left_to_the_roll(Member.objects.visible_to(user)), today)
    past = [each for each in waiting if group_of(each.since, today) == PAST]
    near = [each for each in waiting if today < probation_ends(each.since) <= today + AHEAD]
    forgotten = [each for each in waiting if group_of(each.since, today) == LONG_AGO]
    url = reverse("cells:probationer-list")
    basis = "12 tháng dự bị tính từ lễ kết nạp"
    if past:
        yield Duty(
            f"{_people(past)} đã hết 12 tháng, chưa ghi công nhận chính thức", f"{url}?thang={PAST.key}",
            "Xem danh sách", _names(past), due=probation_ends(past[0].since), basis=basis,
        )  # fmt: skip
    if near:
        yield Duty(
            f"{_people(near)} sắp hết 12 tháng", url, "Xem danh sách", _names(near),
            due=probation_ends(near[0].since), basis=basis,
        )  # fmt: skip
    if forgotten:
        yield Duty(
            f"{format_integer(len(forgotten))} đảng viên vào Đảng đã lâu mà chưa ghi ngày chính thức",
            f"{url}?thang={LONG_AGO.key}", "Xem lại", "Có thể chỉ thiếu dữ liệu: hãy đối chiếu hồ sơ.",
        )  # fmt: skip
    yield from _left_behind(user, today)


def _left_behind(user: Any, today: date) -> Iterator[Duty]:
    """Members still on the roll of a unit that has closed: where a planned merger could not move them in the night."""
    closed = Organization.objects.visible_to(user, Action.RECORD).filter(closed_on__lte=today, members__on_roll=True)
    for unit in closed.annotate(people=Count("members")).order_by("path")[:NAMED]:
        yield Duty(
            f"{unit} đã thôi hoạt động, còn {format_integer(unit.people)} đảng viên trong danh sách",
            f"{reverse('cells:member-list')}?{urlencode({'to-chuc': unit.code})}", "Xem danh sách",
            "Hãy chuyển sinh hoạt cho từng người về tổ chức kế thừa.", due=unit.closed_on,
        )  # fmt: skip


def _people(waiting: list[Waiting]) -> str:
    return f"{format_integer(len(waiting))} đảng viên dự bị"


def _names(waiting: Iterable[Waiting]) -> str:
    """The first of them, each with the year of birth."""
    waiting = list(waiting)
    named = [
        f"{member.full_name} ({member.born_on:%Y})" if member.born_on else member.full_name
        for member, _ in members_waiting(waiting[:NAMED])
    ]
    return ", ".join(named) + (", …" if len(waiting) > NAMED else "")
