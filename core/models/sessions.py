"""Where somebody is logged in: what the owner sees and can end. The session itself stays with Django."""

import uuid

from django.conf import settings
from django.db import models

from core.field_classes import classes


class LoginSession(models.Model):
    """Phiên đăng nhập. The session knows this row by `public_id`; this row does not know the session's key."""

    field_classes = classes(public="public_id", basic="user begun_at seen_at origin browser ended_at")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions")
    begun_at = models.DateTimeField("đăng nhập lúc")
    seen_at = models.DateTimeField("dùng gần nhất")
    origin = models.CharField("từ đâu", max_length=100, blank=True)
    browser = models.CharField("trình duyệt", max_length=100, blank=True)
    ended_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)

    class Meta:
        verbose_name = "phiên đăng nhập"
        verbose_name_plural = "phiên đăng nhập"
        ordering = ["-seen_at"]
        indexes = [models.Index(fields=["user", "ended_at"], name="session_of_user")]

    def __str__(self) -> str:
        return f"{self.user}, {self.browser or 'trình duyệt khác'}"
