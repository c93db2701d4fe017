"""One import of a workbook: read, check everything, then write all of it or nothing.

Checking happens outside any transaction and may take its time; writing is one short transaction that is
given up when facts have changed since the check.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from cells.models import FactsVersion, Member, Organization
from cells.queries.organizations import closing_days, load_placements
from cells.roles import Action
from cells.signals import facts_changed
from cells.tree import Placement
from cells.workbook.book import Choices, open_book
from cells.workbook.plan import Changes, Counts, Line, Outcome
from cells.workbook.reading import Column, Issue, RawSheet, Row, typed_rows
from cells.workbook.values import read_code, read_text
from core import audit
from core.bulk import rows_by_key
from core.models import AuditEvent
from core.workdays import WorkingCalendar
from core.xlsx_safety import UnreadableWorkbookError

if TYPE_CHECKING:
    from cells.workbook.example import ExampleUnits
    from cells.workbook.undo.base import TakingBack

MAX_ISSUES = 1_000
"""More are counted, not listed."""
MAX_TRIES = 3

Progress = Callable[[int, int, str], None]


@dataclass
class UnknownUnit:
    """A name in so many rows, and the organisations that come near it."""

    near: list[str]
    rows: int = 0


@dataclass
class ImportResult:
    """What an import found and did."""

    saved: bool = False
    gave_up: bool = False
    """Nothing is wrong with the file, but others kept changing facts while it was to be written."""
    counts: dict[str, Counts] = field(default_factory=dict)
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    lines: list[Line] | None = None
    """What becomes of each row that changes something, where that was asked for."""
    unknown_units: dict[str, "UnknownUnit"] = field(default_factory=dict)
    """Names of organisations in somebody else's list that fit none, or several."""
    facts_version: int = 0
    """The facts as they were when everything was checked."""
    batch: UUID | None = None
    """What all that was written carries."""
    former: dict[str, Any] = field(default_factory=dict)
    """By sheet: what it takes to take back what was written (see :mod:`cells.workbook.undo`)."""

    def as_json(self) -> dict[str, Any]:
        return {
            "saved": self.saved,
            "counts": {name: counts.as_json() for name, counts in self.counts.items()},
            "errors": [issue.as_json() for issue in _listed(self.errors)],
            "warnings": [issue.as_json() for issue in _listed(self.warnings)],
        }


def in_order(issues: Iterable[Issue]) -> list[Issue]:
    """Each of *issues* once, by sheet, row and column."""
    return sorted(set(issues), key=lambda issue: (issue.sheet, issue.row or 0, issue.column, issue.message))


def _listed(issues: list[Issue]) -> list[Issue]:
    ordered = in_order(issues)
    if len(ordered) <= MAX_ISSUES:
        return ordered
    rest = Issue(
        "", None, "", f"Còn {len(ordered) - MAX_ISSUES} chỗ nữa chưa liệt kê. Hãy sửa các chỗ trên rồi thử lại."
    )
    return [*ordered[:MAX_ISSUES], rest]


class Sheet(ABC):
    """One sheet of the workbook, for one import or one export."""

    name: ClassVar[str]
    about: ClassVar[str]
    """What it holds, for the reader of the upload page."""
    columns: ClassVar[tuple[Column, ...]]
    models: ClassVar[tuple[type[Model], ...]] = ()
    """Where its texts are stored, under the keys of their columns: these say how long a text may be."""
    units: ClassVar[tuple[str, ...]] = ("organization",)
    """The keys under which rows name organisations."""
    do_not_call_in_templates: ClassVar[bool] = True
    """Pages list the sheets themselves."""
    subject: ClassVar[type[Model]] = Organization
    """What the rows are about, known by its code."""
    page: ClassVar[str] = "cells:organization-detail"
    """The page of one of those."""
    place: ClassVar[int] = 0
    """Where it stands in the book: behind all of a lower number."""
    taking_back: ClassVar["type[TakingBack] | None"] = None
    """What takes back what this sheet wrote; None where another sheet does it along with its own."""

    def __init__(self, work: "Importing") -> None:
        self.work = work
        self.counts = work.result.counts.setdefault(self.name, Counts())

    @abstractmethod
    def check(self, rows: list[Row]) -> None:
        """Find every fault of *rows* and plan what to write. Called for absent sheets too, with no rows."""

    @abstractmethod
    def write(self) -> date | None:
        """Write what was planned; the first day whose figures may differ. Runs inside the transaction."""

    def announce(self) -> None:  # noqa: B027 - most sheets have nothing to tell
        """Tell listeners what else follows from what was written. Called when every sheet has written."""

    def former(self) -> Any:
        """Plain JSON values that `taking_back` will need beside the facts of the batch. Called after `write`."""
        return None

    @classmethod
    def example(cls, units: "ExampleUnits") -> Iterable[Mapping[str, Any]]:
        """Rows of the example workbook, by the keys of the columns."""
        return ()

    @classmethod
    @abstractmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        """The rows this sheet has for *scope* (see :mod:`cells.workbook.exporting`), in the order of `columns`."""

    def error(self, row: Row, key: str, message: str, kind: str = "") -> None:
        """Report a fault in the column *key* of *row*; later checks leave that cell alone."""
        row.faulty.add(key)
        self.work.result.errors.append(Issue(row.sheet, row.number, self.title(row, key), message, kind))

    def warn(self, row: Row, key: str, message: str, kind: str = "") -> None:
        self.work.result.warnings.append(Issue(row.sheet, row.number, self.title(row, key), message, kind))

    def title(self, row: Row, key: str) -> str:
        """The header of the column *key* as it stands in the file; ours, where the column is not there."""
        return row.titles.get(key) or self.header(key)

    def tell(
        self, row: Row, outcome: Outcome, code: str = "", label: Callable[[], str] = str,
        changes: Callable[[], Changes] = tuple,
    ) -> None:  # fmt: skip
        """Count what becomes of *row*, and where a list was asked for, put it there: *label* names what it is about."""
        self.counts.add(outcome)
        lines = self.work.result.lines
        if lines is not None and outcome is not Outcome.UNCHANGED:
            lines.append(Line(self.name, row.sheet, row.number, outcome, code, label(), tuple(changes())))

    @classmethod
    def header(cls, key: str) -> str:
        return next(column.header for column in cls.columns if column.key == key)

    def organization(self, row: Row, key: str = "organization", *, anywhere: bool = False) -> Organization | None:
        """The organisation a row names, stored or in this file; one unknown or out of reach is reported.

        With *anywhere* it may lie out of reach: somebody else's unit may be named, not changed.
        """
        code = row[key]
        if code is None:
            return None
        known = self.work.organizations.get(code)
        if known is None or (known.was_unfounded and code not in self.work.named_codes):
            if code not in self.work.named_codes:
                self.error(
                    row, key, f"Không có tổ chức mã {code}. Hãy sửa mã, hoặc thêm tổ chức này vào sheet TO_CHUC."
                )
            return None
        if not anywhere and not self.work.may_touch(known):
            self.error(row, key, f"Tổ chức {code} nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp.")
            return None
        return known

    def once(self, rows: Iterable[Row], *keys: str) -> list[Row]:
        """*rows* that have all of *keys*; a second row with the same values is reported as a duplicate."""
        first: dict[tuple, Row] = {}
        for row in rows:
            if any(not row.states(key) for key in keys):
                continue
            natural_key = tuple(row[key] for key in keys)
            earlier = first.setdefault(natural_key, row)
            if earlier is not row:
                self.error(row, keys[0], f"Trùng với dòng {earlier.number}. Hãy giữ lại một dòng.")
        return list(first.values())


_sheets: list[type[Sheet]] = []


def register_sheet(sheet: type[Sheet]) -> type[Sheet]:
    """Make *sheet* part of the workbook; sheets are checked and written by place, then as registered."""
    sheet.columns = tuple(replace(column, longest=_longest(sheet, column)) for column in sheet.columns)
    _sheets.append(sheet)
    _sheets.sort(key=lambda each: each.place)
    return sheet


def _longest(sheet: type[Sheet], column: Column) -> int:
    """How long a text in *column* may be: as long as the field of the database it is stored in or compared with."""
    if column.read is read_code:
        return min(model._meta.get_field("code").max_length for model in (Organization, Member))
    if column.read is not read_text:
        return 0
    fields = (field for model in sheet.models for field in model._meta.get_fields() if field.name == column.key)
    return next(fields).max_length


def registered_sheets() -> list[type[Sheet]]:
    return list(_sheets)


MayTouch = Callable[..., bool]
"""Called with an organisation and an action (by default IMPORT): whether the one who imports may do that there."""


def anywhere(organization: Organization, action: str = Action.IMPORT) -> bool:
    """The reach of a command: the whole tree."""
    return True


class Importing:
    """The work of one import, shared by its sheets."""

    def __init__(
        self, today: date, may_touch: MayTouch = anywhere, *, keeps_lines: bool = False,
        choices: Choices | None = None,
    ) -> None:  # fmt: skip
        self.today = today
        self.reach = may_touch
        self.choices = choices or Choices()
        self.result = ImportResult(facts_version=FactsVersion.current(), lines=[] if keeps_lines else None)
        self.calendar = WorkingCalendar.load()
        self.organizations: dict[str, Organization] = {}
        """By code, those that rows of the file name: stored, or about to be."""
        self.placements: dict[str, list[Placement]] = load_placements()
        self.closing_days: dict[str, date] = closing_days()
        self.named_codes: set[str] = set()
        """Codes in TO_CHUC of this file, those of faulty rows included: no second complaint about them."""
        self.sheets = [sheet(self) for sheet in _sheets]

    def may_touch(self, organization: Organization, action: str = Action.IMPORT) -> bool:
        """Whether the one who imports may do *action* with things of *organization*.

        A new one belongs to whoever may import into the first stored above it.
        """
        seen = set()
        while organization.pk is None or organization.was_unfounded:
            places = self.placements.get(organization.code)
            if organization.code in seen or not places or places[-1].parent is None:
                return self.reach is anywhere
            seen.add(organization.code)
            organization = self.organizations[places[-1].parent]
        return self.reach(organization, Action.IMPORT if seen else action)

    def check(self, raws: Mapping[str, RawSheet], progress: "Progress") -> None:
        """Read and check every sheet; what is found stands in the result."""
        steps = len(self.sheets) + 1
        progress(0, steps, "Đọc các sheet")
        rows = [self._rows(sheet, raws[sheet.name]) if sheet.name in raws else [] for sheet in self.sheets]
        self._load_organizations(rows)
        for position, (sheet, its_rows) in enumerate(zip(self.sheets, rows, strict=True), start=1):
            progress(position, steps, f"Kiểm tra sheet {sheet.name}")
            sheet.check(its_rows)

    def _rows(self, sheet: Sheet, raw: RawSheet) -> list[Row]:
        known = raw.layout.known
        columns = known.columns if known else sheet.columns
        rows = list(typed_rows(raw, columns, self.result.errors, self.result.warnings))
        return known.settle(rows, sheet) if known else rows

    def _load_organizations(self, rows: Sequence[Sequence[Row]]) -> None:
        """Those that *rows* (by sheet) name: of the many thousands of a province, a committee's file has few."""
        named = {
            row[key]
            for sheet, its_rows in zip(self.sheets, rows, strict=True)
            for row in its_rows
            for key in sheet.units
            if row.states(key)
        }
        self.organizations |= {unit.code: unit for unit in rows_by_key(Organization.objects.all(), "code", named)}

    def write(self) -> date | None:
        """Write every sheet's plan; returns the first day whose figures may differ."""
        days = [sheet.write() for sheet in self.sheets]
        for sheet in self.sheets:
            sheet.announce()
        self.result.former = {sheet.name: former for sheet in self.sheets if (former := sheet.former()) is not None}
        return min((day for day in days if day), default=None)


class FactsMovedError(Exception):
    """Somebody changed facts between the check and the write."""


def run_import(
    path: Path,
    *,
    today: date,
    dry_run: bool = False,
    may_touch: MayTouch = anywhere,
    commit: Callable[[ImportResult], AbstractContextManager] | None = None,
    progress: Progress = lambda done, total, step: None,
    title: str = "",
) -> ImportResult:
    """Import *path*, all or nothing. Faults are in the result, never raised.

    *commit* opens the transaction of the one who calls (a job checks its token there); by default a plain
    one. When facts change while the file is being checked, it is checked again.
    """
    try:
        book = open_book(path, _sheets)
    except UnreadableWorkbookError as refusal:
        return unreadable(refusal)
    return import_sheets(
        book.found, today=today, dry_run=dry_run, may_touch=may_touch, commit=commit, progress=progress,
        title=title or path.name, errors=book.errors, warnings=book.warnings,
    )  # fmt: skip


def unreadable(refusal: UnreadableWorkbookError) -> ImportResult:
    """The result of a file that cannot be opened."""
    return ImportResult(counts={sheet.name: Counts() for sheet in _sheets}, errors=[Issue("", None, "", str(refusal))])


def import_sheets(
    raws: Mapping[str, RawSheet],
    *,
    today: date,
    title: str,
    dry_run: bool = False,
    may_touch: MayTouch = anywhere,
    commit: Callable[[ImportResult], AbstractContextManager] | None = None,
    confirm: Callable[[ImportResult], bool] = lambda result: True,
    progress: Progress = lambda done, total, step: None,
    errors: Sequence[Issue] = (),
    warnings: Sequence[Issue] = (),
    keeps_lines: bool = False,
    choices: Choices | None = None,
) -> ImportResult:
    """Import sheets already read, with the faults met in reading them (see :func:`run_import`).

    *confirm* is asked, each time everything has been checked, whether to write what has been found.
    """
    for attempt in range(1, MAX_TRIES + 1):
        work = Importing(today, may_touch, keeps_lines=keeps_lines, choices=choices)
        work.result.errors += errors
        work.result.warnings += warnings
        work.check(raws, progress)
        if work.result.errors or dry_run or not confirm(work.result):
            return work.result
        progress(len(work.sheets), len(work.sheets) + 1, "Ghi vào cơ sở dữ liệu")
        try:
            _write(work, title, commit)
        except FactsMovedError:
            if attempt < MAX_TRIES:
                continue
            work.result.gave_up = True
            work.result.errors.append(
                Issue("", None, "", "Dữ liệu đang được nhiều người sửa cùng lúc. Hãy nhập lại sau ít phút.")
            )
        return work.result
    raise AssertionError("unreachable: the last attempt returns")


def _write(work: Importing, title: str, commit: Callable[[ImportResult], AbstractContextManager] | None) -> None:
    work.result.saved = True
    try:
        with audit.one_change() as batch, commit(work.result) if commit else transaction.atomic():
            work.result.batch = batch
            if not FactsVersion.advance(expected=work.result.facts_version):
                raise FactsMovedError
            since = work.write()
            audit.record(
                AuditEvent.Action.IMPORT,
                label=title,
                changes={name: counts.as_json() for name, counts in work.result.counts.items()},
            )
            if since:
                facts_changed.send(sender=Importing, since=since)
    except BaseException:
        work.result.saved = False
        raise
