"""What narrows the lists of organisations of Tổng quan, in the address."""

from django import forms

from cells.queries.organizations import AREAS
from core.forms import AddressForm
from reports.queries.below import Level, Wanted
from reports.queries.idle import IDLE_YEARS
from reports.rates import Verdict

ANY = [("", "tất cả")]


class BelowForm(AddressForm):
    """Which organisations below are listed."""

    cap = forms.ChoiceField(label="Cấp", required=False, choices=Level.choices)
    ten = forms.CharField(label="Tên hoặc mã tổ chức", required=False, max_length=100)
    dia_ban = forms.ChoiceField(
        label="Địa bàn, nguồn", required=False, choices=[*ANY, *((word, label) for word, (label, _) in AREAS.items())]
    )
    tinh_hinh = forms.ChoiceField(
        label="Tình hình", required=False, choices=[*ANY, *((each.name.lower(), each.label) for each in Verdict)]
    )

    def wanted(self, sort: str) -> Wanted:
        """What was asked for, in the order *sort*."""
        return Wanted(
            Level(self.value_of("cap") or ""), self.value_of("ten") or "", self.value_of("dia_ban") or "",
            (self.value_of("tinh_hinh") or "").upper(), sort,
        )  # fmt: skip


class IdleForm(AddressForm):
    """For how many years the cells listed have admitted nobody; empty for the period of the page."""

    tu_nam = forms.TypedChoiceField(
        label="Không kết nạp", required=False, coerce=int, empty_value=0,
        choices=[("", "trong kỳ"), *((years, f"từ {years} năm trở lên") for years in range(1, IDLE_YEARS + 1))],
    )  # fmt: skip

    @property
    def years(self) -> int:
        return self.value_of("tu_nam") or 0

    @property
    def words(self) -> str:
        return f"từ {self.years} năm trở lên" if self.years else ""
