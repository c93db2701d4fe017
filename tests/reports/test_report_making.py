"""Making a report: once, frozen, with its file and its trail; nothing left behind when it fails."""

import hashlib
from datetime import date

import pytest
from django.conf import settings
from django.db import IntegrityError

from cells.models import FactsVersion, Organization
from cells.services.errors import RuleError
from core.documents.canonical import digest
from core.documents.pdf import Pdf
from core.jobs import JobError, run_now
from core.models import AuditEvent, User
from reports.jobs import REPORT
from reports.kinds import ReportKind, Signer
from reports.models import Report, ReportRevision
from reports.rates import Period
from reports.services import reports as service
from tests.factories import appointment, organization, user
from tests.reports.committee import committee

pytestmark = pytest.mark.django_db

Y2025 = Period.of_year(2025)


@pytest.fixture
def units() -> dict[str, Organization]:
    return committee()


@pytest.fixture
def officer(units) -> User:
    person = user("hai.dq")
    appointment(person, units["H"])
    return person


@pytest.fixture
def printed(monkeypatch) -> list[str]:
    """What would be laid out; the layout itself takes seconds and is tested elsewhere."""
    pages: list[str] = []

    def print_(html: str) -> Pdf:
        pages.append(html)
        return Pdf(b"%PDF-" + html.encode(), 7)

    monkeypatch.setattr(service, "make_pdf", print_)
    return pages


def ask(unit: Organization, owner: User | None, dated: date | None = date(2026, 1, 8), **changes):
    params = {
        "organization": str(unit.public_id),
        "kind": ReportKind.ANNUAL,
        "first_day": "2025-01-01",
        "last_day": "2025-12-31",
        "dated": dated.isoformat() if dated else None,
        "signer": Signer.HEAD,
    }
    return run_now(REPORT, params | changes, owner=owner)


def stored_files() -> list[str]:
    return sorted(str(path.relative_to(settings.FILES_DIR)) for path in (settings.FILES_DIR / "reports").glob("*"))


@pytest.fixture(autouse=True)
def _no_files_yet():
    for name in stored_files():
        (settings.FILES_DIR / name).unlink()


def test_a_revision_holds_the_frozen_content_its_digest_and_the_very_file(units, officer, printed):
    AuditEvent.objects.all().delete()
    outcome = ask(units["H"], officer)
    revision = ReportRevision.objects.get()
    report = revision.report
    assert (report.kind, report.organization, report.first_day, report.last_day, report.created_by) == (
        ReportKind.ANNUAL, units["H"], date(2025, 1, 1), date(2025, 12, 31), officer,
    )  # fmt: skip
    assert (revision.number, revision.dated, revision.pages, revision.created_by) == (1, date(2026, 1, 8), 7, officer)
    assert revision.facts_version == FactsVersion.current()
    assert revision.digest == digest(revision.content)
    assert stored_files() == [revision.file]
    data = (settings.FILES_DIR / revision.file).read_bytes()
    assert (data[5:].decode(), hashlib.sha256(data).hexdigest()) == (printed[0], revision.file_digest)
    assert outcome.result == {
        "message": "Báo cáo năm 2025: Đảng bộ huyện Minh Sơn: bản 1, 7 trang.",
        "url": f"/bao-cao/{report.public_id}/1/",
    }
    (event,) = AuditEvent.objects.all()
    assert (event.action, event.actor, event.object_id) == (AuditEvent.Action.RENDER, "hai.dq", str(report.public_id))
    assert (event.label, event.scope_path) == (str(revision), units["H"].path)
    assert event.changes == {"number": 1, "digest": revision.digest, "file_digest": revision.file_digest}


def test_the_printed_page_says_what_it_was_made_from(units, officer, printed):
    ask(units["H"], officer)
    (html,) = printed
    revision = ReportRevision.objects.get()
    assert revision.digest in html
    assert '<th class="label">Người lập</th><td>Đỗ Quang Hải</td>' in html
    assert f'<th class="label">Lần thay đổi dữ liệu</th><td>{revision.facts_version}</td>' in html


def test_made_again_it_is_the_next_revision_and_the_first_stays(units, officer, printed):
    ask(units["H"], officer)
    ask(units["H"], officer, dated=None)
    ask(units["D1"], officer)
    assert list(Report.objects.order_by("pk").values_list("organization__code", flat=True)) == ["H", "D1"]
    assert list(ReportRevision.objects.order_by("pk").values_list("report__organization__code", "number", "dated")) == [
        ("H", 1, date(2026, 1, 8)), ("H", 2, None), ("D1", 1, date(2026, 1, 8)),
    ]  # fmt: skip
    assert len(stored_files()) == 3


def test_the_same_facts_have_the_same_digest_whoever_makes_it(units, officer, printed):
    ask(units["H"], officer)
    other = user("binh.nt")
    appointment(other, units["H"])
    ask(units["H"], other)
    first, second = ReportRevision.objects.order_by("number")
    assert (first.content, first.digest) == (second.content, second.digest)


def test_a_colleague_who_was_faster_takes_the_number(units, officer, printed, monkeypatch):
    ask(units["H"], officer)
    real, slow = service._next_revision, iter([1])

    def outdated(*args):
        revision = real(*args)
        revision.number = next(slow, revision.number)
        return revision

    monkeypatch.setattr(service, "_next_revision", outdated)
    ask(units["H"], officer)
    assert list(ReportRevision.objects.values_list("number", flat=True)) == [2, 1]


def test_a_deleted_draft_leaves_with_its_file_and_its_number_is_not_given_again(
    units, officer, printed, django_capture_on_commit_callbacks
):
    for _ in range(2):
        ask(units["H"], officer)
    second = ReportRevision.objects.get(number=2)
    with django_capture_on_commit_callbacks(execute=True):
        service.delete_draft(second, reason="Lập nhầm kỳ")
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.label, event.reason) == (
        AuditEvent.Action.DELETE, "Báo cáo năm 2025: Đảng bộ huyện Minh Sơn, bản 2", "Lập nhầm kỳ",
    )  # fmt: skip
    assert event.changes == {"number": 2, "digest": second.digest, "file_digest": second.file_digest}
    assert stored_files() == [ReportRevision.objects.get().file]
    ask(units["H"], officer)
    assert list(ReportRevision.objects.values_list("number", flat=True)) == [3, 1]


def test_a_draft_whose_trail_fails_stays(units, officer, printed, monkeypatch):
    ask(units["H"], officer)
    monkeypatch.setattr(service.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        service.delete_draft(ReportRevision.objects.get(), reason="x")
    assert (ReportRevision.objects.count(), len(stored_files())) == (1, 1)


def test_a_failing_trail_undoes_the_report_and_its_file(units, officer, printed, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("no trail")

    monkeypatch.setattr(service.audit, "record", fail)
    with pytest.raises(RuntimeError):
        ask(units["H"], officer)
    assert (Report.objects.count(), ReportRevision.objects.count(), stored_files()) == (0, 0, [])


def test_a_number_that_is_never_free_is_a_fault_that_leaves_no_file(units, officer, printed, monkeypatch):
    ask(units["H"], officer)
    (kept,) = stored_files()
    taken = ReportRevision.objects.get()
    monkeypatch.setattr(
        service, "_next_revision", lambda *args: ReportRevision(report=taken.report, number=1, created_by=officer)
    )
    with pytest.raises(IntegrityError):
        ask(units["H"], officer)
    assert stored_files() == [kept]


def test_an_owner_who_lost_the_right_gets_no_report(units, officer, printed):
    with pytest.raises(JobError, match="không còn được phân công"):
        ask(units["H"], user())
    with pytest.raises(JobError, match="không còn được phân công"):
        ask(units["H"], None)
    assert Report.objects.count() == 0


def test_a_period_without_the_organisation_is_refused_with_what_to_choose(units, officer, printed):
    late = organization("L", "Chi bộ mới", parent=units["D1"], valid_from=date(2026, 2, 1))
    with pytest.raises(JobError, match="Hãy chọn kỳ khác"):
        ask(late, officer)


def test_facts_that_change_while_they_are_read_are_read_again(units, printed, monkeypatch):
    real, changes = service.report_facts, iter([True])

    def while_it_changes(*args):
        facts = real(*args)
        if next(changes, False):
            FactsVersion.advance()
        return facts

    monkeypatch.setattr(service, "report_facts", while_it_changes)
    rendered = service.render_report(units["D1"], ReportKind.ANNUAL, Y2025)
    assert rendered.facts_version == FactsVersion.current()


def test_facts_that_never_rest_are_refused(units, printed, monkeypatch):
    real = service.report_facts

    def always_changing(*args):
        facts = real(*args)
        FactsVersion.advance()
        return facts

    monkeypatch.setattr(service, "report_facts", always_changing)
    with pytest.raises(RuleError, match="lập lại sau ít phút"):
        service.render_report(units["D1"], ReportKind.ANNUAL, Y2025)


def test_names_with_signs_are_printed_as_they_are(units, printed):
    units["D1"].versions.update(name='Đảng bộ <b>xã</b> & "Hòa"')
    service.render_report(units["D1"], ReportKind.ANNUAL, Y2025)
    assert "&lt;B&gt;XÃ&lt;/B&gt; &amp; &quot;HÒA&quot;" in printed[0]
    assert "<b>xã</b>" not in printed[0]


@pytest.mark.pdf
def test_the_printed_report_has_its_head_pages_and_fonts_and_is_the_same_each_time(units):
    from tests.core.test_documents import embedded_fonts

    first = service.render_report(units["H"], ReportKind.ANNUAL, Y2025, dated=date(2026, 1, 8))
    again = service.render_report(units["H"], ReportKind.ANNUAL, Y2025, dated=date(2026, 1, 8))
    assert first.pdf.data == again.pdf.data
    assert first.pdf.pages == 6  # two of text, the table, the charts, the verification sheet
    assert embedded_fonts(first.pdf.data) == {
        "Liberation-Serif-2.1.5",
        "Liberation-Serif-2.1.5-Bold",
        "Liberation-Serif-2.1.5-Italic",
    }
