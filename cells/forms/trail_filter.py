"""What narrows the trail; every part of it stands in the address."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from cells.forms.list_filters import ANY, DayFilter
from core.lists import ListFilter
from core.models import AuditEvent, User
from core.names import fold


class TrailFilter(ListFilter):
    """Which events are listed."""

    tu = DayFilter(label="Từ ngày", method="since")
    den = DayFilter(label="Đến hết ngày", method="until")
    nguoi = django_filters.CharFilter(label="Người làm", method="by")
    viec = django_filters.ChoiceFilter(
        label="Việc", field_name="action", empty_label=ANY, choices=AuditEvent.Action.choices
    )
    ve = django_filters.CharFilter(label="Đối tượng", field_name="label", lookup_expr="icontains")

    def __init__(self, data: Any, rows: QuerySet[AuditEvent]) -> None:
        super().__init__(data, rows)
        self.form.is_valid()

    def since(self, rows: QuerySet, name: str, day: date) -> QuerySet:
        return rows.filter(at__gte=_midnight(day))

    def until(self, rows: QuerySet, name: str, day: date) -> QuerySet:
        return rows.filter(at__lt=_midnight(day + timedelta(days=1)))

    def by(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """By the name of the account, or by enough of the full name, marks and case ignored."""
        wanted = fold(text)
        named = [
            username
            for username, full_name in User.objects.values_list("username", "full_name")
            if wanted in fold(full_name)
        ]
        return rows.filter(Q(actor=text.strip().lower()) | Q(actor__in=named))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
