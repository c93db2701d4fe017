"""The directory of outside bodies: entries put in and set right. Each change leaves one event in the trail."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from cells.services.errors import RuleError
from core import audit
from core.models import AuditEvent
from pipeline.models import VettingBody
from pipeline.services.settling import told

CHANGEABLE = ("name", "kind", "address", "phone", "note", "is_active")
CHANGED = "Nơi này vừa có người khác sửa. Hãy tải lại trang, xem lại rồi ghi lần nữa."


def add_body(body: VettingBody) -> VettingBody:
    """Put a new entry into the directory. Raises RuleError where the office has one of that name."""
    body.recorded_by = audit.current().user
    with transaction.atomic(), audit.one_change():
        _save(body, force_insert=True)
        _tell(AuditEvent.Action.CREATE, body, told(body, *CHANGEABLE))
    return body


def change_body(body: VettingBody, values: Mapping[str, Any], *, version: int) -> VettingBody:
    """Set *values*, of CHANGEABLE, on an entry seen at *version*. Letters that went out keep the name they have.

    Raises RuleError where somebody was faster, or the office has another one of that name.
    """
    with transaction.atomic(), audit.one_change():
        if not VettingBody.objects.filter(pk=body.pk, version=version).update(version=F("version") + 1):
            raise RuleError(CHANGED)
        body.refresh_from_db(from_queryset=VettingBody.objects.select_related("organization"))
        before = {name: getattr(body, name) for name in values}
        for name, value in values.items():
            assert name in CHANGEABLE
            setattr(body, name, value)
        _save(body, update_fields=[*values, "name_fold"])
        _tell(AuditEvent.Action.UPDATE, body, audit.differences(before, {name: getattr(body, name) for name in values}))
    return body


def _save(body: VettingBody, **options: Any) -> None:
    if not body.name.strip():
        raise RuleError("Hãy ghi tên nơi thẩm tra.")
    try:
        with transaction.atomic():
            body.save(**options)
    except IntegrityError:
        raise RuleError(
            f"Danh bạ của {body.organization} đã có “{body.name}”. Hãy tìm trong danh bạ, cả nơi đã ngừng dùng."
        ) from None


def _tell(action: str, body: VettingBody, changes: Mapping[str, Any]) -> None:
    audit.record(action, body, changes=changes, scope_path=body.organization.path)
