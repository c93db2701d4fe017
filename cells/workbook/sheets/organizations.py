"""Sheet TO_CHUC: organisations and their dated versions."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from cells.kinds import TRAITS, OrganizationKind
from cells.models import Organization, OrganizationVersion
from cells.services.tree_write import CONTENT, VersionChanges, write_versions
from cells.tree import placements
from cells.workbook.example import ExampleUnits
from cells.workbook.importing import Sheet, register_sheet
from cells.workbook.plan import Change, Outcome, changed
from cells.workbook.reading import Column, Row
from cells.workbook.sheets import example_rows
from cells.workbook.tree_faults import tell_tree_faults
from cells.workbook.undo.organizations import OrganizationsBack, last_version
from cells.workbook.values import read_choice, read_code, read_date, read_text, read_yes_no, yes_no
from core.bulk import rows_by_key
from core.dates import BEGINNING, day_after, day_before, format_date

KINDS = {kind.label: kind for kind in OrganizationKind} | {
    "cấp ủy trên cơ sở": OrganizationKind.UPPER_COMMITTEE,
    "chi bộ trực thuộc": OrganizationKind.CELL,
    "đảng bộ trực thuộc cơ sở": OrganizationKind.SUB_COMMITTEE,
}
"""What the column Loại takes; the first five are what an export writes."""


@register_sheet
class OrganizationSheet(Sheet):
    name = "TO_CHUC"
    models = (OrganizationVersion,)
    units = ("code", "parent", "successor")
    about = "Tổ chức đảng, cấp trên, thời gian hoạt động"
    columns = (
        Column("Mã", "code", read_code, required=True, is_key=True, longest=40, about="Mã của tổ chức, không trùng."),
        Column(
            "Tên", "name", read_text, longest=255, about="Tên đầy đủ.",
            absent="Giữ nguyên tên đã có; tổ chức mới tạm lấy mã làm tên.",
        ),
        Column(
            "Mã cấp trên", "parent", read_code, longest=40,
            about="Mã của tổ chức cấp trên trực tiếp; để trống nếu là cấp cao nhất.",
            absent="Giữ nguyên cấp trên đã có; tổ chức mới thành cấp cao nhất.",
        ),
        Column("Loại", "kind", read_choice(KINDS), about="Loại hình tổ chức đảng.",
               absent="Giữ nguyên loại đã có; với tổ chức mới máy đoán theo cấp trên, cấp dưới."),
        Column("Lĩnh vực", "sector", read_text, longest=100, about="Nông thôn, cơ quan, trường học…, để thống kê."),
        Column("Địa bàn dân cư", "is_residential", read_yes_no, about="Chi bộ thôn, tổ dân phố thì ghi có."),
        Column("Vùng dân tộc thiểu số", "is_ethnic_minority_area", read_yes_no, about="Ở vùng dân tộc thiểu số."),
        Column("Vùng có đạo", "is_religious_area", read_yes_no, about="Ở vùng có đồng bào theo đạo."),
        Column(
            "Còn nguồn", "has_sources", read_yes_no,
            about="Còn người để phát triển đảng; ghi không thì chi bộ không bị nhắc khi chưa kết nạp.",
        ),
        Column(
            "Từ ngày", "valid_from", read_date,
            about="Ngày đầu của giai đoạn. Tổ chức đổi tên hay đổi cấp trên có nhiều dòng, mỗi giai đoạn một dòng.",
        ),
        Column("Đến ngày", "last_day", read_date, about="Ngày cuối cùng hoạt động, nếu đã sáp nhập hoặc giải thể."),
        Column("Tổ chức kế thừa", "successor", read_code, longest=40, about="Mã tổ chức nhận sáp nhập."),
    )  # fmt: skip
    taking_back = OrganizationsBack

    def check(self, rows: list[Row]) -> None:
        self.changes = VersionChanges()
        by_code: dict[str, list[Row]] = {}
        for row in rows:
            if row.states("code"):
                by_code.setdefault(row["code"], []).append(row)
        self.work.named_codes |= by_code.keys()
        self.parents_in_file = {row["parent"] for row in rows if row.states("parent")}
        self.stored: dict[str, list[OrganizationVersion]] = {}
        versions = OrganizationVersion.objects.in_force().select_related("organization", "parent")
        for version in rows_by_key(versions.order_by("valid_from"), "organization__code", by_code):
            self.stored.setdefault(version.organization.code, []).append(version)
        for code in by_code:
            if code not in self.work.organizations:
                self.work.organizations[code] = Organization(code=code)
                self.changes.created.append(self.work.organizations[code])
        self.row_of: dict[str, Row] = {}
        self.closing_rows: dict[str, Row] = {}
        """By the code of each organisation that this file closes: the row that says so."""
        self.said: dict[tuple[str, date], tuple[Row, str]] = {}
        """By organisation and first day: the row and column that say under what it stands from then on."""
        for code, its_rows in by_code.items():
            self.row_of[code] = its_rows[0]
            self._plan(code, its_rows)
        self._refuse_out_of_reach(by_code)
        tell_tree_faults(self)

    def _refuse_out_of_reach(self, by_code: dict[str, list[Row]]) -> None:
        for code, rows in by_code.items():
            if not self.work.may_touch(self.work.organizations[code]):
                self.error(rows[0], "code", f"Tổ chức {code} nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp.")

    # --- one organisation ------------------------------------------------------------------------------------

    def _plan(self, code: str, rows: list[Row]) -> None:
        stored = self.stored.get(code, [])
        begins = self._begins(rows, stored)
        if begins is None:
            return
        known = {version.valid_from: version for version in stored}
        planned: dict[date, OrganizationVersion] = dict(known)
        until_then: dict[date, OrganizationVersion | None] = {}
        for begin, row in sorted(begins.items()):
            earlier = [planned[day] for day in sorted(planned) if day < begin and not planned[day].is_closed]
            version = self._version(row, begin, known.get(begin), earlier[-1] if earlier else None)
            self._keep_or_write(row, planned, known, version)
            self.said[code, begin] = (row, "parent")
            until_then[begin] = known.get(begin) or (earlier[-1] if earlier else None)
        for begin, row in sorted(begins.items()):
            closing = self._close(row, begin, planned, known)
            self._say(row, known.get(begin), planned[begin], until_then[begin], closing)
        ordered = [planned[day] for day in sorted(planned)]
        self._refuse_reopening(ordered, begins)
        self.work.placements[code] = placements((v.valid_from, v.parent.code if v.parent else None) for v in ordered)
        closed = [v.valid_from for v in ordered if v.is_closed]
        if closed:
            self.work.closing_days[code] = closed[0]

    def _begins(self, rows: list[Row], stored: list[OrganizationVersion]) -> dict[date, Row] | None:
        """The day each row's version begins; None when two rows mean the same day."""
        begins: dict[date, Row] = {}
        sound = True
        for row in rows:
            if "valid_from" in row.faulty:
                sound = False
                continue
            begin = row["valid_from"] or BEGINNING
            if not row.states("valid_from") and len(rows) == 1 and stored:
                # One undated row speaks of the organisation as it is: of its latest version.
                begin = [v for v in stored if not v.is_closed][-1].valid_from
            earlier = begins.setdefault(begin, row)
            if earlier is not row:
                sound = False
                since = f" và Từ ngày {format_date(begin)}" if row.states("valid_from") else ", đều không ghi Từ ngày"
                self.error(
                    row, "code", f"Trùng mã {row['code']}{since} với dòng {earlier.number}. Hãy giữ lại một dòng, "
                    "hoặc ghi Từ ngày khác nhau nếu là hai giai đoạn.",
                )  # fmt: skip
        return begins if sound else None

    def _version(
        self, row: Row, begin: date, known: OrganizationVersion | None, earlier: OrganizationVersion | None
    ) -> OrganizationVersion:
        """What the row says of the version that begins on *begin*.

        A version already stored keeps what the row leaves empty. A new one takes over from the one before
        it what the sheet has no column for.
        """
        base = known or earlier
        values: dict[str, Any] = {}
        for key in TRAITS:
            empty = "" if key == "sector" else None
            takes_over = base is not None and (known is not None or key not in row.present)
            values[key] = row[key] if row.states(key) else getattr(base, key) if takes_over else empty
        values["name"] = row["name"] or (base.name if base else "")
        if not values["name"]:
            values["name"] = row["code"]
            if "name" not in row.faulty:
                self.warn(row, "code", "Tổ chức chưa có Tên, tạm lấy mã làm tên. Hãy bổ sung cột Tên.")
        values["kind"] = row["kind"] or (base.kind if base else self._guessed_kind(row))
        return OrganizationVersion(
            organization=self.work.organizations[row["code"]],
            parent=self._parent(row, base),
            document=known.document if known else "",
            valid_from=begin,
            **values,
        )

    def _parent(self, row: Row, base: OrganizationVersion | None) -> Organization | None:
        if "parent" not in row.present:
            return base.parent if base else None
        if row["parent"] == row["code"]:
            self.error(row, "parent", "Tổ chức không thể là cấp trên của chính mình. Hãy sửa Mã cấp trên.")
            return None
        parent = self.organization(row, "parent", anywhere=True)
        stays = base is not None and base.parent_id is not None and parent == base.parent
        if parent is not None and parent.pk and not stays and not self.work.may_touch(parent):
            self.error(row, "parent", f"Tổ chức {parent.code} nằm ngoài phạm vi của bạn. Hãy chọn cấp trên khác.")
        return parent

    def _guessed_kind(self, row: Row) -> OrganizationKind:
        has_parent, has_children = row.states("parent"), row["code"] in self.parents_in_file
        kind = {
            (False, True): OrganizationKind.UPPER_COMMITTEE,
            (True, True): OrganizationKind.BASE_COMMITTEE,
            (False, False): OrganizationKind.BASE_CELL,
            (True, False): OrganizationKind.CELL,
        }[has_parent, has_children]
        if "kind" not in row.faulty:
            self.warn(row, "code", f"Tổ chức chưa có Loại, tạm ghi là “{kind.label}”. Hãy bổ sung cột Loại.")
        return kind

    def _keep_or_write(
        self, row: Row, planned: dict[date, OrganizationVersion], known: dict[date, OrganizationVersion],
        version: OrganizationVersion,
    ) -> None:  # fmt: skip
        """Put *version* in its place unless the stored one already says the same."""
        before = known.get(version.valid_from)
        if before is not None and _says(before) == _says(version):
            return
        version.corrects = before
        planned[version.valid_from] = version
        self.changes.new.append(version)

    def _say(
        self, row: Row, known: OrganizationVersion | None, planned: OrganizationVersion,
        before: OrganizationVersion | None, closing: list[Change],
    ) -> None:  # fmt: skip
        """Say what becomes of the row, whose version is *planned*; *before* is what the organisation was until then."""
        outcome = Outcome.UPDATED
        if known is None:
            outcome = Outcome.CREATED
        elif planned is known and not closing:
            outcome = Outcome.UNCHANGED
        since = "" if planned.valid_from == BEGINNING else f", từ ngày {format_date(planned.valid_from)}"
        self.tell(
            row, outcome, row["code"],
            lambda: f"{planned.name}{since}",
            lambda: [*self._differences(before, planned), *closing],
        )  # fmt: skip

    def _differences(self, before: OrganizationVersion | None, after: OrganizationVersion) -> list[Change]:
        if before is None:
            return []
        told = _in_words(before), _in_words(after)
        return changed({self.header(key): (told[0][key], told[1][key]) for key in told[0]})

    def _close(
        self, row: Row, begin: date, planned: dict[date, OrganizationVersion],
        known: dict[date, OrganizationVersion],
    ) -> list[Change]:  # fmt: skip
        """Check the row's last day; for the last version it closes the organisation. Returns what that changes."""
        last_day = row["last_day"]
        if last_day is None:
            if row.states("successor"):
                self.error(
                    row, "last_day", "Có Tổ chức kế thừa nhưng thiếu Đến ngày. Hãy ghi ngày cuối cùng hoạt động."
                )
            return []
        if last_day < begin:
            self.error(row, "last_day", f"Đến ngày trước Từ ngày {format_date(begin)}. Hãy sửa lại.")
            return []
        following = next((day for day in sorted(planned) if day > begin and not planned[day].is_closed), None)
        if following is not None:
            self._check_join(row, last_day, following)
            return []
        successor = self._successor(row)
        if "successor" in row.faulty:
            return []
        opened = planned[begin]
        closing = OrganizationVersion(
            organization=opened.organization, parent=successor or opened.parent, is_closed=True,
            has_successor=successor is not None, valid_from=day_after(last_day),
            **{name: getattr(opened, name) for name in ("name", "kind", *TRAITS)},
        )  # fmt: skip
        before = next((version for version in known.values() if version.is_closed), None)
        if before is not None and before.valid_from == closing.valid_from:
            closing.document = before.document
            if _says(before) == _says(closing):
                return []
        if before is not None:
            closing.corrects = before
            planned.pop(before.valid_from)
        planned[closing.valid_from] = closing
        self.changes.new.append(closing)
        self.closing_rows[row["code"]] = row
        self.said[row["code"], closing.valid_from] = (row, "successor" if successor else "parent")
        return changed(
            {
                self.header("last_day"): (_last_day(before), _last_day(closing)),
                self.header("successor"): (_successor_of(before), _successor_of(closing)),
            }
        )

    def _refuse_reopening(self, ordered: list[OrganizationVersion], begins: dict[date, Row]) -> None:
        closed_on = next((version.valid_from for version in ordered if version.is_closed), None)
        for begin, row in begins.items():
            if closed_on is not None and begin > closed_on:
                self.error(
                    row, "valid_from", f"Tổ chức đã thôi hoạt động từ ngày {format_date(closed_on)}. Hãy lập tổ chức "
                    "mới với mã khác.",
                )  # fmt: skip

    def _check_join(self, row: Row, last_day: date, following: date) -> None:
        if last_day not in (day_before(following), following):
            self.error(
                row, "last_day",
                f"Giai đoạn sau bắt đầu từ {format_date(following)} nên giai đoạn này phải đến hết ngày "
                f"{format_date(day_before(following))}. Hãy sửa Đến ngày hoặc để trống.",
            )  # fmt: skip
        if row.states("successor"):
            self.error(
                row, "successor", f"Tổ chức còn giai đoạn sau từ ngày {format_date(following)} nên chưa có tổ chức "
                "kế thừa. Hãy ghi ở dòng của giai đoạn cuối.",
            )  # fmt: skip

    def _successor(self, row: Row) -> Organization | None:
        if row["successor"] is not None and row["successor"] == row["code"]:
            self.error(row, "successor", "Tổ chức không thể kế thừa chính mình. Hãy sửa Tổ chức kế thừa.")
            return None
        return self.organization(row, "successor")

    def write(self) -> date | None:
        if not self.changes.new:
            return None
        write_versions(self.changes, today=self.work.today, announce=False)
        return min(version.valid_from for version in self.changes.new)

    def former(self) -> Any:
        return {"mark": last_version()}

    # --- export ------------------------------------------------------------------------------------------------

    @classmethod
    def example(cls, units: ExampleUnits) -> example_rows.Rows:
        return example_rows.organizations(units)

    @classmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        versions = OrganizationVersion.objects.in_force().filter(organization__in=scope.organizations)
        ordered = list(versions.select_related("organization", "parent").order_by("organization__code", "valid_from"))
        for version, following in pairwise([*ordered, None]):
            if version.is_closed:
                continue
            same = following is not None and following.organization_id == version.organization_id
            yield [
                version.organization.code,
                version.name,
                version.parent.code if version.parent else "",
                OrganizationKind(version.kind).label,
                version.sector,
                *(yes_no(getattr(version, trait)) for trait in TRAITS[1:]),
                None if version.valid_from == BEGINNING else version.valid_from,
                day_before(following.valid_from) if same else None,
                following.parent.code if same and following.has_successor else "",
            ]


def _says(version: OrganizationVersion) -> tuple:
    """Everything a version states, comparable also before its organisations are stored."""
    parent = version.parent.code if version.parent else None
    return (parent, *(getattr(version, name) for name in CONTENT if name != "parent_id"))


def _in_words(version: OrganizationVersion) -> dict[str, str]:
    """What a version states, by the key of the column, as an export writes it."""
    return {
        "name": version.name,
        "parent": version.parent.code if version.parent else "",
        "kind": OrganizationKind(version.kind).label,
        "sector": version.sector,
        **{trait: yes_no(getattr(version, trait)) for trait in TRAITS[1:]},
    }


def _last_day(closing: OrganizationVersion | None) -> str:
    return format_date(day_before(closing.valid_from)) if closing else ""


def _successor_of(closing: OrganizationVersion | None) -> str:
    return closing.parent.code if closing and closing.has_successor and closing.parent else ""
