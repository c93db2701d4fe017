"""Log-ins to try the demo with, one per role, and the bodies beside the Party's tree.

All of them share one password, made at random on this machine; it is kept in the data folder, never in the
repository.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from cells.kinds import AssociationKind, OrganizationKind
from cells.models import Appointment, Association, Organization
from cells.roles import GRANTS, Reach, Role
from cells.services.appointments import BESIDE, appoint
from core import audit
from core.dates import format_date
from core.models import AuditEvent, User
from core.models.user import normalize_password
from core.secrets import read_or_create_secret
from reports.demo.movements import Chronicle
from reports.demo.tree import Sector, Tree, Unit

USERNAMES = {
    Role.BOARD_OFFICER: "chuyenvien",
    Role.BOARD_HEAD: "truongban",
    Role.COMMITTEE_OFFICER: "danguy",
    Role.CELL_SECRETARY: "bithu",
    Role.TRAINING_CENTRE: "trungtam",
    Role.MASS_ORGANISATION: "doanthe",
    Role.INSPECTOR: "kiemtra",
    Role.ADMINISTRATOR: "quantri",
}
PEOPLE = {
    Role.BOARD_OFFICER: ("Đỗ Quang Hải", "Chuyên viên"),
    Role.BOARD_HEAD: ("Trịnh Thị Hồng Nhung", "Trưởng Ban"),
    Role.COMMITTEE_OFFICER: ("Nông Thị Huyền", "Văn phòng Đảng ủy"),
    Role.TRAINING_CENTRE: ("Vũ Hải Khôi", "Giáo vụ"),
    Role.MASS_ORGANISATION: ("Bế Thị Thu Trà", "Phó Bí thư Đoàn"),
    Role.INSPECTOR: ("Ngô Việt Lâm", "Thành viên Đoàn kiểm tra"),
    Role.ADMINISTRATOR: ("Đào Tuấn Phong", "Quản trị hệ thống"),
}
"""Names and titles; the secretary is a member of the cell."""
SECRETARY_AGES = range(52, 63)
MANDATE = timedelta(days=90)

_ASSOCIATIONS = {
    AssociationKind.FRONT: ("MT", "Ủy ban Mặt trận Tổ quốc Việt Nam {area}"),
    AssociationKind.YOUTH_UNION: ("DTN", "Đoàn Thanh niên Cộng sản Hồ Chí Minh {area}"),
    AssociationKind.WOMENS_UNION: ("PN", "Hội Liên hiệp Phụ nữ {area}"),
    AssociationKind.FARMERS: ("ND", "Hội Nông dân {area}"),
    AssociationKind.VETERANS: ("CCB", "Hội Cựu chiến binh {area}"),
}
_AT_THE_TOP = {
    AssociationKind.TRADE_UNION: ("CD", "Công đoàn {area}"),
    AssociationKind.TRAINING_CENTRE: ("TTCT", "Trung tâm Chính trị {area}"),
}

_ONSETS = ("b", "ch", "d", "h", "kh", "l", "m", "n", "nh", "ph", "s", "t", "th", "tr", "v", "x")
_RHYMES = ("a", "ai", "am", "an", "ang", "ao", "ay", "e", "em", "en", "eo", "i", "im", "in", "inh", "o", "oi", "om",
           "on", "ong", "u", "ui", "um", "un", "ung")  # fmt: skip


@dataclass(frozen=True)
class Post:
    """Who holds which role where: the code of an organisation or an association, empty for none."""

    role: Role
    full_name: str
    title: str
    place: str


# --- the password -----------------------------------------------------------------------------------------------


def password_file() -> Path:
    return Path(settings.DATA_DIR) / "secrets" / "demo_password"


def demo_password() -> str:
    """The password of all demo log-ins on this machine; made at the first call."""
    return read_or_create_secret(password_file(), easy_password)


def easy_password() -> str:
    """A password easy to type that the rules of all passwords take: the words drawn may spell one of the work."""
    while True:
        password = _some_password()
        try:
            validate_password(password, User(username="demo"))
        except ValidationError:
            continue
        return password


def _some_password() -> str:
    """Three syllables and four digits, `lam-ven-soi-4827`: easy to read out and to type, one of 700 billion."""
    syllables = [secrets.choice(_ONSETS) + secrets.choice(_RHYMES) for _ in range(3)]
    return "-".join([*syllables, f"{secrets.randbelow(10_000):04d}"])


# --- who there is -----------------------------------------------------------------------------------------------


def posts(chronicle: Chronicle, today: date, top: str) -> list[Post]:
    """One post for each role in the committee *chronicle* tells of; *top* is the highest organisation."""
    tree = chronicle.tree
    committees = [
        unit.code
        for unit in tree.units.values()
        if not unit.stands_above and not unit.holds_members and unit.is_open(today)
        if unit.stages[-1].kind in (OrganizationKind.BASE_COMMITTEE, OrganizationKind.SUB_COMMITTEE)
    ]
    committee = committees[min(3, len(committees) - 1)]
    cell, secretary = _secretary(chronicle, today, committee)
    places = {
        Role.COMMITTEE_OFFICER: committee,
        Role.TRAINING_CENTRE: centre_of(tree),
        Role.MASS_ORGANISATION: _association_code(tree.top, AssociationKind.YOUTH_UNION),
        Role.ADMINISTRATOR: "",
    }
    made = [Post(role, *PEOPLE[role], places.get(role, top)) for role in USERNAMES if role in PEOPLE]
    return [*made, Post(Role.CELL_SECRETARY, secretary, "Bí thư chi bộ", cell)]


def _secretary(chronicle: Chronicle, today: date, committee: str) -> tuple[str, str]:
    """A village cell, of *committee* where it has any, and a member of it fit to be its secretary."""
    tree = chronicle.tree
    cells = [cell for cell in tree.cells if cell.sector is Sector.VILLAGE and cell.is_open(today)]
    own = [cell for cell in cells if tree.group_on(cell.code, today) == committee]
    for cell in sorted(own or cells, key=lambda cell: -len(chronicle.rolls[cell.code])):
        for person in chronicle.rolls[cell.code]:
            if (today - person.born).days // 365 in SECRETARY_AGES and person.joined_on < chronicle.first_day:
                return cell.code, person.full_name
    raise LookupError("no village cell has a member fit to be its secretary")


def centre_of(tree: Tree) -> str:
    """Code of the training centre beside the committee."""
    return _association_code(tree.top, AssociationKind.TRAINING_CENTRE)


def _association_code(organization: str, kind: AssociationKind) -> str:
    return f"{organization}-{(_ASSOCIATIONS | _AT_THE_TOP)[kind][0]}"


def _bodies(tree: Tree, today: date) -> Iterator[tuple[Unit, AssociationKind, str]]:
    """Mass organisations of the committee and its communes, and the training centre."""
    for unit in tree.units.values():
        if unit.sector is Sector.AREA and unit.is_open(today):
            area = unit.name.removeprefix("Đảng bộ ")
            kinds = _ASSOCIATIONS | (_AT_THE_TOP if unit.code == tree.top else {})
            for kind, (_, name) in kinds.items():
                yield unit, kind, name.format(area=area)


# --- into the database ------------------------------------------------------------------------------------------


def hashed_passwords() -> dict[str, str]:
    """A hash of the demo's password for each user name. Slow on purpose: to be made outside a transaction."""
    password = demo_password()
    return {username: make_password(normalize_password(password)) for username in USERNAMES.values()}


def write_associations(tree: Tree, today: date) -> None:
    units = Organization.objects.in_bulk([unit.code for unit, _, _ in _bodies(tree, today)], field_name="code")
    made = [
        Association(
            code=_association_code(unit.code, kind), name=name, kind=kind, organization=units[unit.code]
        )
        for unit, kind, name in _bodies(tree, today)
    ]  # fmt: skip
    Association.objects.bulk_create(made)
    audit.record_many(
        audit.event(AuditEvent.Action.CREATE, body, scope_path=body.organization.path) for body in made
    )  # fmt: skip


def write_users(wanted: list[Post], hashes: dict[str, str], since: date, today: date) -> None:
    """Create the users with their appointments, in office since *since*."""
    for number, post in enumerate(wanted, start=1):
        username = USERNAMES[post.role]
        # Numbers that nobody has.
        phone = f"0000 000 {number:03}"
        user = User(username=username, full_name=post.full_name, phone=phone, password=hashes[username])
        user.save(force_insert=True)
        audit.record(AuditEvent.Action.CREATE, user, changes={"username": username})
        beside = Association.objects.get(code=post.place) if post.role in BESIDE else None
        at = Organization.objects.get(code=post.place) if post.place and not beside else None
        appoint(
            user, post.role, organization=at, association=beside, title=post.title, valid_from=since,
            valid_until=today + MANDATE if post.role == Role.INSPECTOR else None,
        )  # fmt: skip


# --- told to whoever started the program ------------------------------------------------------------------------


def accounts_table() -> list[str]:
    """The demo's log-ins in this database that still have its password, as lines; none where there is no demo."""
    if not password_file().exists():
        return []
    password = demo_password()
    held = {
        appointment.user.username: appointment
        for appointment in Appointment.objects.in_force()
        .filter(user__username__in=USERNAMES.values())
        .select_related("user", "organization__parent", "association__organization")
    }
    rows = [
        (appointment.get_role_display(), username, password, _sight(appointment))
        for username in USERNAMES.values()
        if (appointment := held.get(username)) and appointment.user.check_password(password)
    ]
    if not rows:
        return []
    head = ("Vai trò", "Tên đăng nhập", "Mật khẩu", "Xem được")
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(3)]
    lines = ["  ".join([*(f"{text:<{width}}" for text, width in zip(row, widths, strict=False)), row[3]])
             for row in (head, *rows)]  # fmt: skip
    return ["Tài khoản dùng thử của dữ liệu mẫu:", "", *lines]


def _sight(appointment: Appointment) -> str:
    """What the holder of *appointment* finds in the program."""
    reaches = set(GRANTS[appointment.role].values())
    if not reaches:
        return "các trang chung; không xem dữ liệu đảng viên"
    if Reach.CLASS in reaches:
        return f"các lớp của {appointment.association}; không xem hồ sơ"
    unit = appointment.organization or (appointment.association and appointment.association.organization)
    if unit is None:
        return "nhật ký đăng nhập; không xem dữ liệu đảng viên"
    place = unit.name
    if Reach.OWN in reaches:
        return f"{place}, {unit.parent.name}" if unit.parent else place
    until = appointment.valid_until
    return f"{place} và cấp dưới" + (f", chỉ xem, đến {format_date(until - timedelta(days=1))}" if until else "")
