"""What keeps people's data safe in this installation, told from the configuration that runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count

from cells.models import Appointment
from cells.roles import Action, Role, reach_of
from core.keyring import keyring
from core.models import AuditEvent
from core.numbers import format_integer

MEMBERS, TRAIL = "cells.member", "core.auditevent"
DATABASES = {"sqlite": "SQLite, một tệp trong thư mục dữ liệu", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Line:
    """One thing as it stands: what, how it is set, and whether that is how it should be outside a trial."""

    what: str
    value: str
    is_fine: bool = True


def who_sees(on: date) -> list[tuple[str, str, str, str, int]]:
    """Role, how far it sees members, opens what is masked, reads the trail, and how many people hold it on day *on*."""
    held = Appointment.objects.in_force().on(on).values("role").annotate(people=Count("user", distinct=True))
    numbers = {row["role"]: row["people"] for row in held}
    return [
        (
            role.label,
            _words(role, MEMBERS, Action.VIEW),
            _words(role, MEMBERS, Action.REVEAL),
            _words(role, TRAIL, Action.AUDIT),
            numbers.get(role, 0),
        )
        for role in Role
    ]


def _words(role: Role, model: str, action: Action) -> str:
    reach = reach_of(role, action, model)
    return reach.value if reach else "không"


def what_is_logged() -> list[str]:
    """The kinds of events in the trail, in words."""
    return [str(action.label) for action in AuditEvent.Action]


def limits() -> Iterator[Line]:
    """The limits that are on, from the settings in force."""
    options = [entry.get("OPTIONS", {}) for entry in settings.AUTH_PASSWORD_VALIDATORS]
    shortest = max(each.get("min_length", 0) for each in options)
    hasher = settings.PASSWORD_HASHERS[0].rsplit(".", 1)[-1]
    hours = timedelta(seconds=settings.SESSION_COOKIE_AGE).total_seconds() / 3600
    secure = settings.SESSION_COOKIE_SECURE
    yield Line("Mật khẩu ngắn nhất", f"{shortest} ký tự")
    yield Line(
        "Mật khẩu lưu dưới dạng", "băm Argon2" if "Argon2" in hasher else "băm không phải Argon2", "Argon2" in hasher
    )
    words = len(settings.PASSWORD_WORDS)
    yield Line("Mật khẩu không được chủ yếu gồm", f"từ ngữ của công việc ({words} từ) và câu nhiều người dùng")
    yield _needed_factors()
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    yield Line(
        "Gõ sai mật khẩu hoặc mã xác thực",
        f"sau {settings.AXES_FAILURE_LIMIT} lần thì đợi {minutes} phút, theo tên và địa chỉ",
    )
    yield Line("Không dùng thì hết phiên sau", f"{settings.SESSION_IDLE_MINUTES} phút")
    yield Line("Một phiên dài nhất", f"{hours:g} giờ".replace(".", ","))
    yield Line("Hỏi lại mật khẩu trước khi cấp quyền", f"sau {settings.CONFIRM_MINUTES} phút")
    rows, alone = format_integer(settings.EXPORT_DAILY_ROWS), format_integer(settings.EXPORT_ALONE_ROWS)
    private = format_integer(settings.EXPORT_ALONE_PRIVATE_ROWS)
    yield Line("Mỗi người xuất nhiều nhất", f"{rows} dòng một ngày")
    yield Line("Xuất cần người thứ hai duyệt", f"trên {alone} dòng; có cột nhạy cảm thì trên {private} dòng")
    yield Line("Số định danh, khóa xác thực hai bước", f"mã hóa; đang giữ {len(keyring().keys)} khóa")
    yield Line("Mã kích hoạt dùng được", f"{settings.ACTIVATION_DAYS} ngày")
    yield Line(
        "Chỉ chạy qua đường truyền mã hóa (HTTPS)", "có" if secure else "không: chỉ để dùng thử trên máy này", secure
    )
    yield Line("Chế độ gỡ lỗi", "đang bật: phải tắt" if settings.DEBUG else "tắt", not settings.DEBUG)
    yield Line("Kết quả công việc nền giữ lại", f"{settings.JOB_KEEP_DAYS} ngày")
    yield Line("Cơ sở dữ liệu", DATABASES.get(connection.vendor, connection.vendor))


def _needed_factors() -> Line:
    """Which roles have to show a code beside the password."""
    needed = [role.label for role in Role if role in settings.SECOND_FACTOR_ROLES]
    return Line("Xác thực hai bước bắt buộc với", ", ".join(needed) or "không vai trò nào", bool(needed))


def without_factor(on: date) -> int:
    """How many people hold a role on day *on* that needs a second factor, and have not set one up."""
    held = Appointment.objects.in_force().on(on).filter(role__in=settings.SECOND_FACTOR_ROLES)
    return held.filter(user__is_active=True, user__second_factor=None).values("user").distinct().count()


def trail_in_numbers() -> str:
    """How many events the trail holds."""
    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    return format_integer(last or 0)
