"""What one member's movements say: the pure rules, no database."""

from datetime import date

import pytest

from cells.kinds import MovementKind as Kind
from cells.roll import Step, replay
from core.workdays import WorkingCalendar

JOINED = date(2010, 5, 19)


def step(kind: str, on: str, place: str = "A", held: str | None = None) -> Step:
    return Step(kind, date.fromisoformat(on), place, date.fromisoformat(held) if held else None)


def problems(*steps: Step, joined_on: date | None = JOINED, home: str = "A") -> list[str]:
    return [c.message.format(place=c.other) for c in replay(steps, joined_on, home).contradictions]


def test_a_member_without_movements_is_on_the_roll_since_joining():
    result = replay([], JOINED, "A")
    assert (result.implied, result.organization, result.on_roll) == (Step(Kind.ADMITTED, JOINED, "A"), "A", True)


def test_a_member_without_movements_or_date_is_on_no_roll():
    result = replay([], None, "A")
    assert (result.implied, result.organization, result.on_roll) == (None, "A", False)


def test_one_who_leaves_first_was_there_since_joining():
    result = replay([step(Kind.TRANSFERRED_OUT, "2020-01-10", "B")], JOINED, "A")
    assert (result.implied, result.on_roll) == (Step(Kind.ADMITTED, JOINED, "B"), False)


def test_one_who_arrives_first_was_admitted_elsewhere():
    result = replay([step(Kind.TRANSFERRED_IN, "2020-01-10", "B")], JOINED, "B")
    assert (result.implied, result.organization, result.on_roll) == (None, "B", True)


def test_an_admission_gives_the_joining_day_where_none_is_entered():
    assert replay([step(Kind.ADMITTED, "2020-01-10")], None, "A").joined_on == date(2020, 1, 10)


def test_out_of_one_cell_and_into_the_next_may_be_the_same_day():
    steps = [step(Kind.TRANSFERRED_IN, "2020-01-10", "B"), step(Kind.TRANSFERRED_OUT, "2020-01-10", "A")]
    assert problems(*steps) == []
    assert [s.kind for s in replay(steps, JOINED, "B").steps] == [
        Kind.ADMITTED,
        Kind.TRANSFERRED_OUT,
        Kind.TRANSFERRED_IN,
    ]


@pytest.mark.parametrize(
    ("steps", "joined_on", "message"),
    [
        (
            [step(Kind.ADMITTED, "2010-05-19"), step(Kind.TRANSFERRED_IN, "2012-01-01", "B")],
            JOINED,
            "Ngày này đảng viên đang trong danh sách của A. Hãy thêm dòng rời khỏi A trước đó, hoặc xóa dòng này.",
        ),
        (
            [step(Kind.DIED, "2015-01-01", "A"), step(Kind.TRANSFERRED_IN, "2016-01-01", "B")],
            JOINED,
            "Đảng viên đã từ trần ngày 01/01/2015 tại A, không thể có biến động sau đó. "
            "Hãy xóa dòng này hoặc sửa dòng từ trần.",
        ),
        (
            [step(Kind.TRANSFERRED_OUT, "2015-01-01"), step(Kind.EXPELLED, "2016-01-01")],
            JOINED,
            "Đảng viên đã rời danh sách của A từ ngày 01/01/2015. Hãy thêm dòng chuyển đến, kết nạp hoặc phục hồi "
            "trước đó, hoặc xóa dòng này.",
        ),
        (
            [step(Kind.TRANSFERRED_IN, "2015-01-01", "A"), step(Kind.STRUCK_OFF, "2016-01-01", "B")],
            JOINED,
            "Ngày này đảng viên đang trong danh sách của A, không phải của tổ chức ghi ở dòng này. "
            "Hãy sửa Mã tổ chức hoặc thêm dòng chuyển sinh hoạt trước đó.",
        ),
        (
            [step(Kind.ADMITTED, "2011-05-19")],
            JOINED,
            "Ngày kết nạp 19/05/2011 khác Ngày vào Đảng 19/05/2010 ở sheet DANG_VIEN. Hãy sửa cho hai ngày khớp nhau "
            "(ngày của quyết định kết nạp).",
        ),
        (
            [step(Kind.TRANSFERRED_IN, "2009-01-01")],
            JOINED,
            "Biến động ngày 01/01/2009 trước Ngày vào Đảng 19/05/2010. Hãy kiểm tra lại hai ngày này.",
        ),
        (
            [step(Kind.TRANSFERRED_OUT, "2015-01-01")],
            None,
            "Đảng viên chưa từng vào danh sách: thiếu Ngày vào Đảng ở sheet DANG_VIEN, hoặc thiếu dòng kết nạp, "
            "chuyển đến trước ngày này. Hãy bổ sung một trong hai.",
        ),
        (
            [step(Kind.ADMITTED, "2010-05-19", held="2010-07-01"), step(Kind.TRANSFERRED_OUT, "2010-06-01")],
            JOINED,
            "Biến động này trước ngày tổ chức lễ kết nạp 01/07/2010 tại A. Hãy kiểm tra lại Ngày tổ chức lễ.",
        ),
        (
            [step(Kind.TRANSFERRED_OUT, "2015-01-01"), step(Kind.TRANSFERRED_IN, "2015-01-01", "B"),
             step(Kind.TRANSFERRED_OUT, "2015-01-01", "B"), step(Kind.TRANSFERRED_IN, "2015-01-01"),
             step(Kind.TRANSFERRED_OUT, "2015-01-01")],
            JOINED,
            "Biến động cùng loại, cùng ngày tại A đã được ghi. Hãy xóa dòng này hoặc sửa ngày.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_with_its_remedy(steps, joined_on, message):
    assert problems(*steps, joined_on=joined_on) == [message]


def test_one_may_leave_be_readmitted_and_reinstated():
    assert (
        problems(
            step(Kind.ADMITTED, "2010-05-19"),
            step(Kind.EXPELLED, "2015-01-01"),
            step(Kind.REINSTATED, "2016-01-01"),
            step(Kind.RESIGNED, "2017-01-01"),
            step(Kind.ADMITTED, "2021-01-01", "B"),
        )
        == []
    )


REFUSED, DOUBTFUL, FINE = "refused", "doubtful", "fine"
LEAVING = (Kind.TRANSFERRED_OUT, Kind.DIED, Kind.EXPELLED, Kind.STRUCK_OFF, Kind.RESIGNED)
AFTER_A_DISMISSAL = {
    (Kind.ADMITTED, 12): DOUBTFUL, (Kind.ADMITTED, 24): DOUBTFUL, (Kind.ADMITTED, 36): FINE,
    (Kind.REINSTATED, 12): FINE, (Kind.REINSTATED, 24): FINE, (Kind.REINSTATED, 36): FINE,
    (Kind.TRANSFERRED_IN, 12): REFUSED, (Kind.TRANSFERRED_IN, 24): DOUBTFUL, (Kind.TRANSFERRED_IN, 36): DOUBTFUL,
}  # fmt: skip
COMING_BACK = {
    Kind.TRANSFERRED_OUT: {
        (Kind.ADMITTED, 12): REFUSED, (Kind.ADMITTED, 24): DOUBTFUL, (Kind.ADMITTED, 36): DOUBTFUL,
        (Kind.REINSTATED, 12): REFUSED, (Kind.REINSTATED, 24): REFUSED, (Kind.REINSTATED, 36): REFUSED,
        (Kind.TRANSFERRED_IN, 12): FINE, (Kind.TRANSFERRED_IN, 24): FINE, (Kind.TRANSFERRED_IN, 36): FINE,
    },
    Kind.DIED: dict.fromkeys(AFTER_A_DISMISSAL, REFUSED),
    Kind.EXPELLED: AFTER_A_DISMISSAL, Kind.STRUCK_OFF: AFTER_A_DISMISSAL, Kind.RESIGNED: AFTER_A_DISMISSAL,
}  # fmt: skip
"""By how one left: the ways back and the months after which, and what becomes of them."""


def outcome(*steps: Step, joined_on: date | None = JOINED) -> str:
    found = replay(steps, joined_on, "A")
    return REFUSED if found.contradictions else DOUBTFUL if found.doubts else FINE


@pytest.mark.parametrize("months", [12, 24, 36])
@pytest.mark.parametrize("returning", [Kind.ADMITTED, Kind.REINSTATED, Kind.TRANSFERRED_IN])
@pytest.mark.parametrize("leaving", LEAVING)
def test_how_one_left_decides_how_one_may_come_back(leaving, returning, months):
    back = step(returning, f"{2015 + months // 12}-01-01")
    assert outcome(step(leaving, "2015-01-01"), back) == COMING_BACK[leaving][returning, months]


@pytest.mark.parametrize(
    ("kind", "expected"), [(Kind.ADMITTED, FINE), (Kind.TRANSFERRED_IN, FINE), (Kind.REINSTATED, DOUBTFUL)]
)
def test_a_history_may_begin_in_the_middle(kind, expected):
    assert outcome(step(kind, "2015-01-01"), joined_on=None) == expected


@pytest.mark.parametrize("order", [1, -1])
def test_the_ways_of_one_day_are_put_in_an_order_that_can_be(order):
    """Moved from A to B, expelled there by mistake and reinstated at once."""
    kinds = [(Kind.TRANSFERRED_OUT, "A"), (Kind.TRANSFERRED_IN, "B"), (Kind.EXPELLED, "B"), (Kind.REINSTATED, "B")]
    assert outcome(*[step(kind, "2015-01-01", place) for kind, place in kinds[::order]]) == FINE


def test_a_wrong_way_back_is_named_by_its_kind_with_the_remedy():
    (found,) = replay(
        [step(Kind.STRUCK_OFF, "2015-01-01"), step(Kind.TRANSFERRED_IN, "2016-01-01")], JOINED, "A"
    ).contradictions
    assert (found.about, found.message.format(place=found.other)) == (
        "kind",
        "Đảng viên đã ra khỏi Đảng ngày 01/01/2015 (xóa tên tại A) nên không thể chuyển đến. Hãy sửa Loại thành phục "
        "hồi hoặc kết nạp, hoặc thêm dòng phục hồi trước đó.",
    )


@pytest.mark.parametrize(
    ("arrived", "paired"),
    [
        ("2025-03-03", True),
        ("2025-05-29", True),  # the 60th working day: Tết aside, Hùng Kings' day and 30/4–2/5 fall in between
        ("2025-05-30", False),
        ("2025-12-01", False),
    ],
)
def test_a_transfer_is_completed_within_sixty_working_days(arrived, paired):
    left, came = step(Kind.TRANSFERRED_OUT, "2025-03-03", "A"), step(Kind.TRANSFERRED_IN, arrived, "B")
    pairs = replay([left, came], JOINED, "B").pairs(WorkingCalendar())
    assert pairs == ([(left, came)] if paired else [])


def test_leaving_and_coming_back_to_the_same_cell_is_no_pair():
    steps = [step(Kind.TRANSFERRED_OUT, "2025-03-03", "A"), step(Kind.TRANSFERRED_IN, "2025-03-20", "A")]
    assert replay(steps, JOINED, "A").pairs(WorkingCalendar()) == []
