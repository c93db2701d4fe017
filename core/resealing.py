"""A change of keys: every sealed text is sealed again with the newest one, row by row, while people work."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction

from core.keyring import BrokenSealError, Keyring, keyring
from core.sealed import SealedField

AT_ONCE = 500


def sealed_columns() -> Iterator[tuple[type[models.Model], SealedField]]:
    """Every sealed column of the program."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field


def reseal_all() -> dict[str, int]:
    """Seal everything with the newest key, and make the digests anew; returns how many texts of which column.

    :raises BrokenSealError: naming the row that no key opens; rows before it are done, and doing it again goes on.
    """
    return {
        f"{model._meta.label}.{field.name}": sum(_reseal(model, field, keys) for keys in _batches(model, field))
        for model, field in sealed_columns()
    }


def still_old() -> int:
    """How many texts the newest key alone does not open."""
    newest = Keyring(keyring().keys[:1])
    count = 0
    for model, field in sealed_columns():
        for sealed in _filled(model, field).values_list(field.name, flat=True).iterator():
            try:
                newest.open(sealed.token)
            except BrokenSealError:
                count += 1
    return count


def _filled(model: type[models.Model], field: SealedField) -> models.QuerySet:
    return model._base_manager.exclude(**{field.name: ""}).exclude(**{f"{field.name}__isnull": True})


def _batches(model: type[models.Model], field: SealedField) -> Iterator[list[int]]:
    last = 0
    while keys := list(_filled(model, field).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield keys
        last = keys[-1]


def _reseal(model: type[models.Model], field: SealedField, keys: list[int]) -> int:
    with transaction.atomic():
        rows = model._base_manager.select_for_update().filter(pk__in=keys).only("pk", field.name)
        for row in rows:
            try:
                text = getattr(row, field.name).open()
            except BrokenSealError as error:
                raise BrokenSealError(f"{model._meta.label} {row.pk}, {field.name}: no key opens it") from error
            field.put(row, text)
            names = [field.name, *([field.found_by] if field.found_by else [])]
            model._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in names})
    return len(keys)
