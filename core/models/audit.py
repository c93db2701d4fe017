"""The trail of every change: append-only, sealed, and the one history of fields."""

import uuid

from django.db import models

from core.field_classes import classes
from core.fields import BytewiseCharField


class AuditEvent(models.Model):
    """Nhật ký: who did what to which object, when, from where, and why.

    Holds texts instead of foreign keys: a trail neither blocks a deletion nor follows one.
    Written only by :func:`core.audit.record` and :func:`core.audit.record_many`, inside the transaction of
    the change it tells of.
    """

    field_classes = classes(
        public="public_id at action model object_id scope_path batch",
        basic="actor on_behalf_of label origin reason changes",
    )

    class Action(models.TextChoices):
        CREATE = "create", "Tạo mới"
        UPDATE = "update", "Sửa"
        REVERSE = "reverse", "Đính chính"
        DELETE = "delete", "Xóa"
        LOGIN = "login", "Đăng nhập"
        LOGIN_FAILED = "login_failed", "Đăng nhập không thành công"
        LOCKOUT = "lockout", "Tạm khóa đăng nhập"
        LOGOUT = "logout", "Đăng xuất"
        PASSWORD = "password", "Đổi mật khẩu"
        ACTIVATION = "activation", "Cấp mã kích hoạt"
        FACTOR_ON = "factor_on", "Bật xác thực hai bước"
        FACTOR_OFF = "factor_off", "Tắt xác thực hai bước"
        FACTOR_RESET = "factor_reset", "Gỡ xác thực hai bước cho người khác"
        RECOVERY_NEW = "recovery_new", "Cấp mã khôi phục mới"
        RECOVERY_USED = "recovery_used", "Dùng mã khôi phục"
        CODE_FAILED = "code_failed", "Gõ sai mã xác thực"
        IMPORT = "import", "Nhập từ Excel"
        EXPORT = "export", "Xuất dữ liệu"
        DOWNLOAD = "download", "Tải tệp"
        RENDER = "render", "Lập báo cáo"
        PRINT = "print", "Mở bản in"
        REVEAL = "reveal", "Xem thông tin nhạy cảm"
        REFUSE = "refuse", "Bị từ chối"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField("lúc", db_index=True)
    action = models.CharField("việc", max_length=20, choices=Action)
    actor = models.CharField("người làm", max_length=150, blank=True, help_text="Tên đăng nhập; trống là hệ thống")
    on_behalf_of = models.CharField("thay mặt", max_length=255, blank=True)
    model = models.CharField("loại đối tượng", max_length=60, blank=True)
    object_id = models.CharField("mã đối tượng", max_length=64, blank=True)
    label = models.CharField("đối tượng", max_length=255, blank=True)
    scope_path = BytewiseCharField("phạm vi", max_length=255, blank=True)
    changes = models.JSONField("nội dung thay đổi", default=dict)
    reason = models.TextField("lý do", blank=True)
    batch = models.UUIDField(
        "đợt", null=True, blank=True, db_index=True, help_text="Events of one import belong together"
    )
    origin = models.CharField("từ đâu", max_length=100, blank=True, help_text="Địa chỉ mạng, hoặc tên lệnh")

    class Meta:
        verbose_name = "sự kiện nhật ký"
        verbose_name_plural = "nhật ký"
        indexes = [
            models.Index(fields=["model", "object_id", "at"], name="audit_object"),
            models.Index(fields=["scope_path", "id"], name="audit_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor} {self.get_action_display()} {self.label}"


class AuditSeal(models.Model):
    """Dấu niêm của một sự kiện: a link of the chain that shows whether the trail is still what it was.

    Written only by :mod:`core.sealing`. Names its event by key, without a foreign key: a deleted event leaves its seal.
    """

    field_classes = classes(public="sequence event previous hash sealed_at")

    sequence = models.PositiveBigIntegerField("số thứ tự", unique=True)
    event = models.PositiveBigIntegerField("sự kiện", unique=True)
    previous = models.CharField("dấu trước", max_length=64)
    hash = models.CharField("dấu", max_length=64)
    sealed_at = models.DateTimeField("niêm lúc")

    class Meta:
        verbose_name = "dấu niêm nhật ký"
        verbose_name_plural = "dấu niêm nhật ký"
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.hash[:12]}"
