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
    """A column of sealed text. Its value is a :class:`Sealed`; a plain text given to it is sealed when it is saved.

    *found_by* names the :class:`DigestField` beside it, if rows are to be found by the text.
    """

    def __init__(self, *args: Any, found_by: str = "", **kwargs: Any) -> None:
        self.found_by = found_by
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"found_by": self.found_by} if self.found_by else {})

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

    def put(self, row: models.Model, text: str) -> None:
        """Set *text* on *row*, sealed, with the digest by which it is found. Nothing is saved."""
        setattr(row, self.attname, seal(text))
        if self.found_by:
            setattr(row, self.found_by, digest_of(text, self.name))

    def rows_with(self, text: str) -> models.Q:
        """The rows whose text is *text*; none for an empty one."""
        return models.Q(**{f"{self.found_by}__in": digests_of(text, self.name)})


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
