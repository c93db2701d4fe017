"""The roll as it will be after this import: who is on it, how each was admitted. Asked by codes, in few questions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cells.kinds import MovementKind
from cells.models import Member, Movement
from cells.workbook.importing import Importing
from cells.workbook.sheets.members import MemberSheet
from cells.workbook.sheets.movements import MovementSheet
from core.bulk import rows_by_key
from core.dates import format_date


@dataclass(frozen=True)
class Admission:
    """One admission on the roll; the ceremony where it is known."""

    decided_on: date
    held_on: date | None

    def __str__(self) -> str:
        held = format_date(self.held_on) if self.held_on else "chưa ghi"
        return f"quyết định ngày {format_date(self.decided_on)}, lễ kết nạp {held}"

    def agrees(self, decided_on: date, held_on: date) -> bool:
        return self.decided_on == decided_on and self.held_on in (None, held_on)


class RollToBe:
    """Members by code, what the file at hand says of them already set."""

    def __init__(self, work: Importing, codes: Collection[str]) -> None:
        self.work = work
        sheet = next(each for each in work.sheets if isinstance(each, MemberSheet))
        moves = next(each for each in work.sheets if isinstance(each, MovementSheet))
        in_file = sheet.unplaced | sheet.members
        self.faulty = sheet.named - in_file.keys()
        """Codes in DANG_VIEN that were complained of already."""
        self.members: dict[str, Member] = {code: in_file[code] for code in codes if code in in_file}
        self.stated = frozenset(self.members)
        rest = [code for code in codes if code not in in_file]
        for member in rows_by_key(Member.objects.select_related("organization"), "code", rest):
            self.members[member.code] = member
        self._load(moves)

    def _load(self, moves: MovementSheet) -> None:
        plans = {plan.member.code: plan for plan in moves.plans} if self.members else {}
        self.on_roll: dict[str, bool] = {}
        self.admissions: dict[str, list[Admission]] = {code: [] for code in self.members}
        asked: dict[int, str] = {}
        for code, member in self.members.items():
            plan = plans.get(code)
            self.on_roll[code] = plan.replay.on_roll if plan else member.on_roll
            if plan:
                self._note(code, [*plan.kept, *plan.added])
            elif member.pk:
                asked[member.pk] = code
        rows = Movement.objects.in_force().filter(kind=MovementKind.ADMITTED)
        for movement in rows_by_key(rows, "member", asked):
            self._note(asked[movement.member_id], [movement])

    def _note(self, code: str, movements: Collection[Movement]) -> None:
        self.admissions[code] += [
            Admission(movement.effective_on, movement.held_on)
            for movement in movements
            if movement.kind == MovementKind.ADMITTED
        ]

    def why_not(self, code: str) -> str:
        """Why *code* names nobody one may name here; empty where it does."""
        member = self.members.get(code)
        if member is None and code in self.faulty:
            return f"Dòng của đảng viên {code} ở sheet DANG_VIEN chưa đọc được. Hãy sửa dòng đó trước."
        if member is None:
            return f"Không có đảng viên mã {code}. Hãy sửa mã, hoặc thêm người này vào sheet DANG_VIEN."
        if code not in self.stated and not self.work.may_touch(member.organization):
            return f"Đảng viên {code} nằm ngoài phạm vi của bạn. Hãy bỏ mã này khỏi tệp."
        return ""

    def is_official(self, code: str, day: date) -> bool:
        official_on = self.members[code].official_on
        return official_on is not None and official_on <= day
