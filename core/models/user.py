"""People who log in."""

import unicodedata
import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from core.field_classes import classes


def normalize_username(username: str) -> str:
    """One spelling per user name: `Nhan.LT` and `nhan.lt` are the same person."""
    return User.normalize_username(username).strip().casefold()


def normalize_password(password: str | None) -> str | None:
    """One spelling per password: keyboards write "ồ" as one sign or as three, which nobody sees."""
    return password if password is None else unicodedata.normalize("NFKC", password)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=normalize_username(username or ""))


class User(AbstractBaseUser):
    """Người dùng: somebody who may log in. What they may see comes from appointments, never from here."""

    field_classes = classes(
        public="public_id is_active must_change_password password_expires_at created_at last_login",
        basic="username full_name phone email",
        sensitive="password",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField("tên đăng nhập", max_length=150, unique=True)
    full_name = models.CharField("họ và tên", max_length=200)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    is_active = models.BooleanField("được đăng nhập", default=True)
    must_change_password = models.BooleanField("phải đặt mật khẩu", default=False)
    password_expires_at = models.DateTimeField("mã kích hoạt hết hạn lúc", null=True, blank=True)
    created_at = models.DateTimeField("ngày tạo", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"

    def __str__(self) -> str:
        return self.full_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(normalize_password(raw_password))

    def check_password(self, raw_password: str) -> bool:
        return super().check_password(normalize_password(raw_password))

    def clean(self) -> None:
        super().clean()
        self.username = normalize_username(self.username)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[-1] if self.full_name else self.username
