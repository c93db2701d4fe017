"""What somebody proves besides the password: codes of a phone, and codes on paper for when the phone is lost."""

from django.conf import settings
from django.db import models

from core.field_classes import classes
from core.sealed import SealedField


class SecondFactor(models.Model):
    """Xác thực hai bước of a user. There is a row only after a first code has shown that the phone knows the key."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor")
    key = SealedField("khóa")
    confirmed_at = models.DateTimeField("bật lúc")
    last_counter = models.BigIntegerField("mã dùng gần nhất", default=0)
    """Number of the last half minute whose code was accepted: none is accepted twice, and no older one."""
    failures = models.PositiveSmallIntegerField("số lần thử", default=0)
    locked_until = models.DateTimeField("tạm khóa đến", null=True, blank=True)

    field_classes = classes(public="user confirmed_at last_counter failures locked_until", sensitive="key")

    class Meta:
        verbose_name = "xác thực hai bước"
        verbose_name_plural = "xác thực hai bước"

    def __str__(self) -> str:
        return f"xác thực hai bước của {self.user}"


class RecoveryCode(models.Model):
    """Mã khôi phục: one code on paper, good once. Kept as a hash; its first two signs say which hash to compare."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    lead = models.CharField("hai ký tự đầu", max_length=2)
    digest = models.CharField("băm", max_length=200)
    used_at = models.DateTimeField("dùng lúc", null=True, blank=True)

    field_classes = classes(public="factor used_at", sensitive="lead digest")

    class Meta:
        verbose_name = "mã khôi phục"
        verbose_name_plural = "mã khôi phục"
        constraints = [models.UniqueConstraint(fields=["factor", "lead"], name="recovery_code_told_apart")]

    def __str__(self) -> str:
        return f"mã khôi phục {self.lead}…"
