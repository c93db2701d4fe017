"""Secrets that live in files of the data folder, never in the repository."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def long_secret() -> str:
    """A secret that nobody will ever type."""
    return secrets.token_urlsafe(48)


def read_or_create_secret(path: Path, make: Callable[[], str] = long_secret) -> str:
    """The secret kept in *path*; made there (mode 0600) the first time it is asked for, by *make* (ASCII).

    Several processes may start at once: the file is linked into place whole, and whoever comes second
    reads the first one's secret.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
