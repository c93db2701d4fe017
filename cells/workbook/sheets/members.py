"""Sheets DANG_VIEN and BIEN_DONG: members and their movements, checked together as one history each."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cells.kinds import MovementKind, Sex
from cells.models import Member, Movement, Organization
from cells.personal import LABELS, TOO_YOUNG, impossible_days, joined_too_young
from cells.roll import Contradiction
from cells.services.locks import lock_message, locked_days
from cells.services.roll import write_plans
from cells.services.roll_plan import MemberPlan, day_problems, personal_data, plan_member
from cells.workbook.importing import Sheet, register_sheet
from cells.workbook.reading import (
    Column,
    Row,
    read_choice,
    read_code,
    read_date,
    read_partial_date,
    read_text,
)
from core.bulk import rows_by_key
from core.dates import DatePrecision, PartialDate, format_date, format_partial

MEMBER_FIELDS = ("full_name", "sex", "ethnicity", "religion", "joined_on", "official_on", "education")


@register_sheet
class MemberSheet(Sheet):
    name = "DANG_VIEN"
    about = "Đảng viên và tổ chức đang sinh hoạt"
    columns = (
        Column("Mã đảng viên", "code", read_code, required=True, is_key=True),
        Column("Họ và tên", "full_name", read_text),
        Column("Ngày sinh", "born_on", read_partial_date),
        Column("Giới tính", "sex", read_choice({sex.label: sex for sex in Sex})),
        Column("Dân tộc", "ethnicity", read_text),
        Column("Tôn giáo", "religion", read_text),
        Column("Mã tổ chức", "organization", read_code),
        Column("Ngày vào Đảng", "joined_on", read_date),
        Column("Ngày chính thức", "official_on", read_date),
        Column("Trình độ", "education", read_text),
    )

    def check(self, rows: list[Row]) -> None:
        self.members: dict[str, Member] = {}
        """Members of this file by code, stored or new, with what the file says of them already set."""
        self.before: dict[str, dict[str, Any] | None] = {}
        self.homes: dict[str, Organization] = {}
        """Where the file says each belongs (Mã tổ chức)."""
        self.rows: dict[str, Row] = {}
        self.named = {row["code"] for row in rows if row.states("code")}
        listed = self.once(rows, "code")
        stored = {
            member.code: member
            for member in rows_by_key(Member.objects.select_related("organization"), "code", self.named)
        }
        for row in listed:
            code = row["code"]
            member = stored.get(code) or Member(code=code)
            home = self._home(row, member)
            self.before[code] = personal_data(member) if member.pk else None
            self._fill(member, row)
            self._check_dates(row, member)
            if home is not None:
                self.rows[code], self.members[code], self.homes[code] = row, member, home

    def _home(self, row: Row, member: Member) -> Organization | None:
        """The organisation the row enters the member under; for a stored member who has none, the stored one."""
        if member.pk and not self.work.may_touch(member.organization):
            self.error(row, "code", f"Đảng viên {member.code} nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp.")
            return None
        if row.states("organization"):
            return self.organization(row)
        if member.pk:
            return member.organization
        if "organization" not in row.faulty:
            self.error(
                row, "organization", "Đảng viên mới phải có Mã tổ chức. Hãy ghi mã tổ chức đang (hoặc cuối cùng) "
                "sinh hoạt.",
            )  # fmt: skip
        return None

    def _fill(self, member: Member, row: Row) -> None:
        for key in MEMBER_FIELDS:
            if row.states(key):
                setattr(member, key, row[key])
        if row.states("born_on"):
            born: PartialDate = row["born_on"]
            member.born_on, member.born_precision = born.value, born.precision
        if not member.full_name and "full_name" not in row.faulty:
            key = "full_name" if "full_name" in row.present else "code"
            self.error(row, key, "Đảng viên mới phải có Họ và tên. Hãy điền ô này.")

    def _check_dates(self, row: Row, member: Member) -> None:
        """Days that cannot be, taking what is stored together with what the row says."""
        days = {key: getattr(member, key) for key in LABELS}
        for key, message in impossible_days(days, self.work.today):
            if row.states(key):
                self.error(row, key, message)
        if (
            row.states("joined_on")
            and "joined_on" not in row.faulty
            and joined_too_young(member.born_on, member.joined_on)
        ):
            self.warn(row, "joined_on", TOO_YOUNG)

    def write(self) -> date | None:
        return None  # members are written with their movements, by the sheet after this one

    @classmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        for member in scope.members.select_related("organization").order_by("code").iterator():
            born = member.born_on
            if born and member.born_precision != DatePrecision.DAY:
                born = format_partial(born, member.born_precision)
            yield [
                member.code,
                member.full_name,
                born,
                Sex(member.sex).label if member.sex else "",
                member.ethnicity,
                member.religion,
                member.organization.code,
                member.joined_on,
                member.official_on,
                member.education,
            ]


@register_sheet
class MovementSheet(Sheet):
    name = "BIEN_DONG"
    about = "Kết nạp, chuyển đến, chuyển đi và các biến động khác"
    columns = (
        Column("Mã đảng viên", "member", read_code, required=True, is_key=True),
        Column("Loại", "kind", read_choice({kind.label: kind for kind in MovementKind}), required=True, is_key=True),
        Column("Ngày", "effective_on", read_date, required=True, is_key=True),
        Column("Mã tổ chức", "organization", read_code, required=True, is_key=True),
        Column("Số quyết định", "document", read_text),
        Column("Ngày tổ chức lễ", "held_on", read_date),
    )

    def check(self, rows: list[Row]) -> None:
        self.plans: list[MemberPlan] = []
        self.row_of: dict[int, Row] = {}
        """By the identity of a planned movement: the row it comes from."""
        sheet = next(sheet for sheet in self.work.sheets if isinstance(sheet, MemberSheet))
        by_member: dict[str, list[Row]] = {}
        for row in self.once(rows, "member", "kind", "effective_on", "organization"):
            by_member.setdefault(row["member"], []).append(row)
        self._load_members(sheet, by_member)
        existing = self._existing(sheet)
        for code, member in sheet.members.items():
            additions = self._additions(member, by_member.get(code, []), existing.get(member.pk, []))
            if additions is not None:
                self._plan(sheet, member, additions, existing.get(member.pk, []))
        self._refuse_locked(sheet)

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
        stored = {member.pk for member in sheet.members.values() if member.pk}
        found: dict[int | None, list[Movement]] = {}
        rows = Movement.objects.in_force().select_related("organization")
        for movement in rows_by_key(rows, "member", stored):
            found.setdefault(movement.member_id, []).append(movement)
        return found

    def _additions(self, member: Member, rows: list[Row], existing: list[Movement]) -> list[Movement] | None:
        """Movements the rows bring that are not stored yet; None when a row cannot be used."""
        known = {(m.kind, m.effective_on, m.organization.code): m for m in existing}
        additions: list[Movement] = []
        sound = True
        for row in rows:
            organization = self.organization(row)
            if not self._ceremony_fits(row) or organization is None or row.faulty:
                sound = False
                continue
            before = known.get((row["kind"], row["effective_on"], organization.code))
            stated = {
                "document": row["document"] or (before.document if before else ""),
                "held_on": row["held_on"] or (before.held_on if before else None),
            }
            if before and not before.is_implied and stated == {name: getattr(before, name) for name in stated}:
                self.counts.unchanged += 1
                continue
            if before and not before.is_implied:
                self.counts.updated += 1
            else:
                self.counts.created += 1
            movement = Movement(
                member=member, kind=row["kind"], effective_on=row["effective_on"], organization=organization,
                corrects=before, **stated,
            )  # fmt: skip
            self.row_of[id(movement)] = row
            additions.append(movement)
        return additions if sound else None

    def _ceremony_fits(self, row: Row) -> bool:
        held_on = row["held_on"]
        if held_on is None:
            return True
        if row["kind"] != MovementKind.ADMITTED:
            self.error(row, "held_on", "Chỉ dòng kết nạp mới có Ngày tổ chức lễ. Hãy xóa ô này.")
        elif held_on < row["effective_on"]:
            self.error(
                row, "held_on", f"Ngày tổ chức lễ {format_date(held_on)} trước ngày quyết định "
                f"{format_date(row['effective_on'])}. Hãy sửa lại.",
            )  # fmt: skip
        return "held_on" not in row.faulty

    # --- one history -------------------------------------------------------------------------------------------

    def _plan(self, sheet: MemberSheet, member: Member, additions: list[Movement], existing: list[Movement]) -> None:
        row = sheet.rows.get(member.code)
        if row is not None and row.faulty & {"joined_on", "organization", "full_name"}:
            return
        before = sheet.before[member.code]
        home = sheet.homes.get(member.code) or member.organization
        plan = plan_member(
            member, home=home, existing=existing, additions=additions, before=before,
            calendar=self.work.calendar, completes_history=True,
            home_is_stated=row is not None and row.states("organization"),
        )  # fmt: skip
        for contradiction in plan.contradictions:
            self._tell(contradiction, sheet, member, additions)
        for movement, message in day_problems(additions, self.work.closing_days, self.work.today):
            self.error(self.row_of[id(movement)], "effective_on", message)
        self._check_before_founding(additions)
        if member.official_on and member.joined_on and member.official_on < member.joined_on:
            self._tell_official(sheet, member, additions)
        if row is not None:
            self._check_home(sheet, row, plan, home)
            self._count(sheet, row, plan)
        self.plans.append(plan)

    def _tell(
        self, contradiction: Contradiction, sheet: MemberSheet, member: Member, additions: list[Movement]
    ) -> None:
        """Report a contradiction at its row: the movement's own, else one the member has in this file."""
        message = contradiction.message.format(place=f"tổ chức {contradiction.other}")
        source = contradiction.step.source if contradiction.step else None
        row = self.row_of.get(id(source)) or next((self.row_of[id(m)] for m in additions), None)
        if row is not None:
            self.error(row, "effective_on", message)
        else:
            sheet.error(sheet.rows[member.code], "joined_on", message)

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

    def _check_before_founding(self, additions: list[Movement]) -> None:
        for movement in additions:
            places = self.work.placements.get(movement.organization.code)
            if places and movement.effective_on < places[0].valid_from:
                since = format_date(places[0].valid_from)
                self.warn(
                    self.row_of[id(movement)], "effective_on", f"Tổ chức chỉ có từ ngày {since}; biến động trước ngày "
                    "đó không tính vào cấp trên nào. Hãy kiểm tra lại.",
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
        if plan.before is None:
            sheet.counts.created += 1
        elif personal_data(plan.member) != plan.before or self._implied_moves(plan):
            sheet.counts.updated += 1
        else:
            sheet.counts.unchanged += 1

    def _implied_moves(self, plan: MemberPlan) -> bool:
        """Whether the row itself moved the admission that stands for Ngày vào Đảng."""
        moved = any(movement.is_implied for movement in (*plan.added, *plan.reversed))
        return moved and all(movement.is_implied for movement in plan.added)

    def _refuse_locked(self, sheet: MemberSheet) -> None:
        """Facts of locked periods are refused, the admission that follows from Ngày vào Đảng included."""
        dated: dict[tuple[int, date], list[tuple[Sheet, Row, str]]] = {}
        for plan in self.plans:
            for movement in (*plan.added, *plan.reversed):
                row, owner, key = self.row_of.get(id(movement)), self, "effective_on"
                if row is None:
                    row, owner, key = sheet.rows.get(plan.member.code), sheet, "joined_on"
                if row is not None and movement.organization.pk:
                    fact = (movement.organization.pk, movement.effective_on)
                    dated.setdefault(fact, []).append((owner, row, key))
        for fact, lock in locked_days(dated).items():
            for owner, row, key in dated[fact]:
                owner.error(row, key, lock_message(lock))

    def write(self) -> date | None:
        changed = [plan for plan in self.plans if plan.before is None or _changes(plan)]
        return write_plans(changed, announce=False)

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
