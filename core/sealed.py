"""Texts that the database holds sealed only: identity numbers, keys of second factors.

What a row gives is a :class:`Sealed`, which shows itself as dots: a template, a list or a log that forgets about it
shows dots. Only `open()` gives the text, and only where the reader was let through.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models

from core.keyring import keyring

MASK = "••••"
"""What is shown in place of a masked value, whatever its length."""


@dataclass(frozen=True)
class Sealed:
    """A sealed text; empty where there is none."""

    token: str

    def __bool__(self) -> bool:
        return bool(self.token)

    def __str__(self) -> str:
        return MASK if self.token else ""

    def __repr__(self) -> str:
        return f"<Sealed {MASK}>" if self.token else "<Sealed>"

    def open(self) -> str:
        """The text. :raises core.keyring.BrokenSealError: when no key of this installation opens it."""
        return keyring().open(self.token) if self.token else ""


def seal(text: str) -> Sealed:
    """*text*, sealed with the newest key."""
    return Sealed(keyring().seal(text) if text else "")


class SealedField(models.TextField):
    """A column of sealed text. Its value is a :class:`Sealed`; a plain text given to it is sealed when it is saved."""

    def from_db_value(self, value: str | None, *_: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Sealed) or value is None else seal(str(value))

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        return value.token if isinstance(value, Sealed) else seal(str(value)).token

    def value_to_string(self, row: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(row)) or ""


class DigestField(models.CharField):
    """What a sealed column is found by: a keyed digest, looked up under all keys by `Model.objects.filter(x__in=…)`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 64, "blank": True, "editable": False} | kwargs)


def digest_of(text: str, purpose: str) -> str:
    """The digest to store beside the sealed *text*; empty where there is none."""
    return keyring().digest(text, purpose) if text else ""


def digests_of(text: str, purpose: str) -> list[str]:
    """The digests under which a row with *text* may stand."""
    return keyring().digests(text, purpose) if text else []
