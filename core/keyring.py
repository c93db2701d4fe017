"""Keys for what must not lie in the database in clear: sealed texts, and digests by which they are found.

A key has two halves, one that seals and one that makes digests. The newest seals; all of them open and look up,
so that keys can be changed while people work (`manage.py rotate_keys`). They lie in one file beside the database's
own secrets: who has the database alone, or a copy of it, reads nothing.
"""

import hmac
import os
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from core.secrets import long_secret, read_or_create_secret

NAME = "field_keys"


class BrokenSealError(ValueError):
    """A sealed text that no key of this installation opens: the key file is another one's, or the text was altered."""


@dataclass(frozen=True)
class Key:
    sealing: str
    finding: str

    @classmethod
    def make(cls) -> "Key":
        return cls(Fernet.generate_key().decode("ascii"), long_secret())

    @property
    def line(self) -> str:
        return f"{self.sealing} {self.finding}"


@dataclass(frozen=True)
class Keyring:
    """The keys of this installation, the newest first."""

    keys: tuple[Key, ...]

    @property
    def _box(self) -> MultiFernet:
        return _box(self.keys)

    def seal(self, text: str) -> str:
        """*text*, sealed with the newest key; another sealed text each time."""
        return self._box.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text within *sealed*. :raises BrokenSealError: when no key opens it."""
        try:
            return self._box.decrypt(sealed.encode("ascii")).decode()
        except (InvalidToken, UnicodeError) as error:
            raise BrokenSealError("a sealed text that no key opens") from error

    def digest(self, text: str, purpose: str) -> str:
        """What *text* is found by (64 hex digits); the same text under another *purpose* has another digest."""
        return self.digests(text, purpose)[0]

    def digests(self, text: str, purpose: str) -> list[str]:
        """The digests of *text* under each key: rows not yet rewritten since a change of keys are found too."""
        content = f"{purpose}\0{text}".encode()
        return [hmac.new(key.finding.encode(), content, sha256).hexdigest() for key in self.keys]


@lru_cache(maxsize=4)
def _box(keys: tuple[Key, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.sealing) for key in keys])


def path() -> Path:
    """Where the keys lie. Without this file sealed texts cannot be read by anybody: it belongs in the backup."""
    return settings.DATA_DIR / "secrets" / NAME


def keyring() -> Keyring:
    """The keys as they are now; other processes see a change of keys at once."""
    where = path()
    if not where.exists():
        read_or_create_secret(where, lambda: Key.make().line)
    state = where.stat()
    return _read(where, state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=4)
def _read(where: Path, changed: int, file: int) -> Keyring:
    lines = where.read_text(encoding="ascii").splitlines()
    return Keyring(tuple(Key(*line.split()) for line in lines if line.strip()))


def add_key() -> Keyring:
    """Put a new key first; what is sealed from now on is sealed with it."""
    return _write((Key.make(), *keyring().keys))


def forget_old_keys() -> Keyring:
    """Keep the newest key only. Nothing may be sealed with the others any more: see `manage.py rotate_keys`."""
    return _write(keyring().keys[:1])


def _write(keys: tuple[Key, ...]) -> Keyring:
    where = path()
    draft = where.with_name(f".{NAME}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write("".join(f"{key.line}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(where)
    return keyring()
