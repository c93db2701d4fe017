"""Reading the trail: which events somebody may see, and what they say in plain words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, Q, QuerySet

from cells.models import Organization, OrganizationVersion
from cells.roles import Action, Reach
from cells.scoping import active_grants, all_kept_files, file_model, path_within
from core.bulk import rows_by_key
from core.dates import BEGINNING, format_date
from core.models import AuditEvent, User

TRAIL = "core.auditevent"
HIDDEN = "không hiện nội dung"
"""Stands for what the trail itself keeps as a digest only."""
SYSTEM = "Hệ thống"
_DAY = re.compile("[0-9]{4}-[01][0-9]-[0-3][0-9]")
ACCESS = (
    AuditEvent.Action.LOGIN, AuditEvent.Action.LOGIN_FAILED, AuditEvent.Action.LOGOUT, AuditEvent.Action.PASSWORD,
    AuditEvent.Action.LOCKOUT, AuditEvent.Action.REFUSE, AuditEvent.Action.FACTOR_ON, AuditEvent.Action.FACTOR_OFF,
    AuditEvent.Action.FACTOR_RESET, AuditEvent.Action.RECOVERY_NEW, AuditEvent.Action.RECOVERY_USED,
    AuditEvent.Action.CODE_FAILED,
)  # fmt: skip
"""Who came and who was refused: all that somebody without content sees."""

_REFUSALS = (AuditEvent.Action.REFUSE, AuditEvent.Action.LOGIN_FAILED, AuditEvent.Action.CODE_FAILED)
_WORDS = {
    # Columns without a name of their own.
    "parent": "cấp trên", "organization": "tổ chức", "counterpart": "nơi đi, nơi đến", "member": "đảng viên",
    "user": "tài khoản", "association": "tổ chức bên cạnh", "deputy_of": "thay cho",
    "is_implied": "lấy từ Ngày vào Đảng", "born_precision": "ngày sinh biết đến",
    "corrects": "đính chính cho", "locked_by": "người khóa",
    "lifted_by": "người mở khóa",
    # What is no column of the object itself.
    "rows": "số dòng", "fields": "các ô",
    "status": "mã trả lời", "method": "cách gọi", "file": "tệp", "document": "văn bản",
    "number": "bản số", "digest": "mã kiểm chứng", "file_digest": "mã của tệp", "profile": "mô hình",
    "username": "tên đăng nhập", "valid_until": "đến trước ngày", "batch": "đợt", "in_force": "đang có hiệu lực",
    "event": "việc", "events": "các việc", "case": "hồ sơ", "helper": "đảng viên giúp đỡ",
    "created": "tạo mới", "updated": "sửa", "unchanged": "giữ nguyên",
    "codes_left": "số mã khôi phục còn lại", "another_phone": "chuyển sang điện thoại khác",
}  # fmt: skip
"""Names of columns, where the model says none, and of what is no column."""


def trail_of(user: Any, on: date) -> QuerySet[AuditEvent]:
    """The events *user* may read, newest first: of the organisations within reach, and for the highest office also
    what concerns none."""
    condition = Q(pk__in=[])
    for grant in active_grants(user, on):
        match grant.reach(Action.AUDIT, TRAIL):
            case Reach.SUBTREE | Reach.MANDATE if grant.path:
                condition |= path_within("scope_path", grant.path)
                if grant.is_at_top:
                    condition |= Q(scope_path="")
            case Reach.ALL:
                condition |= Q(scope_path="", action__in=ACCESS)
    return AuditEvent.objects.filter(condition).exclude(object_id__in=_kept_from(user)).order_by("-pk")


def _kept_from(user: Any) -> set[str]:
    """What belongs to the files of persons whom *user* has declared as relatives."""
    files = all_kept_files(user)
    found = {str(file) for kept in files.values() for file in kept}
    for model in apps.get_models() if files else ():
        if path := getattr(model, "file_path", ""):
            kept = files.get(file_model(model)._meta.label_lower, ())
            rows = model._default_manager.filter(**{f"{path}__public_id__in": kept})
            found |= {str(key) for key in rows.values_list("public_id", flat=True)}
    return found


@dataclass(frozen=True)
class Told:
    """One event in plain words; `changes` are sentences like `tên: Chi bộ A → Chi bộ B`."""

    at: datetime
    who: str
    what: str
    label: str
    kind: str
    where: str
    changes: list[str] = field(default_factory=list)
    reason: str = ""
    on_behalf_of: str = ""
    origin: str = ""
    is_refusal: bool = False


def told(events: Iterable[AuditEvent]) -> list[Told]:
    """*events* as they are read: names for keys, words for columns. A fixed number of questions."""
    events = list(events)
    people = dict(User.objects.filter(username__in={e.actor for e in events}).values_list("username", "full_name"))
    keys = {key for event in events for key in _organizations_in(event)}
    places = {_place_of(event) for event in events if event.scope_path}
    names = dict(rows_by_key(Organization.objects.values_list("pk", "name"), "pk", keys | places))
    return [
        Told(
            at=event.at,
            who=people.get(event.actor) or event.actor or SYSTEM,
            what=event.get_action_display(),
            label=event.label,
            kind=_kind(event),
            where=names.get(_place_of(event), "") if event.scope_path else "",
            changes=list(_sentences(event, names)),
            reason=event.reason,
            on_behalf_of=event.on_behalf_of,
            origin=event.origin,
            is_refusal=event.action in _REFUSALS,
        )
        for event in events
    ]


def history_of(subject: Model, most: int) -> list[Told]:
    """What was recorded of *subject*, which the reader may see, newest first."""
    events = AuditEvent.objects.filter(model=subject._meta.label_lower, object_id=str(subject.public_id))
    return told(events.order_by("-at", "-pk")[:most])


def _place_of(event: AuditEvent) -> int:
    """The key of the organisation in whose scope it happened."""
    return int(event.scope_path.rstrip("/").rsplit("/", 1)[-1])


def _model_of(event: AuditEvent) -> type[Model] | None:
    try:
        return apps.get_model(event.model) if event.model else None
    except LookupError:
        return None


def _kind(event: AuditEvent) -> str:
    model = _model_of(event)
    return str(model._meta.verbose_name) if model else ""


def _column(model: type[Model] | None, name: str) -> Any:
    """The column *name*; of an organisation, that of its versions, where they have it; else of what is told with it."""
    of_versions = (OrganizationVersion,) if model is Organization else ()
    for each in (*of_versions, model, *getattr(model, "told_with", ())):
        try:
            return each._meta.get_field(name.removesuffix("_id")) if each else None
        except FieldDoesNotExist:
            continue
    return None


def _organizations_in(event: AuditEvent) -> Iterator[int]:
    """Keys of organisations that the changes name."""
    model = _model_of(event)
    for name, value in event.changes.items():
        column = _column(model, name)
        if isinstance(column, ForeignKey) and column.related_model is Organization:
            yield from (each for each in _pair(value) if isinstance(each, int))


def _pair(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) and len(value) == 2 else (value,)


def label_of(model: type[Model] | None, name: str) -> str:
    """The column *name* of *model* as a reader calls it."""
    name = name.removesuffix("_id")
    column = _column(model, name)
    given = str(getattr(column, "verbose_name", "") or "")
    return _WORDS.get(name, name) if given in ("", name.replace("_", " ")) else given


def _sentences(event: AuditEvent, names: Mapping[int, str]) -> Iterator[str]:
    model = _model_of(event)
    for name, value in event.changes.items():
        column = _column(model, name)
        label = label_of(model, name)
        if isinstance(value, Mapping):
            inner = ", ".join(f"{_WORDS.get(key, key)} {number}" for key, number in value.items() if number)
            if inner:
                yield f"{label}: {inner}"
            continue
        words = [_word(column, each, names) for each in _pair(value)]
        if any(str(each).startswith("#") for each in _pair(value)):
            yield f"{label}: đã đổi ({HIDDEN})" if len(words) == 2 else f"{label}: {HIDDEN}"
        elif len(words) == 2:
            yield f"{label}: {words[0]} → {words[1]}"
        elif value and value != BEGINNING.isoformat():
            yield f"{label}: {words[0]}"


def _word(column: Any, value: Any, names: Mapping[int, str]) -> str:
    """A stored value as a reader knows it."""
    if value is None or value == "":
        return "(trống)"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(column, ForeignKey) and column.related_model is Organization and isinstance(value, int):
        return names.get(value, "tổ chức khác")
    if column is not None and getattr(column, "choices", None):
        return str(dict(column.flatchoices).get(value, value))
    text = str(value)
    try:
        return format_date(date.fromisoformat(text)) if _DAY.fullmatch(text) else text
    except ValueError:  # a text somebody typed that only looks like a day
        return text
