"""Puts the demo into an empty database, through the same door as a committee's own workbook."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from random import Random

from django.db import transaction

from cells.kinds import OrganizationKind
from cells.models import Installation, Member, MemberState, Organization
from cells.profiles import ProfileName
from cells.roles import Role
from cells.services.states import record_states
from cells.workbook.importing import ImportResult, import_sheets
from cells.workbook.reading import RawSheet
from core import audit
from core.bulk import refresh_statistics, without_collector
from core.models import AuditEvent, User
from reports.demo import commune, district
from reports.demo.accounts import Post, centre_of, hashed_passwords, posts, write_associations, write_users
from reports.demo.case_loading import write_cases
from reports.demo.case_rows import Folder
from reports.demo.cases import people_on_their_way
from reports.demo.classes import write_classes
from reports.demo.directory import write_directory
from reports.demo.movements import Chronicle
from reports.demo.names import PROVINCE
from reports.demo.sheets import sheet_of_units, sheets_of
from reports.demo.states import PersonState, member_states
from reports.demo.tree import Extent, Sector, Stage, Tree, Unit, organization_code
from reports.services.figures import refresh_figures

SCALES = (1, 10, 100)
TITLE = "Dữ liệu mẫu"
STEPS = 100
"""Of the progress bar: a tenth to make each committee up, most of the rest to bring it in."""
MADE, BROUGHT_IN = 10, 80
IMPORT = 0.7
"""Share of a committee's loading until its files begin."""

Progress = Callable[[int, int, str], None]


class DemoRefusedError(Exception):
    """The demo can't be loaded here; the text says why and what to do."""


@dataclass
class Committee:
    """One committee ready to be brought in."""

    chronicle: Chronicle
    sheets: dict[str, RawSheet]
    states: list[PersonState] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    """Files of people on their way; made apart, for one cell of all is that of a secretary who logs in."""

    @property
    def tree(self) -> Tree:
        return self.chronicle.tree

    def add_people(self, profile: str, seed: int, today: date, extent: Extent | None = None, shown: str = "") -> None:
        """Make up the people on their way, those of the cell *shown* such that there is one of each."""
        people = (extent or standard_extent(profile)).people
        self.folders = people_on_their_way(
            self.chronicle, self.states, profile=profile, seed=seed, today=today, people=people, shown=shown
        )


def standard_extent(profile: str) -> Extent:
    return commune.STANDARD if profile == ProfileName.COMMUNE else district.STANDARD


def make_committee(
    profile: str, number: int, seed: int, today: date, extent: Extent | None = None, parent: str | None = None
) -> Committee:
    """The committee *number*: the same arguments give the same committee."""
    rng = Random(f"{profile}:{seed}:{number}")
    extent = extent or standard_extent(profile)
    make_tree = commune.commune_tree if profile == ProfileName.COMMUNE else district.district_tree
    tree = make_tree(rng, number, today, extent, parent)
    chronicle = Chronicle(rng, tree, today)
    chronicle.run()
    sheets = sheets_of(rng, chronicle)
    return Committee(chronicle, sheets, list(member_states(rng, tree, chronicle.people.everybody, today)))


def load_demo(
    *,
    profile: str = ProfileName.DISTRICT,
    scale: int = 1,
    seed: int = 1,
    today: date,
    extent: Extent | None = None,
    progress: Progress = lambda done, total, step: None,
) -> list[ImportResult]:
    """Fill the empty database with the demo. Raises DemoRefusedError when it is not empty.

    Each committee is written in one short transaction, then its files in several still shorter ones; users come with
    the last committee, so that a database that has them lacks nothing but some of its files where loading was broken
    off. More than one committee (*scale*) stand under an invented province.
    """
    if profile == ProfileName.COMMUNE and today < commune.FOUNDED:
        raise DemoRefusedError("Mô hình hai cấp chỉ có từ 01/7/2025. Hãy chọn --today từ ngày đó trở đi.")
    _refuse_other_data()
    hashes = hashed_passwords()
    results = []
    top = organization_code(0) if scale > 1 else None
    wanted: list[Post] = []

    def report(number: int, part: float, step: str) -> None:
        share = (number - 1 + part) / scale
        progress(MADE + round(share * BROUGHT_IN), STEPS, step if scale == 1 else f"{step} ({number}/{scale})")

    with audit.acting(origin="demo"):
        for number in range(1, scale + 1):
            report(number, 0, "Tạo tổ chức và đảng viên")
            committee = make_committee(profile, number, seed, today, extent, top)
            if number == 1:
                wanted = posts(committee.chronicle, today, top or committee.tree.top)
                if top:
                    committee.sheets["TO_CHUC"].grid[1:1] = sheet_of_units([_province(top)])["TO_CHUC"].grid[1:]
            with without_collector():  # what is made up of a committee is all still wanted
                committee.add_people(profile, seed, today, extent, shown=_shown(wanted) if number == 1 else "")
                results.append(
                    _bring_in(
                        committee, profile, today, is_first=number == 1,
                        wanted=wanted if number == scale else [], hashes=hashes,
                        progress=lambda done, total, step, number=number: report(number, IMPORT * done / total, step),
                    )
                )  # fmt: skip
                for share in write_cases(committee.folders, committee.tree, today):
                    report(number, IMPORT + (1 - IMPORT) * share, "Ghi hồ sơ")
            with transaction.atomic():
                write_classes(centre_of(committee.tree), today)
                write_directory(committee.tree.top)
        refresh_statistics()
        refresh_figures(
            today,
            lambda done, total, step: progress(MADE + BROUGHT_IN + done * MADE // total, STEPS, "Tính số liệu các năm"),
        )
    progress(STEPS, STEPS, "Xong")
    return results


def _shown(wanted: list[Post]) -> str:
    """The cell whose secretary logs in."""
    return next(post.place for post in wanted if post.role == Role.CELL_SECRETARY)


def _refuse_other_data() -> None:
    if User.objects.exists() or Organization.objects.exists() or Member.objects.exists():
        raise DemoRefusedError(
            "Cơ sở dữ liệu đã có dữ liệu nên không nạp dữ liệu mẫu, để không lẫn với dữ liệu thật. Hãy dùng cơ sở "
            "dữ liệu trống (đặt DATA_DIR hoặc DATABASE_URL khác)."
        )


def _province(code: str) -> Unit:
    stage = Stage(None, f"Đảng bộ tỉnh {PROVINCE}", OrganizationKind.UPPER_COMMITTEE, None)
    return Unit(code, Sector.AREA, [stage], stands_above=True)


def _bring_in(
    committee: Committee, profile: str, today: date, *, is_first: bool, wanted: list[Post], hashes: dict[str, str],
    progress: Progress,
) -> ImportResult:  # fmt: skip
    """Import the sheets of *committee*; what no sheet holds goes into the same transaction."""

    @contextmanager
    def commit(result: ImportResult) -> Iterator[None]:
        with without_collector(), transaction.atomic():
            if is_first:  # once more, now that nobody else can write
                _refuse_other_data()
                _write_installation(profile)
            yield
            write_associations(committee.tree, today)
            _write_states(committee.states)
            write_users(wanted, hashes, committee.chronicle.first_day, today)

    result = import_sheets(committee.sheets, today=today, title=TITLE, commit=commit, progress=progress)
    if result.errors:
        listed = "\n".join(str(issue) for issue in result.errors[:10])
        raise AssertionError(f"the demo contradicts the rules of the import:\n{listed}")
    return result


def _write_installation(profile: str) -> None:
    installation, _ = Installation.objects.update_or_create(defaults={"profile": profile})
    audit.record(AuditEvent.Action.CREATE, installation, changes={"profile": profile})


def _write_states(states: list[PersonState]) -> None:
    members = Member.objects.select_related("organization").in_bulk([s.member for s in states], field_name="code")
    record_states(
        [
            MemberState(
                member=members[state.member], kind=state.kind, valid_from=state.valid_from,
                valid_until=state.valid_until,
            )
            for state in states
        ]
    )  # fmt: skip
