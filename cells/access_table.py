"""The table of rights as people read it: on the help page and in docs/access.md."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps

from cells.roles import GRANTS, Action, Reach, Role

NOTHING = "–"
ABOUT = {
    Role.CELL_SECRETARY: "Làm hồ sơ kết nạp, xem danh sách, lập báo cáo của chi bộ mình; sửa danh sách thì nhờ cấp ủy.",
    Role.COMMITTEE_OFFICER: "Làm việc với đảng bộ mình và mọi chi bộ thuộc đảng bộ.",
    Role.BOARD_OFFICER: "Làm việc với mọi tổ chức thuộc cấp ủy của Ban.",
    Role.BOARD_HEAD: "Như cán bộ Ban; ghi việc đối chiếu quy định và sửa lịch làm việc.",
    Role.TRAINING_CENTRE: "Mở lớp, nhận học viên, điểm danh, ghi kết quả, cấp giấy chứng nhận; không xem hồ sơ.",
    Role.MASS_ORGANISATION: "Chưa có trang riêng trong bản này.",
    Role.INSPECTOR: "Chỉ xem, trong phạm vi và thời hạn được giao kiểm tra.",
    Role.ADMINISTRATOR: "Giữ máy chạy; không xem nội dung, chỉ xem nhật ký đăng nhập và từ chối.",
}
"""What each role is there for, in one sentence."""


@dataclass(frozen=True)
class Line:
    """One right: what may be done, and how far each role may do it."""

    what: str
    reaches: dict[str, str]


def lines() -> Iterator[Line]:
    """All rights, action by action; models that every role treats alike share a line."""
    for action in Action:
        groups: dict[tuple[str, ...], list[str]] = {}
        models = dict.fromkeys(model for rights in GRANTS.values() for what, model in rights if what == action)
        for model in models:
            row = tuple(_words(GRANTS[role].get((action, model))) for role in Role)
            groups.setdefault(row, []).append(str(apps.get_model(model)._meta.verbose_name))
        for row, names in groups.items():
            named = f": {', '.join(names)}" if len(groups) > 1 or action == Action.VIEW else ""
            what = f"{Action(action).label}{named}"
            yield Line(what[0].upper() + what[1:], dict(zip(Role, row, strict=True)))


def _words(reach: Reach | None) -> str:
    return reach.value if reach else NOTHING


def as_markdown() -> str:
    """docs/access.md, whole."""
    heads = [role.label for role in Role]
    rows = [f"| {line.what} | {' | '.join(line.reaches.values())} |" for line in lines()]
    about = [f"- **{role.label}**: {ABOUT[role]}" for role in Role]
    return "\n".join([
        "# Who may do what",
        "",
        "Made of `cells/roles.py` by `manage.py access_table > docs/access.md`; a test compares them. A right comes",
        "from one active appointment and reaches from its place; it ends with the next request after the appointment.",
        "What lies out of reach is not found (404), whether it exists or not.",
        "",
        *about,
        "",
        f"| Quyền | {' | '.join(heads)} |",
        f"|---|{'---|' * len(heads)}",
        *rows,
        "",
    ])  # fmt: skip
