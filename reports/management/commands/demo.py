"""`manage.py demo`: an invented committee to try the program with, and its log-ins."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cells.profiles import ProfileName
from core import dates
from core.commands import date_argument
from core.console import ProgressBar
from reports.demo.accounts import accounts_table
from reports.demo.loader import SCALES, DemoRefusedError, load_demo


class Command(BaseCommand):
    help = "Nạp dữ liệu mẫu (tổ chức, người và số liệu đều là hư cấu) vào cơ sở dữ liệu trống."

    def add_arguments(self, parser):
        parser.add_argument("--profile", choices=ProfileName.values, default=ProfileName.DISTRICT, help="mô hình")
        parser.add_argument(
            "--scale", type=int, choices=SCALES, default=1, help="số cấp ủy; 10 và 100 để đo tốc độ; mặc định 1"
        )
        parser.add_argument("--seed", type=int, default=1, help="số khác cho dữ liệu khác; cùng số cho cùng dữ liệu")
        parser.add_argument("--today", type=date_argument, metavar="DATE", help="ngày coi là hôm nay (NĂM-THÁNG-NGÀY)")
        parser.add_argument(
            "--accounts", action="store_true", help="chỉ in các tài khoản dùng thử, nếu đây là dữ liệu mẫu"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["accounts"]:
            try:
                with ProgressBar("Nạp dữ liệu mẫu") as bar:
                    load_demo(
                        profile=options["profile"], scale=options["scale"], seed=options["seed"],
                        today=options["today"] or dates.today(), progress=bar,
                    )  # fmt: skip
            except DemoRefusedError as refusal:
                raise CommandError(str(refusal)) from refusal
        lines = accounts_table()
        if lines:
            self.stdout.write("\n".join(["", *lines, ""]))
