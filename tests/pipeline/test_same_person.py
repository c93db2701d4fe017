"""What the file and the roll both say of somebody: corrected in one, it is corrected in the other."""

from datetime import date

import pytest

from cells.models import FactsVersion, Member
from cells.roles import Role
from cells.services.errors import RuleError
from cells.services.members import change_personal_data
from core import audit
from core.dates import DatePrecision
from core.models import AuditEvent
from pipeline.kinds import CaseStatus
from pipeline.models import Candidate, CandidateProfile, Case
from pipeline.services.people import edit_person
from pipeline.services.same_person import follow_the_roll
from tests import pages
from tests.everything import brought_in
from tests.pipeline import file_sheet, files
from tests.pipeline.case_pages import address, client_of, text_of
from tests.pipeline.files import agrees, done
from tests.pipeline.upward import admitted, decided
from tests.today import TODAY

pytestmark = pytest.mark.django_db

DECIDED = date(2026, 9, 14)
OFFICIAL = date(2026, 6, 28)
NUMBER, OTHER = "099000000111", "099000000222"


@pytest.fixture
def units():
    return files.peopled(5)


@pytest.fixture
def case(units):
    return admitted(units["K1"], DECIDED, someone=files.person("Trần Thị Mai"))


def member_of(case: Case) -> Member:
    return Member.objects.get(candidate=case.candidate_id)


def edit(case: Case, **values: object) -> None:
    edit_person(case, today=TODAY, version=case.version, **values)


def edit_on_the_roll(case: Case, number: str | None = None, **values: object) -> None:
    member = member_of(case)
    change_personal_data(member, version=member.version, today=TODAY, values=values, identity_number=number)
    case.refresh_from_db()


def test_a_name_corrected_on_the_file_is_that_of_the_roll(case):
    born = date(1999, 4, 2)
    edit(case, full_name="Trần Thị Mây", born_on=born, born_precision=DatePrecision.DAY, sex="female", ethnicity="Tày")
    member = member_of(case)
    assert (member.full_name, member.name_fold, member.born_on, member.sex, member.ethnicity) == (
        "Trần Thị Mây", "tran thi may", born, "female", "Tày",
    )  # fmt: skip
    told = AuditEvent.objects.filter(model="cells.member", object_id=str(member.public_id)).latest("id")
    assert told.changes["full_name"] == ["Trần Thị Mai", "Trần Thị Mây"]
    assert "Tày" not in str(told.changes)
    file = AuditEvent.objects.filter(model="pipeline.case", object_id=str(case.public_id)).latest("id")
    assert file.batch == told.batch
    assert agrees(case)


def test_a_name_corrected_on_the_roll_is_that_of_the_file(case):
    before = case.version
    edit_on_the_roll(case, full_name="Trần Thị Mây", born_on=date(1999, 4, 2), religion="Không")
    person = Candidate.objects.get(pk=case.candidate_id)
    assert (person.full_name, person.name_fold, person.born_on) == ("Trần Thị Mây", "tran thi may", date(1999, 4, 2))
    assert CandidateProfile.objects.get(candidate=person).religion == "Không"
    assert case.version == before + 1  # whoever has the form open is told
    told = AuditEvent.objects.filter(model="pipeline.case", object_id=str(case.public_id)).latest("id")
    assert told.changes["event"] == "Theo danh sách đảng viên"
    assert told.changes["full_name"] == ["Trần Thị Mai", "Trần Thị Mây"]
    assert agrees(case)


def test_the_number_of_the_identity_paper_goes_both_ways(case):
    edit(case, identity_number="099 000 000 111")
    assert member_of(case).identity_number.open() == NUMBER
    edit_on_the_roll(case, number=OTHER)
    profile = CandidateProfile.objects.get(candidate=case.candidate_id)
    assert profile.identity_number.open() == OTHER
    assert CandidateProfile.objects.filter(
        CandidateProfile._meta.get_field("identity_number").rows_with(OTHER)
    ).exists()


def test_what_one_of_both_leaves_open_takes_nothing_from_the_other(case):
    edit(case, ethnicity="Tày", phone="0912 000 000")
    edit_on_the_roll(case, ethnicity="", full_name="Trần Thị Mây")
    assert CandidateProfile.objects.get(candidate=case.candidate_id).ethnicity == "Tày"
    edit(case, ethnicity="")
    assert member_of(case).full_name == "Trần Thị Mây"


def test_what_concerns_the_file_alone_leaves_the_facts_as_they_are(case):
    before = FactsVersion.state()
    edit(case, full_name="Trần Thị Mai", phone="0912 000 000", has_youth_union=True)
    assert FactsVersion.state() == before
    edit(case, full_name="Trần Thị Mây")
    assert FactsVersion.state() != before


def test_what_was_not_touched_is_not_carried(case):
    Member.objects.filter(candidate=case.candidate_id).update(full_name="Trần Thị Mơ")
    edit(case, full_name="Trần Thị Mai", phone="0912 000 000")
    assert member_of(case).full_name == "Trần Thị Mơ"


def test_a_done_file_sends_to_the_roll_and_follows_it():
    file_sheet.roll()
    row = file_sheet.someone(member="M6", **file_sheet.WAY, **file_sheet.ADMITTED, recognition_decision=OFFICIAL)
    assert brought_in({"CAM_TINH": file_sheet.file_sheet(row)}).saved
    case = Case.objects.get()
    while case.next_step:
        done(case, case.next_step, OFFICIAL)
    assert (case.status, member_of(case).full_name) == (CaseStatus.DONE, "Nghiêm Thị Hòa")
    with pytest.raises(RuleError, match="trang của đảng viên"):
        edit(case, full_name="Nghiêm Thị Hoa")
    edit(case, phone="0912 000 000")
    assert {member_of(case).full_name, Candidate.objects.get().full_name} == {"Nghiêm Thị Hòa"}
    edit_on_the_roll(case, full_name="Nghiêm Thị Hoa")
    assert Candidate.objects.get().full_name == "Nghiêm Thị Hoa"


def test_before_the_ceremony_the_roll_has_nothing_to_follow(units):
    case = decided(units["K1"], DECIDED, someone=files.person("Trần Thị Mai"))
    edit(case, full_name="Trần Thị Mây")
    assert not Member.objects.filter(full_name="Trần Thị Mây").exists()


def test_anothers_number_changes_neither(case, units):
    other = files.official(units["K3"], full_name="Vũ Thị Lan")
    change_personal_data(other, version=other.version, today=TODAY, values={}, identity_number=NUMBER)
    with pytest.raises(RuleError, match="đã ghi cho người khác"):
        edit(case, identity_number=NUMBER, full_name="Trần Thị Mây")
    assert Candidate.objects.get(pk=case.candidate_id).full_name == member_of(case).full_name == "Trần Thị Mai"


def test_a_failing_trail_leaves_both_as_they_were(case, monkeypatch):
    monkeypatch.setattr(audit, "record", lambda *_, **__: (_ for _ in ()).throw(OSError("no trail")))
    with pytest.raises(OSError, match="no trail"):
        edit(case, full_name="Trần Thị Mây")
    with pytest.raises(OSError, match="no trail"):
        edit_on_the_roll(case, full_name="Trần Thị Mây")
    assert Candidate.objects.get(pk=case.candidate_id).full_name == member_of(case).full_name == "Trần Thị Mai"


def test_members_without_files_cost_one_question_however_many(case, django_assert_num_queries):
    member = member_of(case)
    strangers = list(Member.objects.exclude(pk=member.pk))
    with django_assert_num_queries(1):
        follow_the_roll(strangers)
    with django_assert_num_queries(1):  # and one whose file says the same already
        follow_the_roll([*strangers, member])


@pytest.mark.parametrize(("role", "place"), [(Role.COMMITTEE_OFFICER, "D1"), (Role.INSPECTOR, "H")])
def test_the_page_of_a_member_leads_to_the_file_where_recognition_is_entered(case, units, role, place):
    ends = {"valid_until": TODAY.replace(year=2027)} if role == Role.INSPECTOR else {}
    client, member = client_of(units[place], role, **ends), member_of(case)
    answer = client.get(f"/dang-vien/{member.public_id}/")
    pages.check_page(answer)
    html = answer.content.decode()
    assert address("case-detail", case) in html
    assert f"/dang-vien/{member.public_id}/cong-nhan/" not in html
    assert f"Hồ sơ kết nạp {case.code} đang làm" in text_of(answer)


def test_near_the_end_of_probation_the_page_of_a_member_says_to_open_the_file(units):
    case = admitted(units["K1"], date(2025, 9, 1))
    told = text_of(client_of(units["D1"], Role.COMMITTEE_OFFICER).get(f"/dang-vien/{member_of(case).public_id}/"))
    assert f"Việc tiếp theo ở hồ sơ {case.code}" in told
    assert "Ghi công nhận" not in told
