"""`manage.py create_user NAME --full-name … --role … --organization CODE`: the first people of an installation."""

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cells.models import Organization
from cells.roles import Role
from cells.services.appointments import BESIDE, appoint
from cells.services.errors import RuleError
from core import audit, dates
from core.commands import date_argument
from core.models import AuditEvent, User
from core.models.user import normalize_password, normalize_username

ROLES = [role.value for role in Role if role not in BESIDE]


class Command(BaseCommand):
    help = "Tạo người dùng và phân công chức trách: dùng khi cài đặt, trước khi có ai đăng nhập được."

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="NAME")
        parser.add_argument("--full-name", required=True, help="họ và tên")
        parser.add_argument("--role", required=True, choices=ROLES, help="vai trò")
        parser.add_argument("--organization", metavar="CODE", help="mã tổ chức đảng nơi giữ vai trò")
        parser.add_argument("--title", default="", help="chức danh hiện trên trang, ví dụ “Chuyên viên”")
        parser.add_argument("--until", type=date_argument, metavar="DATE", help="ngày hết nhiệm vụ")
        parser.add_argument("--password-stdin", action="store_true", help="đọc mật khẩu từ stdin, không hỏi")

    def handle(self, *args: Any, **options: Any) -> None:
        username = normalize_username(options["username"])
        if User.objects.filter(username=username).exists():
            raise CommandError(f"Đã có người dùng {username}. Hãy chọn tên đăng nhập khác.")
        organization = None
        if options["organization"]:
            organization = Organization.objects.filter(code=options["organization"]).first()
            if organization is None:
                raise CommandError(f"Không có tổ chức mã {options['organization']}. Hãy kiểm tra lại mã.")
        password = self._password(User(username=username, full_name=options["full_name"]), options["password_stdin"])
        with audit.acting(origin="create_user"), transaction.atomic():
            user = User.objects.create_user(username, password, full_name=options["full_name"])
            audit.record(AuditEvent.Action.CREATE, user, changes={"username": username})
            try:
                appointment = appoint(
                    user, options["role"], organization=organization, valid_from=dates.today(),
                    valid_until=options["until"], title=options["title"],
                )  # fmt: skip
            except RuleError as refusal:
                raise CommandError(str(refusal)) from refusal
        self.stderr.write(f"Đã tạo {username}: {appointment}.")

    def _password(self, user: User, from_stdin: bool) -> str:
        if from_stdin:
            password = sys.stdin.readline().rstrip("\n")
        else:
            password = getpass("Mật khẩu: ")
            if getpass("Gõ lại mật khẩu: ") != password:
                raise CommandError("Hai lần gõ mật khẩu không giống nhau. Hãy chạy lại lệnh.")
        password = normalize_password(password)
        try:
            validate_password(password, user)
        except ValidationError as weak:
            raise CommandError("\n".join(weak.messages)) from weak
        return password
