"""Which days a periodic report may cover, and which day it may bear: one rule for page and command."""

from datetime import date
from typing import NamedTuple

from core.dates import format_date
from reports.kinds import ReportKind
from reports.rates import Period


class Fault(NamedTuple):
    """What cannot be, by the input it stands in: `year`, `first_day`, `last_day` or `dated`."""

    about: str
    message: str


def report_fault(kind: str, year: int, period: Period, *, today: date, dated: date | None = None) -> Fault | None:
    """Why a report of *kind* on *year* cannot cover *period* or bear the day *dated*; None where it can."""
    usual, last, latest = Period.of_kind(kind, year), period.last_day, format_date(today)
    if year > today.year:
        return Fault("year", f"Năm {year} chưa tới. Hãy ghi năm {today.year} hoặc trước đó.")
    if not Period(usual.first_day, last).suits(kind, year):
        latest_day = "31/7" if kind == ReportKind.HALF_YEAR else "31/12"
        return Fault("last_day", f"Ngày chốt số liệu phải trong năm {year}, sau ngày 01/01, chậm nhất {latest_day}.")
    if period.first_day >= last:
        return Fault("first_day", f"Ngày đầu phải trước ngày chốt số liệu {format_date(last)}. Hãy sửa lại.")
    if last > today and last == usual.last_day:
        return Fault(
            "last_day",
            f"Kỳ này đến {format_date(last)} mới hết. Hãy ghi ngày chốt số liệu, muộn nhất là hôm nay {latest}.",
        )
    if last > today:
        return Fault("last_day", f"Ngày chốt số liệu không được sau hôm nay, {latest}.")
    if dated and dated < last:
        return Fault("dated", f"Ngày ghi trên báo cáo phải từ ngày chốt số liệu {format_date(last)} trở đi.")
    return None
