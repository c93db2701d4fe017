"""What the pages of an import show, from its own row and from the files of its latest check."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField
from django.urls import NoReverseMatch, reverse

from cells.models import WorkbookImport
from cells.workbook.fault_table import FaultTable, fault_table, letters
from cells.workbook.importing import Sheet, registered_sheets
from cells.workbook.lists import columns_of
from cells.workbook.plan import Change, Line, Outcome
from cells.workbook.preview import ERROR, lines_file
from cells.workbook.reading import NOTE_HEADER, Column
from core.records import Records

OPEN_GROUPS = 4
"""Of so many kinds of faults (of each level) the first cells are shown at once."""
FEW = 2
"""So many cells of each."""
MAX_GROUPS = 30
"""So many kinds are listed; who has more looks into the marked file."""
NAMED = 6
"""So many columns are named where there is little room."""
OUTCOMES = {Outcome.CREATED: ("tao-moi", "tạo mới"), Outcome.UPDATED: ("sua", "sửa")}
"""How each kind of list is called in the address, and in words."""


@dataclass(frozen=True)
class SheetResult:
    """What becomes (or became) of the rows of one of our sheets."""

    name: str
    about: str
    created: int
    updated: int
    unchanged: int


def results(row: WorkbookImport) -> list[SheetResult]:
    """Of every sheet of which there were rows."""
    abouts = {sheet.name: sheet.about for sheet in registered_sheets()}
    told = [SheetResult(name, abouts.get(name, ""), **counts) for name, counts in row.counts.items()]
    return [result for result in told if result.created or result.updated or result.unchanged]


# --- Rows that would create or change something ----------------------------------------------------------------------


@dataclass(frozen=True)
class Listing:
    """Rows of one of our sheets with one outcome."""

    sheet: type[Sheet]
    outcome: Outcome
    records: Records
    all: list["OfferedList"]
    """Every list there is, this one included."""

    @property
    def words(self) -> str:
        return OUTCOMES[self.outcome][1]

    @property
    def shows_changes(self) -> bool:
        """A new version of an organisation is a new row, and still changes something."""
        return self.outcome is Outcome.UPDATED or self.sheet.name == "TO_CHUC"


@dataclass(frozen=True)
class OfferedList:
    sheet: str
    kind: str
    """As the address calls it."""
    words: str
    count: int
    is_this: bool


def listing(row: WorkbookImport, sheet: str, kind: str) -> Listing | None:
    """The list asked for; without a word about it, the first there is. None where there is no such list."""
    there = [
        (name, outcome, counts.get(outcome, 0))
        for name, counts in row.counts.items()
        for outcome in OUTCOMES
        if counts.get(outcome, 0)
    ]
    wanted = next(
        (
            (name, outcome)
            for name, outcome, _ in there
            if (name, OUTCOMES[outcome][0]) == (sheet, kind) or not (sheet or kind)
        ),
        None,
    )
    found = next((each for each in registered_sheets() if wanted and each.name == wanted[0]), None)
    if wanted is None or found is None:
        return None
    offered = [
        OfferedList(name, *OUTCOMES[outcome], count, (name, outcome) == wanted) for name, outcome, count in there
    ]
    return Listing(found, wanted[1], Records(lines_file(row.preview_folder, *wanted)), offered)


@dataclass(frozen=True)
class ListedLine:
    line: Line
    url: str
    """The page of what the row is about, where there is one that the person may see."""


def lines(listing: Listing, records: Iterable[Any], user: Any) -> list[ListedLine]:
    """The rows of one page, each with the page of the organisation or member it is about."""
    rows = [Line(*record[:-1], tuple(Change(*change) for change in record[-1])) for record in records]
    model = listing.sheet.subject
    stored = model.objects.visible_to(user).filter(code__in={line.code for line in rows})
    keys = dict(stored.values_list("code", "public_id"))
    return [ListedLine(line, _url(listing.sheet.page, keys.get(line.code))) for line in rows]


def _url(page: str, public_id: Any) -> str:
    if public_id is None:
        return ""
    try:
        return reverse(page, args=[public_id])
    except NoReverseMatch:  # a page that is not built yet
        return ""


# --- Faults -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownGroup:
    """One kind of fault, with its first cells where there is room for them."""

    number: int
    group: Mapping[str, Any]
    table: FaultTable | None = None

    @property
    def rest(self) -> int:
        return self.group["count"] - (self.table.shown if self.table else 0)


@dataclass(frozen=True)
class ShownFaults:
    errors: list[ShownGroup] = field(default_factory=list)
    warnings: list[ShownGroup] = field(default_factory=list)
    hidden_kinds: int = 0


def first_faults(row: WorkbookImport) -> ShownFaults:
    """Kinds of faults, and of the first kinds the first cells."""
    found: dict[bool, list[ShownGroup]] = {True: [], False: []}
    hidden = 0
    for number, each in enumerate(row.found.get("groups", [])):
        shown = found[each["level"] == ERROR]
        if len(shown) == MAX_GROUPS:
            hidden += 1
            continue
        table = fault_table_of(row, each, 0, FEW) if len(shown) < OPEN_GROUPS else None
        shown.append(ShownGroup(number, each, table))
    return ShownFaults(found[True], found[False], hidden)


def group(row: WorkbookImport, number: str) -> Mapping[str, Any] | None:
    """The kind of fault with that number."""
    groups = row.found.get("groups", [])
    return groups[int(number)] if number.isdecimal() and int(number) < len(groups) else None


def fault_table_of(row: WorkbookImport, group: Mapping[str, Any], first: int, count: int) -> FaultTable:
    sheets = row.found["sheets"]
    sheet = sheets[group["number"]] if group["number"] is not None else None
    return fault_table(row.preview_folder, sheet, group, max(0, first), count)


# --- How the file was read ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadColumn:
    """A column of the file: where it stands, and what it is read as (empty: not at all)."""

    letters: str
    header: str
    read_as: str
    field: BoundField | None = None


@dataclass
class Reading:
    """How one sheet of the file was read."""

    name: str
    target: str
    is_guide: bool
    known: str = ""
    head: int = 1
    rows: int = 0
    columns: list[ReadColumn] = field(default_factory=list)
    missing: list[Column] = field(default_factory=list)
    field: BoundField | None = None

    @property
    def read(self) -> list[ReadColumn]:
        return [column for column in self.columns if column.read_as]

    @property
    def ignored(self) -> list[ReadColumn]:
        return [column for column in self.columns if not column.read_as]

    @property
    def more_ignored(self) -> int:
        """So many ignored columns are not named where there is little room."""
        return max(0, len(self.ignored) - NAMED)


def readings(row: WorkbookImport, form: Any = None) -> list[Reading]:
    """How every sheet was read; with the fields of *form*, where it is to be corrected."""
    return [_reading(number, sheet, form) for number, sheet in enumerate(row.found.get("sheets", []))]


def _reading(number: int, sheet: Mapping[str, Any], form: Any) -> Reading:
    told = Reading(sheet["name"], sheet["target"], sheet["is_guide"])
    if form is not None and not told.is_guide:
        told.field = form.sheet_field(number)
    if not told.target:
        return told
    told.known, told.head, told.rows = sheet["known"], sheet["head"], sheet["rows"]
    known = {column.key: column for column in columns_of(sheet["target"], sheet["known"])}
    read_as = {place: known[key].header for key, place in sheet["columns"].items()}
    told.columns = [
        ReadColumn(
            letters(place), header, read_as.get(place, ""),
            form.column_field(number, place) if form is not None else None,
        )
        for place, header in enumerate(sheet["headers"])
        if header and header != NOTE_HEADER
    ]  # fmt: skip
    told.missing = [known[key] for key in sheet["missing"]]
    return told
