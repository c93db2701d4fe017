"""Reads settings from the environment; a wrong value stops the start and says what to write instead."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
DATABASE_SCHEMES = ("sqlite:///", "postgres://", "postgresql://")
BROKER_SCHEMES = ("redis://", "rediss://")


class EnvironmentReader:
    """Typed access to environment variables and an optional `.env` file (real variables win)."""

    def __init__(self, env_file: Path) -> None:
        self._env = environ.Env()
        if env_file.is_file():
            self._env.read_env(str(env_file))

    def text(self, name: str, default: str) -> str:
        return self._env.str(name, default=default)

    def list(self, name: str, default: list[str]) -> list[str]:
        return [each.strip() for each in self._env.list(name, default=default)]

    def path(self, name: str, default: Path) -> Path:
        return Path(self._env.str(name, default=str(default))).expanduser().resolve()

    def bool(self, name: str, default: bool) -> bool:
        value = self._env.str(name, default=str(default)).strip().lower()
        if value not in TRUE | FALSE:
            raise ImproperlyConfigured(f"{name}='{value}': hãy đặt là True hoặc False.")
        return value in TRUE

    def int(self, name: str, default: int) -> int:
        value = self._env.str(name, default=str(default)).strip()
        if not value.isdecimal():
            raise ImproperlyConfigured(f"{name}='{value}': hãy đặt là một số nguyên, ví dụ {default}.")
        return int(value)

    def database(self, name: str, default: str) -> dict[str, Any]:
        url = self._env.str(name, default=default)
        if not url.startswith(DATABASE_SCHEMES):
            raise ImproperlyConfigured(
                f"{name} không đọc được: hãy viết dạng postgres://người_dùng@máy_chủ:5432/tên_cơ_sở_dữ_liệu "
                "hoặc sqlite:////đường/dẫn/tệp.sqlite3."
            )
        return dict(self._env.db_url_config(url))

    def broker(self, name: str, default: str) -> str:
        url = self._env.str(name, default=default)
        if url and not url.startswith(BROKER_SCHEMES):
            raise ImproperlyConfigured(
                f"{name} không đọc được: hãy viết dạng redis://máy_chủ:6379/0, hoặc để trống để dùng tệp."
            )
        return url
