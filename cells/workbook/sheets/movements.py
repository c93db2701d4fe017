"""Sheet BIEN_DONG: movements, checked together with the members of DANG_VIEN as one history each."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from cells.kinds import MovementKind
from cells.models import Member, Movement, Organization
from cells.roll import Contradiction
from cells.services.locks import lock_message, locked_days
from cells.services.roll import announce_personal_data, write_plans
from cells.services.roll_plan import STILL_TO_COME, MemberPlan, day_problems, personal_data, plan_member
from cells.workbook.example import ExampleUnits
from cells.workbook.importing import Sheet, register_sheet
from cells.workbook.plan import Change, Outcome, changed
from cells.workbook.reading import Column, Row
from cells.workbook.sheets import example_rows
from cells.workbook.sheets.members import MemberSheet
from cells.workbook.sheets.organizations import OrganizationSheet
from cells.workbook.undo.members import MembersBack, former_members
from cells.workbook.values import read_choice, read_code, read_date, read_text
from core.bulk import rows_by_key
from core.dates import format_date
from core.numbers import format_integer

IDENTITY = ("member", "kind", "effective_on", "organization")
"""What tells one movement from every other."""


@register_sheet
class MovementSheet(Sheet):
    name = "BIEN_DONG"
    models = (Movement,)
    about = "Kết nạp, chuyển đến, chuyển đi và các biến động khác"
    subject = Member
    page = "cells:member-detail"
    columns = (
        Column(
            "Mã đảng viên", "member", read_code, required=True, is_key=True, longest=40,
            about="Mã như ở sheet DANG_VIEN, hoặc của người đã có trong hệ thống.",
        ),
        Column(
            "Loại", "kind", read_choice({kind.label: kind for kind in MovementKind}), required=True, is_key=True,
            about="Loại biến động. Chuyển trong Đảng bộ ghi hai dòng: chuyển đi và chuyển đến.",
        ),
        Column(
            "Ngày", "effective_on", read_date, required=True, is_key=True,
            about="Ngày tính biến động; với kết nạp là ngày của quyết định.",
        ),
        Column(
            "Mã tổ chức", "organization", read_code, required=True, is_key=True, longest=40,
            about="Tổ chức nơi có biến động: nơi kết nạp, nơi đi (chuyển đi), nơi nhận (chuyển đến).",
        ),
        Column("Số quyết định", "document", read_text, longest=120, about="Số, ngày của quyết định hoặc văn bản."),
        Column("Ngày tổ chức lễ", "held_on", read_date, about="Chỉ ghi với kết nạp: ngày làm lễ."),
    )  # fmt: skip
    taking_back = MembersBack

    def check(self, rows: list[Row]) -> None:
        self.plans: list[MemberPlan] = []
        self.loose: list[Movement] = []
        """Movements of members whose history cannot be followed, because a part of it cannot be read."""
        self.row_of: dict[int, Row] = {}
        """By the identity of a planned movement: the row it comes from."""
        self.early: dict[str, list[str]] = {}
        """By organisation: members whose admission there, which nobody entered, was before it was founded."""
        sheet = next(sheet for sheet in self.work.sheets if isinstance(sheet, MemberSheet))
        by_member = self._by_member(rows)
        self.first_rows = {code: its_rows[0] for code, its_rows in by_member.items()}
        self._load_members(sheet, by_member)
        existing = self._existing(sheet)
        for code in sheet.members | by_member:
            member = sheet.members.get(code) or sheet.unplaced.get(code) or Member(code=code)
            stored = existing.get(member.pk, []) if member.pk else []
            additions, is_whole = self._additions(member, by_member.get(code, []), stored)
            if is_whole and self._may_be_followed(sheet, code, additions):
                self._plan(sheet, member, additions, stored)
            else:
                self.loose += additions
        self._check_days_of_loose(sheet)
        self._refuse_locked(sheet)
        self._warn_of_early_admissions(sheet)
        self._warn_of_members_left_behind(sheet)

    def _by_member(self, rows: list[Row]) -> dict[str, list[Row]]:
        """Rows by member; those that cannot be read in full too, for the others are judged by what is known of them."""
        distinct = {id(row) for row in self.once(rows, *IDENTITY)}
        by_member: dict[str, list[Row]] = {}
        for row in rows:
            if row.states("member") and (id(row) in distinct or not _is_identified(row)):
                by_member.setdefault(row["member"], []).append(row)
        return by_member

    def _may_be_followed(self, sheet: MemberSheet, code: str, additions: list[Movement]) -> bool:
        """Whether enough is known of the person: where he is entered, or what happened to him, and since when."""
        row = sheet.rows.get(code)
        if code in sheet.members:
            return row is None or "joined_on" not in row.faulty
        return code in sheet.unplaced and bool(additions) and "joined_on" not in sheet.unplaced_rows[code].faulty

    def _check_days_of_loose(self, sheet: MemberSheet) -> None:
        for movement, message in day_problems(self.loose, self.work.closing_days, self.work.today):
            self.error(self.row_of[id(movement)], "effective_on", message)
        self._warn_before_founding(self.loose)

    def _load_members(self, sheet: MemberSheet, by_member: dict[str, list[Row]]) -> None:
        """Members who have movements in this file but no row in DANG_VIEN; unknown ones are reported."""
        missing = [code for code in by_member if code not in sheet.named]
        found = {m.code: m for m in rows_by_key(Member.objects.select_related("organization"), "code", missing)}
        for code in missing:
            member = found.get(code)
            if member is not None and self.work.may_touch(member.organization):
                sheet.members[code] = member
                sheet.before[code] = personal_data(member)
                continue
            message = (
                f"Đảng viên {code} nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp."
                if member
                else f"Không có đảng viên mã {code}. Hãy sửa mã, hoặc thêm người này vào sheet DANG_VIEN."
            )
            for row in by_member[code]:
                self.error(row, "member", message)

    def _existing(self, sheet: MemberSheet) -> dict[int | None, list[Movement]]:
        stored = {member.pk for member in (*sheet.members.values(), *sheet.unplaced.values()) if member.pk}
        found: dict[int | None, list[Movement]] = {}
        rows = Movement.objects.in_force().select_related("organization")
        for movement in rows_by_key(rows, "member", stored):
            found.setdefault(movement.member_id, []).append(movement)
        return found

    def _additions(self, member: Member, rows: list[Row], existing: list[Movement]) -> tuple[list[Movement], bool]:
        """Movements the rows bring that are not stored yet, and whether these are all of them."""
        known = {(m.kind, m.effective_on, m.organization.code): m for m in existing}
        additions: list[Movement] = []
        is_whole = True
        for row in rows:
            organization = self.organization(row)
            self._check_ceremony(row)
            if organization is None or not _is_identified(row) or row.faulty & {"held_on", *IDENTITY}:
                is_whole = False
            if organization is None or not _is_identified(row):
                if row.states("effective_on") and row["effective_on"] > self.work.today:
                    self.error(row, "effective_on", STILL_TO_COME)
                continue
            before = known.get((row["kind"], row["effective_on"], organization.code))
            stated = {
                "document": row["document"] or (before.document if before else ""),
                "held_on": row["held_on"] or (before.held_on if before else None),
            }
            entered = before if before and not before.is_implied else None
            if entered and stated == {name: getattr(entered, name) for name in stated}:
                self.tell(row, Outcome.UNCHANGED)
                continue
            movement = Movement(
                member=member, kind=row["kind"], effective_on=row["effective_on"], organization=organization,
                corrects=before, **stated,
            )  # fmt: skip
            self.row_of[id(movement)] = row
            self._say(row, member, entered, movement)
            additions.append(movement)
        return additions, is_whole

    def _say(self, row: Row, member: Member, before: Movement | None, movement: Movement) -> None:
        self.tell(
            row, Outcome.UPDATED if before else Outcome.CREATED, member.code,
            lambda: f"{member.name_with_year}: {movement}, {_called(movement.organization)}",
            lambda: self._differences(before, movement) if before else [],
        )  # fmt: skip

    def _differences(self, before: Movement, after: Movement) -> list[Change]:
        return changed(
            {
                self.header("document"): (before.document, after.document),
                self.header("held_on"): (format_date(before.held_on), format_date(after.held_on)),
            }
        )

    def _check_ceremony(self, row: Row) -> None:
        held_on = row["held_on"]
        if held_on is None or not row.states("kind"):
            return
        if row["kind"] != MovementKind.ADMITTED:
            self.error(row, "held_on", "Chỉ dòng kết nạp mới có Ngày tổ chức lễ. Hãy xóa ô này.")
        elif row.states("effective_on") and held_on < row["effective_on"]:
            self.error(
                row, "held_on", f"Ngày tổ chức lễ {format_date(held_on)} trước ngày quyết định "
                f"{format_date(row['effective_on'])}. Hãy sửa lại.",
            )  # fmt: skip

    # --- one history -------------------------------------------------------------------------------------------

    def _plan(self, sheet: MemberSheet, member: Member, additions: list[Movement], existing: list[Movement]) -> None:
        row = sheet.rows.get(member.code)
        before = sheet.before.get(member.code)
        is_placed = member.code in sheet.members
        home = sheet.homes.get(member.code) or (member.organization if is_placed else additions[0].organization)
        plan = plan_member(
            member, home=home, existing=existing, additions=additions, before=before,
            calendar=self.work.calendar, completes_history=True,
            home_is_stated=row is not None and row.states("organization"),
        )  # fmt: skip
        for contradiction in plan.contradictions:
            self._tell(contradiction, sheet, member)
        for doubt in plan.replay.doubts:
            if doubt.step and (cell_row := self.row_of.get(id(doubt.step.source))) is not None:
                self.warn(cell_row, doubt.about, doubt.message.format(place=f"tổ chức {doubt.other}"))
        for movement, message in day_problems(plan.added, self.work.closing_days, self.work.today):
            owner, cell_row, key = self._cell(movement, sheet, member)
            owner.error(cell_row, key, message)
        self._warn_before_founding(plan.added)
        if member.official_on and member.joined_on and member.official_on < member.joined_on:
            self._tell_official(sheet, member, additions)
        if row is not None and is_placed:
            self._check_home(sheet, row, plan, home)
            self._count(sheet, row, plan)
        self._warn_of_closed_home(sheet, plan)
        self.plans.append(plan)

    def _tell(self, contradiction: Contradiction, sheet: MemberSheet, member: Member) -> None:
        message = contradiction.message.format(place=f"tổ chức {contradiction.other}")
        owner, row, key = self._cell(contradiction.step.source if contradiction.step else None, sheet, member)
        owner.error(row, contradiction.about if owner is self else key, message)

    def _cell(self, movement: object, sheet: MemberSheet, member: Member) -> tuple[Sheet, Row, str]:
        """Where the file speaks of *movement*: in its own row; an admission that follows from Ngày vào Đảng there.

        A stored movement of a member without a row in DANG_VIEN is told of at the first row he has.
        """
        if (row := self.row_of.get(id(movement))) is not None:
            return self, row, "effective_on"
        if (row := sheet.rows.get(member.code)) is not None:
            return sheet, row, "joined_on"
        return self, self.first_rows[member.code], "effective_on"

    def _tell_official(self, sheet: MemberSheet, member: Member, additions: list[Movement]) -> None:
        message = (
            f"Ngày chính thức {format_date(member.official_on)} trước Ngày vào Đảng {format_date(member.joined_on)}. "
            "Hãy sửa lại."
        )
        row = sheet.rows.get(member.code)
        if row is not None:
            sheet.error(row, "official_on", message)
        else:
            self.error(self.row_of[id(additions[0])], "effective_on", message)

    def _warn_before_founding(self, movements: list[Movement]) -> None:
        """What an organisation did before it was there; admissions nobody entered are told once for all of them."""
        for movement in movements:
            unit = movement.organization.code
            places = self.work.placements.get(unit)
            if not places or movement.effective_on >= places[0].valid_from:
                continue
            if movement.is_implied:
                self.early.setdefault(unit, []).append(movement.member.code)
                continue
            since = format_date(places[0].valid_from)
            self.warn(
                self.row_of[id(movement)], "effective_on", f"Tổ chức chỉ có từ ngày {since}; biến động trước ngày đó "
                "không tính vào cấp trên nào. Hãy kiểm tra lại.",
            )  # fmt: skip

    def _warn_of_early_admissions(self, sheet: MemberSheet) -> None:
        for unit, members in self.early.items():
            since = format_date(self.work.placements[unit][0].valid_from)
            row = next((sheet.rows[code] for code in members if code in sheet.rows), None)
            owner, row = (sheet, row) if row is not None else (self, self.first_rows[members[0]])
            owner.warn(
                row, "organization", f"Tổ chức {unit} chỉ có từ ngày {since}, mà {format_integer(len(members))} đảng "
                f"viên được tính vào danh sách của tổ chức này từ Ngày vào Đảng, trước ngày đó; trước {since} họ không "
                "tính vào cấp trên nào. Nếu họ từ tổ chức khác đến, hãy thêm dòng chuyển đến ở sheet BIEN_DONG.",
            )  # fmt: skip

    def _warn_of_closed_home(self, sheet: MemberSheet, plan: MemberPlan) -> None:
        closed_on = self.work.closing_days.get(plan.place.code)
        if not plan.replay.on_roll or plan.contradictions or not closed_on or closed_on > self.work.today:
            return
        row = sheet.rows.get(plan.member.code)
        owner, row = (sheet, row) if row is not None else (self, self.first_rows[plan.member.code])
        owner.warn(
            row, "organization", f"Tổ chức {plan.place.code} đã thôi hoạt động từ ngày {format_date(closed_on)} mà "
            "đảng viên này vẫn trong danh sách. Hãy thêm dòng chuyển đi ở sheet BIEN_DONG, và dòng chuyển đến tổ chức "
            "kế thừa nếu có.",
        )  # fmt: skip

    def _warn_of_members_left_behind(self, sheet: MemberSheet) -> None:
        """Say at the units this file closes how many stay on their rolls whom it does not speak of."""
        units = next(sheet for sheet in self.work.sheets if isinstance(sheet, OrganizationSheet))
        closed = [code for code in units.closing_rows if self.work.closing_days[code] <= self.work.today]
        rows = Member.objects.filter(on_roll=True).values_list("organization__code", "code")
        left = Counter(
            unit for unit, member in rows_by_key(rows, "organization__code", closed) if member not in sheet.members
        )
        for code, count in left.items():
            units.warn(
                units.closing_rows[code], "last_day", f"Còn {format_integer(count)} đảng viên trong danh sách của tổ "
                "chức này. Hãy ghi biến động chuyển đi của họ ở sheet BIEN_DONG, và chuyển đến tổ chức kế thừa nếu có.",
            )  # fmt: skip

    def _check_home(self, sheet: MemberSheet, row: Row, plan: MemberPlan, home: Organization) -> None:
        """Mã tổ chức must be where the movements lead; without a date of joining there is no place on the roll."""
        if plan.contradictions:
            return
        if row.states("organization") and plan.place.code != home.code:
            where = "đang trong danh sách của" if plan.replay.on_roll else "có biến động cuối cùng tại"
            sheet.error(
                row, "organization", f"Theo các biến động, đảng viên {where} tổ chức {plan.place.code}, không phải "
                f"{home.code}. Hãy sửa Mã tổ chức hoặc bổ sung biến động còn thiếu.",
            )  # fmt: skip
        if not plan.replay.steps:
            sheet.warn(
                row, "code", "Chưa có Ngày vào Đảng và chưa có biến động nên chưa tính vào danh sách đảng viên. "
                "Hãy bổ sung Ngày vào Đảng.",
            )  # fmt: skip

    def _count(self, sheet: MemberSheet, row: Row, plan: MemberPlan) -> None:
        member = plan.member
        if plan.before is None:
            sheet.tell(row, Outcome.CREATED, member.code, lambda: f"{member.name_with_year}, {_called(plan.place)}")
        elif personal_data(member) != plan.before or self._implied_moves(plan):
            sheet.tell(
                row, Outcome.UPDATED, member.code, lambda: member.name_with_year, lambda: _changes_of(sheet, plan)
            )
        else:
            sheet.tell(row, Outcome.UNCHANGED)

    def _implied_moves(self, plan: MemberPlan) -> bool:
        """Whether the row itself moved the admission that stands for Ngày vào Đảng."""
        moved = any(movement.is_implied for movement in (*plan.added, *plan.reversed))
        return moved and all(movement.is_implied for movement in plan.added)

    def _refuse_locked(self, sheet: MemberSheet) -> None:
        """Facts of locked periods are refused, the admission that follows from Ngày vào Đảng included."""
        dated: dict[tuple[int, date], list[tuple[Sheet, Row, str]]] = {}
        for plan in self.plans:
            for movement in (*plan.added, *plan.reversed):
                self._note_day(dated, movement, self._cell(movement, sheet, plan.member))
        for movement in self.loose:
            self._note_day(dated, movement, (self, self.row_of[id(movement)], "effective_on"))
        for fact, lock in locked_days(dated).items():
            for owner, row, key in dated[fact]:
                owner.error(row, key, lock_message(lock))

    def _note_day(
        self, dated: dict[tuple[int, date], list[tuple[Sheet, Row, str]]], movement: Movement,
        cell: tuple[Sheet, Row, str],
    ) -> None:  # fmt: skip
        if movement.organization.pk:
            dated.setdefault((movement.organization.pk, movement.effective_on), []).append(cell)

    def write(self) -> date | None:
        self.written = [plan for plan in self.plans if plan.before is None or _changes(plan)]
        self.places = {plan.member.pk: plan.member.organization_id for plan in self.written if plan.member.pk}
        return write_plans(self.written, announce=False)

    def announce(self) -> None:
        announce_personal_data(self.written)

    def former(self) -> Any:
        return former_members(self.written, self.places)

    @classmethod
    def example(cls, units: ExampleUnits) -> example_rows.Rows:
        return example_rows.movements(units)

    @classmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        rows = Movement.objects.in_force().filter(is_implied=False, member__in=scope.members)
        ordered = rows.select_related("member", "organization").order_by("member__code", "effective_on", "id")
        for movement in ordered.iterator():
            yield [
                movement.member.code,
                MovementKind(movement.kind).label,
                movement.effective_on,
                movement.organization.code,
                movement.document,
                movement.held_on,
            ]


def _changes(plan: MemberPlan) -> bool:
    return bool(plan.added or plan.reversed or plan.changes_member)


def _is_identified(row: Row) -> bool:
    return all(row.states(key) for key in IDENTITY)


def _called(unit: Organization) -> str:
    """Its name; the code of one that this file has yet to found."""
    return unit.name or unit.code


def _changes_of(sheet: MemberSheet, plan: MemberPlan) -> list[Change]:
    """What the row changes of the person, and where the member was until then."""
    told = sheet.differences(plan.member, plan.before or {})
    until_then = plan.member.organization.code
    return [*told, *changed({sheet.header("organization"): (until_then, plan.place.code)})]
