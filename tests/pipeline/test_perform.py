"""A file from the introduction to the cell's vote, by the services alone; and what they refuse."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from cells.kinds import StateKind
from cells.models import Organization
from cells.services import states, tree
from cells.services.errors import RuleError
from core import audit
from core.models import AuditEvent
from pipeline.models import Ballot, Candidate, Case, CaseEvent, Mentorship
from pipeline.queries.facts import facts_of
from pipeline.services import helpers, moving
from pipeline.services.cases import Document, correct, perform, void
from pipeline.services.errors import CaseChangedError, GateError
from pipeline.services.nightly import refresh_cases
from pipeline.services.opening import Consent, open_case
from tests import factories
from tests.pipeline import files
from tests.pipeline.files import agrees, done, opened, ready, vote
from tests.today import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return files.peopled(5)


@pytest.fixture
def cell(units) -> Organization:
    return units["K1"]


def test_somebody_walks_from_the_introduction_to_the_vote_of_the_cell(cell):
    case = opened(cell)
    assert (case.code, case.stage, case.status, case.next_step) == (
        "HS-2026-00001",
        "SOURCE",
        "open",
        "sympathiser_list",
    )
    ready(case)
    assert (case.stage, case.next_step) == ("FILE", "cell_vote")
    event = done(case, "cell_vote", vote=vote(cell, yes=4, no=1))
    assert (case.stage, case.status, case.stage_since) == ("CELL_PASSED", "open", TODAY)
    assert (event.ballot.members, event.ballot.yes, len(event.ballot.confirmed)) == (5, 4, 5)
    assert event.on_behalf == "chi bộ"
    assert case.next_step == "base_resolution" or case.next_due
    assert agrees(case)


def test_the_trail_has_one_event_for_every_version_of_a_file(cell):
    case = ready(opened(cell))
    told = AuditEvent.objects.filter(model="pipeline.case", object_id=str(case.public_id))
    assert told.count() == case.version
    assert set(told.values_list("scope_path", flat=True)) == {cell.path}
    assert not any("Trần Văn Cha" in str(changes) for changes in told.values_list("changes", flat=True))


def test_what_the_rules_block_is_not_entered_and_says_why(cell):
    case = ready(opened(cell, someone=files.person(born_on=date(2010, 1, 1))))
    before = CaseEvent.objects.count()
    with pytest.raises(GateError) as refused:
        done(case, "cell_vote", vote=vote(cell))
    assert "requirements.age_18" in {each.rule for each in refused.value.findings}
    assert any("208-QĐ/TW" in message for message in refused.value.messages)
    case.refresh_from_db()
    assert (CaseEvent.objects.count(), case.stage) == (before, "FILE")


def test_a_step_out_of_order_is_refused_with_what_comes_first(cell):
    case = opened(cell)
    with pytest.raises(RuleError, match="Hãy ghi bước đó trước"):
        done(case, "application")
    with pytest.raises(RuleError, match="đã ghi ngày"):
        done(case, "introduction")
    with pytest.raises(RuleError, match="không có việc này"):
        done(case, "bịa")


def test_the_slower_of_two_sees_who_did_what(cell):
    case = opened(cell)
    slow = Case.objects.get(pk=case.pk)
    with audit.acting(user=factories.user("nhanh", "Lê Thị Nhàn")):
        done(case, "sympathiser_list", files.after(case, 7))
    with pytest.raises(CaseChangedError) as refused:
        done(slow, "sympathiser_list", files.after(case, 8))
    assert [(each.who, each.what) for each in refused.value.changes] == [
        ("Lê Thị Nhàn", "Chi bộ ra nghị quyết đưa vào danh sách cảm tình Đảng")
    ]
    assert CaseEvent.objects.filter(case=case, kind="sympathiser_list").count() == 1


def test_days_to_come_and_before_the_file_are_refused_and_late_ones_say_why(cell):
    case = opened(cell)
    for day in (TODAY + timedelta(days=1), case.opened_on - timedelta(days=1)):
        with pytest.raises(RuleError):
            done(case, "sympathiser_list", day)
    with pytest.raises(RuleError, match="lý do ghi muộn"):
        done(case, "sympathiser_list", files.after(case, 7), late_reason="")
    done(case, "sympathiser_list", TODAY - timedelta(days=10), late_reason="")


def test_the_vote_needs_every_official_member_by_name(cell):
    case = ready(opened(cell))
    everybody = vote(cell)
    with pytest.raises(RuleError, match="kết quả biểu quyết"):
        done(case, "cell_vote")
    with pytest.raises(RuleError, match="Chưa xác nhận: Lê Văn"):
        done(case, "cell_vote", vote=vote(cell, confirmed=everybody.confirmed[1:]))
    stranger = files.official(factories.organization(parent=cell.parent))
    with pytest.raises(RuleError, match="không là đảng viên chính thức"):
        done(case, "cell_vote", vote=vote(cell, confirmed=(*everybody.confirmed, stranger.public_id)))


def test_states_of_the_day_are_counted_into_the_ballot(cell):
    case = ready(opened(cell))
    someone = cell.members.first()
    states.record_state(someone, kind=StateKind.EXEMPT, valid_from=date(2024, 1, 1), today=TODAY)
    event = done(case, "cell_vote", vote=vote(cell, yes=3, no=1, present=4))
    assert (event.ballot.members, event.ballot.exempt, case.stage) == (5, 1, "CELL_PASSED")


def test_a_vote_that_fails_leaves_the_person_on_the_list(cell):
    case = ready(opened(cell))
    done(case, "cell_vote", vote=vote(cell, yes=2, no=3))
    assert (case.stage, case.status, case.outcome, case.next_step) == ("FILE", "open", "not_yet", "cell_vote")


def test_a_correction_stands_in_place_and_changes_what_is_derived(cell):
    case = ready(opened(cell))
    event = done(case, "cell_vote", vote=vote(cell, yes=2, no=3))
    right = correct(event, vote=vote(cell), reason="Đọc nhầm biên bản", today=TODAY, version=case.version,
                    document=Document("12-NQ/CB", TODAY))  # fmt: skip
    case = event.case
    event.refresh_from_db()
    assert (case.stage, event.in_force, right.corrects_id, right.document_number) == (
        "CELL_PASSED", False, event.pk, "12-NQ/CB",
    )  # fmt: skip
    assert agrees(case)
    void(right, reason="Ghi nhầm người", today=TODAY, version=case.version)
    assert (right.case.stage, right.case.outcome) == ("FILE", "")
    assert agrees(case)
    with pytest.raises(RuleError, match="vừa được người khác đính chính"):
        void(right, reason="lần nữa", today=TODAY, version=right.case.version)


def test_a_correction_that_makes_later_events_unlawful_is_refused(cell):
    case = ready(opened(cell))
    done(case, "cell_vote", vote=vote(cell))
    seal = CaseEvent.objects.get(case=case, kind="cv_seal")
    with pytest.raises(RuleError, match="không còn đúng"):
        void(seal, reason="nhầm", today=TODAY, version=case.version)
    assert CaseEvent.objects.in_force().filter(pk=seal.pk).exists()


def test_events_cannot_be_changed_or_removed_by_the_database_itself(cell):
    from django.db import connection

    from core import append_only
    from pipeline import protection

    done(case := opened(cell), "sympathiser_list", files.after(case, 7))
    for table in protection.TABLES:
        append_only.protect_facts(connection, table)
    try:
        rows = CaseEvent.objects.filter(case=case)
        for change in (lambda: rows.update(kind="decision"), lambda: rows._raw_delete("default")):
            with pytest.raises(DatabaseError, match="ghi thêm"), transaction.atomic():
                change()
        assert rows.update(in_force=False)
        with pytest.raises(DatabaseError, match="ghi thêm"), transaction.atomic():
            rows.update(in_force=True)
    finally:
        for table in protection.TABLES:
            append_only.release(connection, table)


def test_a_failing_trail_undoes_the_whole_change(cell, monkeypatch):
    case = opened(cell)
    version, events = case.version, CaseEvent.objects.count()

    def broken(*args, **details):
        raise OSError("no trail")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(OSError, match="no trail"):
        done(case, "sympathiser_list", files.after(case, 7))
    stored = Case.objects.get(pk=case.pk)
    assert (stored.version, stored.stage, CaseEvent.objects.count()) == (version, "SOURCE", events)


def test_a_file_pauses_resumes_ends_and_comes_back(cell):
    case = opened(cell)
    done(case, "sympathiser_list", files.after(case, 7))
    with pytest.raises(RuleError, match="lý do"):
        done(case, "paused")
    done(case, "paused", reason="Đi làm xa")
    assert (case.status, case.next_step) == ("paused", "resumed")
    with pytest.raises(RuleError, match="đang tạm dừng"):
        done(case, "trial_tasks")
    done(case, "resumed")
    done(case, "removed", reason="Không phấn đấu")
    assert (case.status, case.outcome, case.closed_on) == ("closed", "removed", TODAY)
    again = open_case(
        case.candidate, organization=cell, on=TODAY, today=TODAY, by="Hội Nông dân", consent=Consent(TODAY)
    )
    with pytest.raises(RuleError, match="hồ sơ khác"):
        done(case, "relisted")
    done(again, "withdrew", reason="Gia đình")
    case.refresh_from_db()
    done(case, "relisted")
    assert (case.status, case.closed_on) == ("open", None)
    assert agrees(case)


def test_a_returned_file_says_what_to_do_again(cell):
    case = ready(opened(cell))
    with pytest.raises(RuleError, match="phải làm lại"):
        moving.return_file(case, on=TODAY, today=TODAY, version=case.version, reason="Thiếu", steps=[])
    moving.return_file(case, on=TODAY, today=TODAY, version=case.version, reason="Ý kiến chưa ký", steps=["opinions"])
    assert (case.outcome, case.next_step) == ("returned", "opinions")
    done(case, "opinions")
    assert (case.outcome, case.next_step) == ("", "cell_vote")


def test_a_file_moves_to_another_cell_which_assigns_a_helper_again(cell, units):
    case = ready(opened(cell))
    day = TODAY - timedelta(days=3)
    moving.move_case(case, to=units["K3"], on=day, today=TODAY, version=case.version, reason="Chuyển nơi ở")
    assert (case.organization, case.candidate.organization, case.first_organization) == (units["K3"], units["K3"], cell)
    assert not Mentorship.objects.filter(case=case, until__isnull=True, since__isnull=False).exists()
    assert facts_of([case.pk], TODAY)[case.pk].units_on(TODAY)[0].code == "K3"
    assert facts_of([case.pk], TODAY)[case.pk].units_on(day - timedelta(days=1))[0].code == "K1"
    new = files.official(units["K3"])
    helpers.assign_helper(case, new, on=TODAY, today=TODAY, version=case.version)
    assert CaseEvent.objects.filter(case=case, kind="helper").order_by("-pk").first().organization == units["K3"]
    assert case.next_step == "cell_vote"


def test_no_consent_no_file(cell, units):
    for details, words in (
        ({"consent": None}, "đồng ý"),
        ({"consent": Consent(TODAY + timedelta(days=1))}, "phía trước"),
        ({"organization": units["D1"]}, "chi bộ"),
        ({"by": " "}, "giới thiệu"),
        ({"late_reason": ""}, "ghi muộn"),
    ):
        given = {"organization": cell, "on": date(2026, 1, 5), "today": TODAY, "by": "Đoàn xã", "late_reason": "sổ cũ",
                 "consent": Consent(date(2026, 1, 5))}  # fmt: skip
        with pytest.raises(RuleError, match=words):
            open_case(files.person(), **(given | details))
    assert Candidate.objects.count() == 0


def test_ballots_stay_as_they_were_counted(cell):
    case = ready(opened(cell))
    done(case, "cell_vote", vote=vote(cell))
    assert Ballot.objects.get().confirmed == sorted(str(each.public_id) for each in cell.members.all())
    with pytest.raises(RuleError, match="không biểu quyết"):
        perform(case, "decision_receipt", on=TODAY, today=TODAY, version=case.version, vote=vote(cell))


def test_a_file_goes_with_its_cell_into_the_one_that_takes_it_over(cell, units):
    case = ready(opened(cell))
    day = TODAY - timedelta(days=30)
    tree.merge(cell, units["K2"], on=day, today=TODAY)
    assert refresh_cases(TODAY).changed == 1
    case.refresh_from_db()
    assert case.organization == case.candidate.organization == units["K2"]
    event = done(case, "list_review", day - timedelta(days=5))
    assert event.organization == cell
    assert done(case, "list_review", day).organization == units["K2"]
    facts = facts_of([case.pk], TODAY)[case.pk]
    assert [facts.units_on(each)[0].code for each in (day - timedelta(days=1), day)] == ["K1", "K2"]
    assert agrees(case)


def test_a_move_to_the_wrong_cell_is_corrected_or_taken_back(cell, units):
    case = opened(cell)
    event = moving.move_case(
        case, to=units["K3"], on=TODAY, today=TODAY, version=case.version, reason="Chuyển nơi ở", late_reason=""
    )
    right = correct(event, reason="Nhầm chi bộ", moved_to=units["K2"], today=TODAY, version=case.version)
    assert (right.case.organization, right.case.candidate.organization) == (units["K2"], units["K2"])
    void(right, reason="Không chuyển nữa", today=TODAY, version=right.case.version)
    case.refresh_from_db()
    assert (case.organization, agrees(case)) == (cell, True)
    for to, words in ((cell, "đang ở"), (units["D1"], "một chi bộ")):
        with pytest.raises(RuleError, match=words):
            moving.move_case(case, to=to, on=TODAY, today=TODAY, version=case.version, reason="x")


@pytest.mark.parametrize(
    ("figures", "words"),
    [({"yes": -1}, "âm"), ({"yes": 5, "present": 4}, "chỉ có 4 người"), ({"yes": 6, "present": 6}, "nhiều hơn 5")],
)
def test_figures_of_a_vote_that_cannot_be_are_refused(cell, figures, words):
    case = ready(opened(cell))
    with pytest.raises(RuleError, match=words):
        done(case, "cell_vote", vote=vote(cell, **figures))
