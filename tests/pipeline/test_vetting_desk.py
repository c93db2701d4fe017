"""Many inquiries at once by the services, the directory, who waits for whom."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.models import DeclaredConflict
from cells.roles import Role
from cells.services.errors import RuleError
from core.models import AuditEvent
from pipeline.kinds import BodyKind
from pipeline.models import VettingBody, VettingInquiry
from pipeline.queries.cases import judge_of
from pipeline.queries.vetting_ageing import ageing, sent_on
from pipeline.queries.vetting_bodies import body_named, phones_of, typed_names
from pipeline.queries.vetting_clock import AnswerClock
from pipeline.queries.vetting_list import INQUIRY, Wanted, inquiries
from pipeline.services import vetting_bodies, vetting_desk
from pipeline.services.vetting_desk import MOST, Answer, Letter, answer_many, remind_many, send_many
from tests import factories
from tests.pipeline import files
from tests.pipeline.vetting import FINDING, TAN_LAP, body, exempt, file_of, fresh, unsent, waiting
from tests.today import TODAY

pytestmark = pytest.mark.django_db


def versions(*cases) -> dict[int, int]:
    return {case.pk: fresh(case) for case in cases}


def again(*rows: VettingInquiry) -> list[VettingInquiry]:
    return [VettingInquiry.objects.select_related("case__candidate").get(pk=row.pk) for row in rows]


def stored(row: VettingInquiry) -> VettingInquiry:
    return VettingInquiry.objects.get(pk=row.pk)


def officer(place, role=Role.COMMITTEE_OFFICER):
    person = factories.user()
    factories.appointment(person, place, role)
    return person


# --- letters ------------------------------------------------------------------------------------------------------
def test_letters_of_several_files_go_out_at_once_each_with_its_line_in_the_trail(units):
    mai, an = file_of(units["K1"], "Trần Thị Mai"), file_of(units["K2"], "Lê Văn An")
    first, second, third = again(unsent(mai, "Đảng ủy xã Khê"), unsent(mai, relation="mother"), unsent(an))
    seen = versions(mai, an)
    entry = body(units["D1"])
    letters = [Letter(first, number="5-CV/ĐU"), Letter(second, TAN_LAP, entry, "6-CV/ĐU"), Letter(third, "Nơi khác")]
    before = AuditEvent.objects.count()
    assert send_many(letters, on=TODAY, today=TODAY, versions=seen) == 3
    assert [(row.addressee, row.body, row.request_number) for row in map(stored, (first, second, third))] == [
        ("Đảng ủy xã Khê", None, "5-CV/ĐU"), (TAN_LAP, entry, "6-CV/ĐU"), ("Nơi khác", None, "")
    ]  # fmt: skip
    assert {row.requested_on for row in map(stored, (first, second, third))} == {TODAY}
    assert [fresh(case) - seen[case.pk] for case in (mai, an)] == [2, 1]
    events = AuditEvent.objects.order_by("pk")[before:]
    assert [event.changes["event"] for event in events] == ["Gửi thẩm tra"] * 3
    assert len({event.batch for event in events}) == 1
    assert files.agrees(mai)
    assert files.agrees(an)


def test_all_or_none_and_everybody_who_is_refused_is_named(units):
    mai, an = file_of(units["K1"], "Trần Thị Mai"), file_of(units["K1"], "Lê Văn An")
    good, nameless, spared = again(unsent(mai, TAN_LAP), unsent(an), exempt(an))
    with pytest.raises(RuleError) as refusal:
        send_many([Letter(good), Letter(nameless), Letter(spared, TAN_LAP)], on=TODAY, today=TODAY,
                  versions=versions(mai, an))  # fmt: skip
    assert refusal.value.messages == [
        "Chưa ghi mục nào.",
        "Lê Văn An, mục 1: Hãy ghi nơi được hỏi.",
        "Lê Văn An, mục 2: Mục này đã ghi miễn thẩm tra. Hãy thêm mục khác nếu vẫn cần hỏi.",
    ]
    assert stored(good).requested_on is None


def test_whoever_was_slower_is_told_by_name_and_nothing_is_stored(units):
    mai, an = file_of(units["K1"], "Trần Thị Mai"), file_of(units["K1"], "Lê Văn An")
    first, second, third = again(unsent(mai, TAN_LAP), unsent(an, TAN_LAP), unsent(an, TAN_LAP, "mother"))
    seen = versions(mai, an)
    unsent(an, relation="spouse")
    with pytest.raises(RuleError) as refusal:
        send_many([Letter(first), Letter(second), Letter(third)], on=TODAY, today=TODAY, versions=seen)
    begin, *named = refusal.value.messages
    assert begin == "Chưa ghi mục nào."
    (told,) = named  # once for a file, however many of its inquiries
    assert told.startswith("Lê Văn An: Hồ sơ vừa có người ghi trước")
    assert not VettingInquiry.objects.filter(requested_on__isnull=False).exists()
    assert fresh(mai) == seen[mai.pk]


def test_a_file_that_was_not_shown_and_a_day_to_come_are_refused(units):
    mai = file_of(units["K1"], "Trần Thị Mai")
    (row,) = again(unsent(mai, TAN_LAP))
    with pytest.raises(RuleError, match="Trần Thị Mai"):
        send_many([Letter(row)], on=TODAY, today=TODAY, versions={})
    with pytest.raises(RuleError, match="mục 1: Ngày gửi còn ở phía trước"):
        send_many([Letter(row)], on=TODAY + timedelta(days=1), today=TODAY, versions=versions(mai))
    with pytest.raises(RuleError, match="Chưa chọn mục nào"):
        send_many([], on=TODAY, today=TODAY, versions={})


def test_more_than_fit_one_page_are_refused_at_once(units):
    mai = file_of(units["K1"])
    (row,) = again(unsent(mai, TAN_LAP))
    with pytest.raises(RuleError, match=f"nhiều nhất {MOST} mục"):
        remind_many([row] * (MOST + 1), on=TODAY, today=TODAY, versions=versions(mai))


def test_whoever_is_abroad_by_the_directory_has_the_longer_time(units):
    mai = file_of(units["K1"])
    (row,) = again(unsent(mai))
    embassy = body(units["D1"], "Đại sứ quán", kind=BodyKind.ABROAD)
    send_many([Letter(row, embassy.name, embassy)], on=TODAY, today=TODAY, versions=versions(mai))
    assert stored(row).abroad


def test_an_entry_chosen_before_stays_until_another_is_named(units):
    mai = file_of(units["K1"])
    entry = body(units["D1"])
    first, second = again(unsent(mai, TAN_LAP, body=entry), unsent(mai, TAN_LAP, "mother", body=entry))
    send_many([Letter(first), Letter(second, "Nơi khác")], on=TODAY, today=TODAY, versions=versions(mai))
    assert [(row.addressee, row.body) for row in map(stored, (first, second))] == [
        (TAN_LAP, entry), ("Nơi khác", None)
    ]  # fmt: skip


# --- reminders and answers ----------------------------------------------------------------------------------------
def test_reminders_count_and_refuse_what_has_been_answered_meanwhile(units):
    mai, an = file_of(units["K1"], "Trần Thị Mai"), file_of(units["K2"], "Lê Văn An")
    first, second = again(waiting(mai), waiting(an))
    assert remind_many([first, second], on=TODAY, today=TODAY, versions=versions(mai, an)) == 2
    assert [(row.times_chased, row.chased_on) for row in map(stored, (first, second))] == [(1, TODAY)] * 2
    answer_many([Answer(again(second)[0], FINDING, TODAY)], today=TODAY, versions=versions(an))
    with pytest.raises(RuleError, match="Lê Văn An, mục 1: Chỉ đôn đốc"):
        remind_many(again(first, second), on=TODAY, today=TODAY, versions=versions(mai, an))
    assert stored(first).times_chased == 1


def test_answers_are_entered_in_a_row_and_the_trail_does_not_say_what_was_found(units):
    mai, an = file_of(units["K1"]), file_of(units["K2"])
    rows = again(waiting(mai), waiting(an), waiting(an, addressee="Đảng ủy xã Khê"))
    answers = [Answer(row, FINDING, TODAY, "9-CV") for row in rows]
    assert answer_many(answers, today=TODAY, versions=versions(mai, an)) == 3
    assert {(row.answered_on, row.answer_number, row.conclusion) for row in map(stored, rows)} == {
        (TODAY, "9-CV", FINDING)
    }
    assert not any(FINDING in str(event.changes) for event in AuditEvent.objects.all())


def test_one_answer_before_its_request_keeps_the_others_out(units):
    mai, an = file_of(units["K1"], "Trần Thị Mai"), file_of(units["K2"], "Lê Văn An")
    first, second = again(waiting(mai, 20), waiting(an, 3))
    answers = [Answer(row, FINDING, TODAY - timedelta(days=5)) for row in (first, second)]
    with pytest.raises(RuleError, match="Lê Văn An, mục 1: Ngày trả lời trước ngày gửi"):
        answer_many(answers, today=TODAY, versions=versions(mai, an))
    assert stored(first).answered_on is None


def test_a_batch_that_fails_at_its_last_line_of_the_trail_leaves_nothing(units, monkeypatch):
    mai = file_of(units["K1"])
    rows = again(waiting(mai), waiting(mai, addressee="Đảng ủy xã Khê"))
    done = []

    def failing(*args, **options):
        done.append(1)
        if len(done) == 2:
            raise RuntimeError("broken")
        return real(*args, **options)

    real = vetting_desk.chase
    monkeypatch.setattr(vetting_desk, "chase", failing)
    with pytest.raises(RuntimeError):
        remind_many(rows, on=TODAY, today=TODAY, versions=versions(mai))
    assert {row.times_chased for row in map(stored, rows)} == {0}


# --- the directory ------------------------------------------------------------------------------------------------
def test_an_entry_is_kept_once_an_office_whatever_marks_are_typed(units):
    made = vetting_bodies.add_body(VettingBody(organization=units["D1"], name=" Đảng ủy  xã Tân Lập ", phone="1"))
    assert (made.name, made.name_fold) == (TAN_LAP, "dang uy xa tan lap")
    with pytest.raises(RuleError, match="đã có"):
        vetting_bodies.add_body(VettingBody(organization=units["D1"], name="ĐẢNG ỦY XÃ TÂN LẬP"))
    vetting_bodies.add_body(VettingBody(organization=units["D2"], name=TAN_LAP))
    with pytest.raises(RuleError, match="Hãy ghi tên"):
        vetting_bodies.add_body(VettingBody(organization=units["D1"], name=" "))
    (event,) = AuditEvent.objects.filter(model="pipeline.vettingbody", scope_path=units["D1"].path)
    assert event.changes["name"] == TAN_LAP


def test_a_changed_name_leaves_letters_as_they_are_and_the_slower_is_refused(units):
    entry, mai = body(units["D1"]), file_of(units["K1"])
    row = waiting(mai)
    vetting_bodies.change_body(entry, {"name": "Đảng ủy phường Tân Lập"}, version=1)
    assert (stored(row).addressee, entry.name_fold, entry.version) == (TAN_LAP, "dang uy phuong tan lap", 2)
    with pytest.raises(RuleError, match="vừa có người khác sửa"):
        vetting_bodies.change_body(entry, {"phone": "2"}, version=1)
    body(units["D1"], "Đảng ủy xã Khê")
    with pytest.raises(RuleError, match="đã có"):
        vetting_bodies.change_body(entry, {"name": "dang uy xa khe"}, version=2)
    entry.refresh_from_db()
    assert (entry.name, entry.version) == ("Đảng ủy phường Tân Lập", 2)


def test_who_chooses_sees_the_own_line_and_the_nearest_entry_first(units):
    above, own, beside = body(units["H"]), body(units["D1"]), body(units["D2"], "Đảng ủy xã Khê")
    secretary, other = officer(units["K1"], Role.CELL_SECRETARY), officer(units["D2"])
    assert body_named(secretary, "dang uy xa tan lap", TODAY) == own
    assert body_named(other, TAN_LAP, TODAY) == above
    assert body_named(secretary, "Đảng ủy xã Khê", TODAY) is None
    assert body_named(other, "Đảng ủy xã Khê", TODAY) == beside
    VettingBody.objects.filter(pk=own.pk).update(is_active=False)
    assert body_named(secretary, TAN_LAP, TODAY) == above


def test_the_telephone_is_that_of_the_entry_or_of_one_of_that_name(units):
    mai = file_of(units["K1"])
    named, chosen, unknown = waiting(mai), waiting(mai, addressee="Tên cũ"), waiting(mai, addressee="Nơi lạ")
    body(units["H"], phone="111")
    VettingInquiry.objects.filter(pk=chosen.pk).update(body=body(units["D1"], "Tên mới", phone="222"))
    rows = again(named, chosen, unknown)
    assert phones_of(officer(units["D1"]), rows, TODAY) == {named.pk: "111", chosen.pk: "222", unknown.pk: ""}
    assert phones_of(officer(units["D2"]), rows, TODAY)[chosen.pk] == ""


def test_names_typed_on_letters_are_offered_until_they_are_in_the_directory(units):
    mai = file_of(units["K1"])
    for addressee in (TAN_LAP, TAN_LAP, "dang uy xa tan lap", "Đảng ủy xã Khê"):
        waiting(mai, addressee=addressee)
    keeper = officer(units["D1"])
    assert [(each.name, each.size) for each in typed_names(keeper, TODAY)] == [(TAN_LAP, 3), ("Đảng ủy xã Khê", 1)]
    body(units["H"])
    assert [each.name for each in typed_names(keeper, TODAY)] == ["Đảng ủy xã Khê"]
    assert typed_names(officer(units["K1"], Role.CELL_SECRETARY), TODAY) == []


# --- who waits for whom -------------------------------------------------------------------------------------------
def rows_of(person, **wanted):
    return inquiries(person, Wanted(**wanted), TODAY)


def test_each_addressee_says_how_many_wait_how_many_late_and_how_long(units):
    mai, an = file_of(units["K1"]), file_of(units["K2"])
    clock = AnswerClock(judge_of(TODAY))
    for days in (1, 8, 60, 100):
        waiting(mai, days)
    waiting(an, 70, addressee="đảng ủy xã tân lập")
    waiting(an, 70, addressee="Đảng ủy xã Khê", abroad=True)
    unsent(an, TAN_LAP, "mother")
    exempt(an)
    chased = stored(VettingInquiry.objects.filter(requested_on=TODAY - timedelta(days=60)).get())
    remind_many(again(chased), on=TODAY - timedelta(days=2), today=TODAY, versions=versions(mai))
    found = ageing(rows_of(officer(units["D1"])), clock)
    days = [clock.waited(TODAY - timedelta(days=back)) for back in (60, 100)]
    assert [(each.addressee, each.waiting, each.late, each.median, each.longest, each.chased_on) for each in found] == [
        (TAN_LAP, 5, 3, days[0], days[1], TODAY - timedelta(days=2)),
        ("Đảng ủy xã Khê", 1, 0, found[1].longest, clock.waited(TODAY - timedelta(days=70)), None),
    ]


@pytest.mark.parametrize(
    ("days", "median"), [([5], 5), ([1, 9], 1), ([1, 2, 9], 2), ([1, 1, 1, 8, 9], 1), ([3, 4, 5, 6], 4)]
)
def test_the_median_is_that_of_the_one_in_the_middle(units, days, median):
    mai, clock = file_of(units["K1"]), AnswerClock(judge_of(TODAY))
    back = {clock.waited(TODAY - timedelta(days=n)): n for n in range(30, 0, -1)}
    for each in days:
        waiting(mai, back[each])
    (found,) = ageing(rows_of(officer(units["D1"])), clock)
    assert found.median == median


def test_ageing_asks_once_and_looks_at_each_day_once(units, monkeypatch):
    mai = file_of(units["K1"])
    for _ in range(3):
        waiting(mai, 90)
        waiting(mai, 80)
    clock, looked_at = AnswerClock(judge_of(TODAY)), []
    is_working = clock._calendar.is_working
    monkeypatch.setattr(clock._calendar, "is_working", lambda day: looked_at.append(day) or is_working(day))
    rows = rows_of(officer(units["D1"]))
    with CaptureQueriesContext(connection) as asked:
        (found,) = ageing(rows, clock)
    assert (found.waiting, found.late, len(asked)) == (6, 6, 1)
    assert len(looked_at) == len(set(looked_at)) == 90


def test_the_letters_of_a_day_name_persons_and_numbers_and_no_relative(units):
    mai, an = file_of(units["K1"], "Trần Thị Mai"), file_of(units["K2"], "Lê Văn An")
    first, second, third = again(unsent(mai), unsent(mai, relation="mother"), unsent(an))
    send_many([Letter(row, TAN_LAP, number="7-CV/ĐU") for row in (first, second, third)], on=TODAY, today=TODAY,
              versions=versions(mai, an))  # fmt: skip
    waiting(mai, 3)
    groups = sent_on(rows_of(officer(units["D1"])), TODAY)
    assert [(row.name, row.birth_year, row.cell.code, row.number, row.size) for row in groups[TAN_LAP]] == [
        ("Lê Văn An", 1998, "K2", "7-CV/ĐU", 1), ("Trần Thị Mai", 1998, "K1", "7-CV/ĐU", 2)
    ]  # fmt: skip
    assert sent_on(rows_of(officer(units["D1"])), date(2020, 1, 1)) == {}


# --- access -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "place", "sees", "vets"),
    [
        (Role.CELL_SECRETARY, "K1", {"K1"}, set()),
        (Role.COMMITTEE_OFFICER, "D1", {"K1", "K2"}, {"K1", "K2"}),
        (Role.BOARD_OFFICER, "H", {"K1", "K2", "K3"}, {"K1", "K2", "K3"}),
        (Role.BOARD_HEAD, "H", {"K1", "K2", "K3"}, {"K1", "K2", "K3"}),
        (Role.ADMINISTRATOR, "", set(), set()),
    ],
)
def test_who_sees_inquiries_and_who_sends_letters(units, role, place, sees, vets):
    for code in ("K1", "K2", "K3"):
        waiting(file_of(units[code]))
    person = officer(units.get(place), role)
    for action, expected in (("view", sees), ("vet", vets)):
        rows = inquiries(person, Wanted(), TODAY, action)
        assert {row.case.organization.code for row in rows.select_related("case__organization")} == expected
    assert VettingInquiry._meta.label_lower == INQUIRY


def test_a_declared_family_tie_keeps_somebody_away_from_the_inquiries_too(units):
    mai = file_of(units["K1"])
    waiting(mai)
    person = officer(units["D1"])
    DeclaredConflict.objects.create(
        user=person, model="pipeline.candidate", file=mai.candidate.public_id, name="Trần Thị Mai", relation="em"
    )
    person = type(person).objects.get(pk=person.pk)
    assert not rows_of(person).exists()
