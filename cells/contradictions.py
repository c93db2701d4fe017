"""What cannot be of a member's movements, and what seldom is, in words. No database.

What is wrong is the same everywhere; what to do about it is said differently to somebody who prepares a file (its rows
and columns) and to somebody at a form.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date

from cells.kinds import INCREASES, MovementKind
from core.dates import add_months, format_date

Key = Hashable


@dataclass(frozen=True)
class Step:
    """One movement as the rules see it. `source` is whatever the caller knows it by (a row, a model)."""

    kind: str
    on: date
    organization: Key
    held_on: date | None = None
    source: object = field(default=None, compare=False)

    @property
    def is_increase(self) -> bool:
        return self.kind in INCREASES


@dataclass(frozen=True)
class Contradiction:
    """Why a step cannot be; `{place}` in the messages stands for the organisation *other*.

    After the *fact* stands what to do: `in_file` for whoever imports, `at_form` for whoever fills in a form. `about` is
    what of the step has to be looked at: its day, or its kind.
    """

    step: Step | None
    fact: str
    in_file: str
    at_form: str
    other: Key | None = None
    about: str = "effective_on"

    @property
    def message(self) -> str:
        """For the one who imports a file."""
        return f"{self.fact} {self.in_file}"

    @property
    def message_at_form(self) -> str:
        return f"{self.fact} {self.at_form}"


# --- Days and places ----------------------------------------------------------------------------------------------


def admitted_on_another_day(step: Step, joined_on: date) -> Contradiction:
    days = f"Ngày kết nạp {format_date(step.on)} khác Ngày vào Đảng {format_date(joined_on)}"
    remedy = "Hãy sửa cho hai ngày khớp nhau (ngày của quyết định kết nạp)."
    return Contradiction(step, days, f"ở sheet DANG_VIEN. {remedy}", f"đã ghi cho đảng viên. {remedy}")


def before_joining(step: Step, joined_on: date) -> Contradiction:
    remedy = "Hãy kiểm tra lại hai ngày này."
    fact = f"Biến động ngày {format_date(step.on)} trước Ngày vào Đảng {format_date(joined_on)}."
    return Contradiction(step, fact, remedy, remedy)


def never_joined(step: Step) -> Contradiction:
    return Contradiction(
        step,
        "Đảng viên chưa từng vào danh sách:",
        "thiếu Ngày vào Đảng ở sheet DANG_VIEN, hoặc thiếu dòng kết nạp, chuyển đến trước ngày này. Hãy bổ sung "
        "một trong hai.",
        "chưa có kết nạp hay chuyển đến trước ngày này. Hãy ghi việc đó trước.",
    )


def repeated(step: Step) -> Contradiction:
    return Contradiction(
        step,
        "Biến động cùng loại, cùng ngày tại {place} đã được ghi.",
        "Hãy xóa dòng này hoặc sửa ngày.",
        "Hãy xem lại quá trình của đảng viên.",
        step.organization,
    )


def after_death(step: Step, death: Step) -> Contradiction:
    return Contradiction(
        step,
        f"Đảng viên đã từ trần ngày {format_date(death.on)} tại {{place}}, không thể có biến động sau đó.",
        "Hãy xóa dòng này hoặc sửa dòng từ trần.",
        "Nếu ghi nhầm, hãy đính chính lần ghi từ trần.",
        death.organization,
    )


def before_ceremony(step: Step, admission: Step) -> Contradiction:
    remedy = "Hãy kiểm tra lại Ngày tổ chức lễ."
    fact = f"Biến động này trước ngày tổ chức lễ kết nạp {format_date(admission.held_on)} tại {{place}}."
    return Contradiction(step, fact, remedy, remedy, admission.organization)


def on_another_roll(step: Step, place: Key) -> Contradiction:
    return Contradiction(
        step,
        "Ngày này đảng viên đang trong danh sách của {place}.",
        "Hãy thêm dòng rời khỏi {place} trước đó, hoặc xóa dòng này.",
        "Hãy ghi chuyển đi khỏi {place} trước, hoặc sửa lại ngày.",
        place,
    )


def on_no_roll(step: Step, departure: Step) -> Contradiction:
    return Contradiction(
        step,
        f"Đảng viên đã rời danh sách của {{place}} từ ngày {format_date(departure.on)}.",
        "Hãy thêm dòng chuyển đến, kết nạp hoặc phục hồi trước đó, hoặc xóa dòng này.",
        "Hãy sửa lại ngày, hoặc ghi chuyển đến, kết nạp hay phục hồi trước đó.",
        departure.organization,
    )


def leaves_elsewhere(step: Step, place: Key) -> Contradiction:
    return Contradiction(
        step,
        "Ngày này đảng viên đang trong danh sách của {place},",
        "không phải của tổ chức ghi ở dòng này. Hãy sửa Mã tổ chức hoặc thêm dòng chuyển sinh hoạt trước đó.",
        "không phải của tổ chức ghi biến động. Hãy sửa lại ngày.",
        place,
    )


# --- How one comes back onto the roll -----------------------------------------------------------------------------

LEFT_THE_PARTY = (MovementKind.EXPELLED, MovementKind.STRUCK_OFF, MovementKind.RESIGNED)
READMISSION_MONTHS = 36
"""Between leaving the Party and being admitted again (admission.md §3.1)."""
SOONEST_READMISSION_MONTHS = 24
"""For those who left over the population policy; sooner nobody is admitted again, whatever happened elsewhere."""


def no_return(step: Step, previous: Step) -> Contradiction | None:
    """Why nobody can come back by *step* after *previous*.

    Who moved away is still a member and arrives; who left the Party is reinstated or admitted again. What happened
    outside the tree in between is not known here, but being admitted again takes its time everywhere.
    """
    soon = step.on < add_months(previous.on, SOONEST_READMISSION_MONTHS)
    match previous.kind, step.kind:
        case MovementKind.TRANSFERRED_OUT, MovementKind.REINSTATED:
            fact = f"{_moved_on(previous)}, không ra khỏi Đảng nên không có phục hồi."
        case MovementKind.TRANSFERRED_OUT, MovementKind.ADMITTED if soon:
            fact = f"{_moved_on(previous)}, vẫn là đảng viên nên không kết nạp nữa."
        case left, MovementKind.TRANSFERRED_IN if left in LEFT_THE_PARTY and soon:
            return _about_kind(
                step,
                previous,
                f"{_left_the_party(previous)} nên không thể chuyển đến.",
                "Hãy sửa Loại thành phục hồi hoặc kết nạp, hoặc thêm dòng phục hồi trước đó.",
                "Hãy ghi phục hồi hoặc kết nạp lại.",
            )
        case _:
            return None
    returning = "Nếu là người về sinh hoạt, hãy"
    return _about_kind(step, previous, fact, f"{returning} sửa Loại thành chuyển đến.", f"{returning} ghi chuyển đến.")


def doubt(step: Step, previous: Step | None) -> Contradiction | None:
    """What is odd about *step*, which can be all the same."""
    early = previous is not None and step.on < add_months(previous.on, READMISSION_MONTHS)
    match previous.kind if previous else None, step.kind:
        case None, MovementKind.REINSTATED:
            before = "khai trừ, xóa tên hay xin ra trước lần phục hồi này. Hãy bổ sung nếu có."
            return _about_kind(step, previous, "Chưa có", f"dòng {before}", before)
        case MovementKind.TRANSFERRED_OUT, MovementKind.ADMITTED:
            only = "ra khỏi Đảng; kết nạp lại chỉ khi đã ra khỏi Đảng ở nơi khác. Nếu là người chuyển về, hãy"
            return _about_kind(
                step,
                previous,
                f"{_moved_on(previous)} và chưa",
                f"có dòng {only} sửa Loại thành chuyển đến.",
                f"ghi {only} đính chính thành chuyển đến.",
            )
        case left, MovementKind.TRANSFERRED_IN if left in LEFT_THE_PARTY:
            only = "phục hồi hay kết nạp lại; chuyển đến chỉ khi đã kết nạp lại ở nơi khác. Hãy kiểm tra lại"
            return _about_kind(
                step,
                previous,
                f"{_left_the_party(previous)} và chưa",
                f"có dòng {only} Loại và Ngày.",
                f"ghi {only} loại và ngày.",
            )
        case left, MovementKind.ADMITTED if left in LEFT_THE_PARTY and early:
            fact = f"{_left_the_party(previous)}, chưa đủ {READMISSION_MONTHS} tháng."
            return _about_kind(step, previous, fact, "Hãy kiểm tra lại Loại và Ngày.", "Hãy kiểm tra lại loại và ngày.")
    return None


def _moved_on(step: Step) -> str:
    return f"Đảng viên chuyển đi khỏi {{place}} ngày {format_date(step.on)}"


def _left_the_party(step: Step) -> str:
    return f"Đảng viên đã ra khỏi Đảng ngày {format_date(step.on)} ({MovementKind(step.kind).label} tại {{place}})"


def _about_kind(step: Step, previous: Step | None, fact: str, in_file: str, at_form: str) -> Contradiction:
    return Contradiction(step, fact, in_file, at_form, previous.organization if previous else None, about="kind")
