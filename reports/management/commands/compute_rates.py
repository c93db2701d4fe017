"""`manage.py compute_rates YEAR`: rates of every organisation, computed now."""

from datetime import date
from typing import Any

from django.core.management.base import CommandError

from cells.models import Organization
from core.commands import JsonCommand, date_argument
from core.numbers import format_integer, format_percent
from reports.kinds import Base
from reports.queries.declared_gaps import declared_gaps, unused_declarations
from reports.queries.rates import policy_with, rate_table
from reports.rates import Period
from reports.wording import listed


class Command(JsonCommand):
    help = "Tính tỷ lệ kết nạp của các tổ chức trong một năm hoặc một khoảng thời gian."

    def add_arguments(self, parser):
        parser.add_argument("year", metavar="YEAR", type=int)
        parser.add_argument("--organization", metavar="CODE", help="chỉ tổ chức này và cấp dưới")
        parser.add_argument("--base", choices=Base.values, help="mẫu số; mặc định theo cách tính của năm")
        parser.add_argument("--from", dest="first_day", metavar="DATE", type=date_argument)
        parser.add_argument("--to", dest="last_day", metavar="DATE", type=date_argument)
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        year: int = options["year"]
        if not 1930 <= year <= 2200:
            raise CommandError(f"Năm {year} không hợp lệ. Hãy ghi đủ bốn chữ số, ví dụ 2026.")
        period = Period(options["first_day"] or date(year, 1, 1), options["last_day"] or date(year, 12, 31))
        if period.first_day > period.last_day or period.last_day.year != year:
            raise CommandError(f"Khoảng thời gian phải kết thúc trong năm {year} và ngày đầu không sau ngày cuối.")
        table = rate_table(period, policy_with(year, base=options["base"] or ""))
        rows = list(table.rows.values())
        if options["organization"]:
            unit = Organization.objects.filter(code=options["organization"]).first()
            if unit is None:
                raise CommandError(f"Không có tổ chức mã {options['organization']}. Hãy kiểm tra lại mã.")
            rows = table.below(unit)
            if not rows:
                self.stderr.write(f"Cảnh báo: {unit.name} không có trong năm {year}. Hãy kiểm tra lại năm.")
        for gap in declared_gaps([row.organization for row in rows], year):
            self.stderr.write(f"Cảnh báo: {gap}")
        if unused := unused_declarations([row.organization for row in rows], period):
            self.stderr.write(
                f"Cảnh báo: Năm {year} có số khai báo cả năm của {listed(unused)}; khoảng thời gian này chỉ tính danh "
                "sách đảng viên và các biến động có ngày. Hãy tính cả năm nếu cần số khai báo."
            )
        if options["json"]:
            base = table.policy.base
            self.write_json({"year": year, "base": base, "organizations": [row.as_json() for row in rows]})
            return
        self.stderr.write(f"Năm {year}, tính trên {Base(table.policy.base).label}; {len(rows)} tổ chức.")
        for row in rows:
            self.stdout.write(
                f"{row.organization.code}\t{row.name}\t{format_integer(row.figures.opening)}\t"
                f"{format_integer(row.figures.admitted)}\t{format_percent(row.rate.percent)}"
            )
