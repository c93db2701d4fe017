"""`manage.py reset_second_factor NAME`: for the one person whom nobody above can help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit
from core.accounts import second_factor
from core.models import User


class Command(BaseCommand):
    help = "Gỡ xác thực hai bước của một tài khoản, khi không còn ai ở cấp trên gỡ được trên trang."

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="NAME")
        parser.add_argument("--reason", required=True, help="lý do, ghi vào nhật ký")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(options["username"])
        except User.DoesNotExist:
            raise CommandError(f"Không có người dùng {options['username']}. Hãy kiểm tra lại tên đăng nhập.") from None
        if second_factor.factor_of(user) is None:
            raise CommandError(f"{user.username} không bật xác thực hai bước, không có gì để gỡ.")
        with audit.acting(origin="reset_second_factor"):
            second_factor.reset(user, reason=options["reason"])
        self.stderr.write(f"Đã gỡ xác thực hai bước của {user.username}; mọi phiên đã kết thúc.")
