"""What the pages are looked at with: an officer of a small district, and something to show on every page."""

import secrets
from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils import timezone

from cells.kinds import AssociationKind, StateKind
from cells.models import Appointment, Association, Organization
from cells.roles import Role
from cells.services import accounts, appointments, arranging, roll, states
from cells.services.arranging import Decision
from core.models import ExportEntry, Job, User
from pipeline.models import (
    Candidate,
    CardBatch,
    Case,
    DuplicateReport,
    Enrolment,
    FileReceipt,
    MemberCard,
    Session,
    SessionItem,
    TrainingClass,
    VettingBody,
)  # fmt: skip
from tests import factories, imports
from tests.pages import addresses
from tests.pipeline.files import kept
from tests.reports.committee import stored
from tests.today import TODAY

PUBLIC = {"login", "login-code", "logout", "healthz", "readyz"}
"""Addresses that answer somebody who is not logged in."""
PARTS = {
    "cells:job-file",
    "cells:organization-suggestions",
    "cells:workbook-template",
    "cells:workbook-example",
    "cells:import-marked-file",
    "cells:import-check",
    "cells:import-apply",
    "cells:import-discard",
    "cells:behalf-begin",
    "cells:behalf-end",
    "session-end",
    "reports:report-file",
    "pipeline:session-close",
    "pipeline:class-state",
    "pipeline:class-enter",
}
"""Addresses that answer with something else than a page."""
NOT_PAGES = PARTS | {"logout", "healthz", "readyz"}


def board_officer(password: str | None = None) -> User:
    """A Board officer of a small district."""
    person = factories.user("hai.dq", "Đỗ Quang Hải", password=password)
    factories.appointment(person, factories.district()["H"], title="Chuyên viên")
    return person


EDITION: dict[str, object] = {"edition": "208-qd-tw-2026"}
KEPT = tuple(
    f"pipeline:{name}" for name in (
        "case-edit", "case-step", "event-correct", "helper-end", "helper-remark", "task-finish", "relative-declare",
        "inquiries-plan", "inquiry-add", "inquiry-record", "paper-add", "paper-change", "opinion-add",
        "political-question", "file-receive", "file-complete",
    )
)  # fmt: skip
"""Addresses under which something is entered of a file."""
Parameters = dict[str, dict[str, object]]
"""Name of an address → what its parameters name."""


def shared(place: Organization, beside: Organization | None = None) -> Parameters:
    """Parameters of pages about *place* and what belongs to it; somebody leaves for *beside*, by default a new unit."""
    here = {"public_id": place.public_id}
    report = stored(place)
    member = factories.member(place, ethnicity="Tày", born_on=date(1988, 5, 12))
    state = states.record_state(member, kind=StateKind.EXEMPT, valid_from=date(2024, 1, 1), today=TODAY)
    factories.member(place, full_name="Lò Văn Dự", joined_on=date(2025, 12, 1))
    leaving = factories.member(place, full_name="Vũ Văn Thành")
    beside = beside or factories.organization(parent=place.parent)
    days = {"left_on": date(2025, 3, 1), "arrived_on": date(2025, 3, 20), "today": TODAY}
    out, _ = roll.transfer(leaving, to=beside, document="Giấy giới thiệu số 5", **days)
    decision = Decision(date(2026, 11, 2), TODAY, "Quyết định số 5-QĐ/ĐU")
    arranged = arranging.change(place, decision, sector="nông nghiệp")
    person = {"public_id": member.public_id}
    officer = _officer_beside(place)
    account = {"public_id": officer.user.public_id}
    office = {"public_id": officer.public_id}
    proposed = appointments.request_appointment(
        factories.user(full_name="Hà Văn Đề"), Role.BOARD_OFFICER, organization=place, valid_from=TODAY,
        reason="Bổ sung cán bộ", by=factories.user(full_name="Lê Thị Nghị"),
    )  # fmt: skip
    lesson, student = _lesson(place)
    conflict = accounts.declare_conflict(officer.user, member, relation="em vợ")
    case = kept(place)
    known = _file_pages(case) | _agenda_pages(place, case)
    return known | {
        "cells:behalf-begin": here,
        "cells:user-detail": account,
        "cells:user-edit": account,
        "cells:user-lock": account,
        "cells:user-sheet": account,
        "cells:user-factor": account,
        "cells:office-give": account,
        "cells:office-end": office,
        "cells:office-hand-over": office,
        "cells:office-deputy": office,
        "cells:request-decide": {"public_id": proposed.public_id},
        "cells:export-detail": {"public_id": _waiting_export(place).public_id},
        "cells:relative-end": {"public_id": conflict.public_id},
        "cells:organization-detail": here,
        "cells:organization-found": {"public_id": (place.parent or place).public_id},
        "cells:organization-change": here,
        "cells:organization-move": here,
        "cells:organization-merge": here,
        "cells:organization-dissolve": here,
        "cells:organization-undo": here | {"batch": arranged.batch},
        "cells:member-detail": person,
        "cells:member-edit": person,
        "cells:member-reveal": person,
        "cells:member-move": person | {"what": "chuyen-di"},
        "cells:member-transfer": person,
        "cells:member-recognise": person,
        "cells:member-state": person,
        "cells:movement-correct": {"public_id": out.public_id},
        "cells:state-end": {"public_id": state.public_id},
        "cells:state-reverse": {"public_id": state.public_id},
        "cells:transfer-receipt": {"public_id": out.public_id},
        "reports:overview-of": here,
        "reports:people": here | {"what": "ket-nap"},
        "reports:cells-without-admission": here,
        "reports:steps-of": here,
        "reports:targets-of": here,
        "reports:targets-print": here,
        "reports:targets-file": here,
        "reports:declared": here,
        "reports:report-detail": {"public_id": report.public_id},
        "reports:report-file": {"public_id": report.public_id, "number": 1},
        "reports:revision-delete": {"public_id": report.public_id, "number": 1},
        "pipeline:duplicate-detail": {"public_id": _on_file_twice(place).public_id},
        "pipeline:body-edit": {"public_id": _vetting_body(place).public_id},
        "pipeline:edition": EDITION,
        "pipeline:edition-comparison": EDITION,
        "pipeline:edition-cases": EDITION,
        "pipeline:rule": EDITION | {"table": "clocks", "name": "ceremony"},
        **{name: {"public_id": lesson.public_id} for name in CLASS_PAGES},
        "pipeline:enrolment-withdraw": {"public_id": student.public_id},
        "pipeline:enrolment-correct": {"public_id": student.public_id},
    }


def _on_file_twice(place: Organization) -> DuplicateReport:
    """Two files of *place* seem to be of one person; told to it."""
    people = [
        Candidate.objects.create(full_name="Mã Văn Trùng", organization=place, born_on=date(1999, 1, 2)) for _ in "ab"
    ]
    return DuplicateReport.objects.create(
        candidate=people[0], other=people[1], organization=place, because="name", reported_on=TODAY
    )


def _file_pages(case: Case) -> Parameters:
    """Parameters of pages about a file and what lies in it."""
    file: dict[str, object] = {"public_id": case.public_id}
    helper, paper = case.mentorship_set.get(), case.casedocument_set.get()
    return {
        **{f"pipeline:{name}": file for name in (
            "case-detail", "case-sheet", "case-documents", "case-reveal", "case-edit", "relative-declare",
            "inquiries-plan", "inquiry-add", "paper-add", "opinion-add", "political-question",
        )},
        "pipeline:case-step": file | {"step": "sympathiser_list"},
        "pipeline:event-correct": file | {"row": case.events.get().public_id},
        "pipeline:helper-end": file | {"row": helper.public_id},
        "pipeline:helper-remark": file | {"row": helper.public_id},
        "pipeline:task-finish": file | {"row": case.trialtask_set.get().public_id},
        "pipeline:inquiry-record": file | {"row": case.vettinginquiry_set.get().public_id, "what": "gui"},
        "pipeline:paper-change": file | {"row": paper.public_id},
    }  # fmt: skip


CLASS_PAGES = (
    "pipeline:class-detail", "pipeline:class-edit", "pipeline:class-state", "pipeline:class-print",
    "pipeline:class-export", "pipeline:class-propose", "pipeline:class-accept", "pipeline:class-results",
    "pipeline:class-certificates", "pipeline:class-enter",
)  # fmt: skip


SESSION_PAGES = ("session-detail", "session-edit", "session-close", "session-submit", "session-order", "session-print",
                 "session-export")  # fmt: skip
ITEM_PAGES = ("item-postpone", "item-return", "item-notify", "item-sheet")
CARD_PAGES = ("card-batch", "card-batch-decision", "card-batch-put", "card-batch-export")


def _agenda_pages(place: Organization, case: Case) -> Parameters:
    """Parameters of pages about a session and a batch of cards of *place*; *case* is on both."""
    session = Session.objects.create(organization=place, body="standing_committee", held_on=TODAY)
    item = SessionItem.objects.create(session=session, case=case, step="decision", position=1, submitted_on=TODAY)
    batch = CardBatch.objects.create(organization=place, day=date(2026, 11, 7))
    MemberCard.objects.create(batch=batch, case=case)
    receipt = FileReceipt.objects.create(case=case, organization=place, received_on=TODAY, lacking=["giấy khai sinh"])
    file: dict[str, object] = {"public_id": case.public_id}
    return {
        **{f"pipeline:{name}": {"public_id": session.public_id} for name in SESSION_PAGES},
        **{f"pipeline:{name}": {"public_id": item.public_id} for name in ITEM_PAGES},
        **{f"pipeline:{name}": {"public_id": batch.public_id} for name in CARD_PAGES},
        "pipeline:file-receive": file,
        "pipeline:file-complete": file | {"row": receipt.public_id},
        "pipeline:file-receipt": file | {"row": receipt.public_id},
    }


def _lesson(place: Organization) -> tuple[TrainingClass, Enrolment]:
    """A class of a centre beside *place*, and somebody of *place* who has its certificate; the file has ended since."""
    centre = Association.objects.create(
        code=f"{place.code}-TT", name=f"Trung tâm {place.name}", kind=AssociationKind.TRAINING_CENTRE,
        organization=place,
    )  # fmt: skip
    lesson = TrainingClass.objects.create(
        centre=centre, organization=place, kind="awareness_class", title=f"Lớp nhận thức {place.name}", year=TODAY.year,
        opens_on=TODAY, closes_on=TODAY, seats=40, sessions=5, state="open",
    )  # fmt: skip
    person = Candidate.objects.create(full_name="Phùng Thị Học", born_on=date(1999, 3, 4), organization=place)
    case = Case.objects.create(
        code=f"HSL-{place.code}", candidate=person, organization=place, first_organization=place,
        opened_on=date(2026, 1, 5), status="closed", closed_on=TODAY,
    )  # fmt: skip
    student = Enrolment.objects.create(
        training_class=lesson, case=case, proposed_by=place, proposed_on=TODAY, state="accepted", attended=5,
        result="good", certificate_number="01/CN", certified_on=TODAY, certificate_year=TODAY.year, centre=centre,
    )  # fmt: skip
    return lesson, student


def _vetting_body(place: Organization) -> VettingBody:
    """An entry in the directory that the office of *place* keeps."""
    return VettingBody.objects.create(
        organization=place, name=f"Đảng ủy xã gần {place.name}", phone="0204 3 000 001", address="Thôn Trung"
    )


def _waiting_export(place: Organization) -> ExportEntry:
    """Somebody wants to take a long list of *place* out."""
    return ExportEntry.objects.create(
        code=secrets.token_hex(5).upper(), user=factories.user(full_name="Tống Văn Xuất"), state="waiting",
        title=f"Danh sách đảng viên {place}", address="/dang-vien/excel/", format="xlsx", columns=["Họ và tên"],
        purpose="work", scope_path=place.path, rows=3_000, requested_at=timezone.now(),
    )  # fmt: skip


def _officer_beside(place: Organization) -> Appointment:
    """Somebody of a mass organisation beside *place*, whom those who work for *place* appoint."""
    body = Association.objects.create(
        code=f"{place.code}-MT", name=f"Mặt trận {place.name}", kind=AssociationKind.FRONT, organization=place
    )
    person = factories.user(full_name="Mạc Thị Tuyết")
    factories.second_factor(person)
    since = date(2024, 1, 1)
    return appointments.appoint(person, Role.MASS_ORGANISATION, association=body, valid_from=since)


def personal(person: User) -> Parameters:
    """Parameters of pages about what *person* has asked for."""
    job = Job.objects.create(owner=person, kind="x", title="Lập báo cáo", state=Job.State.RUNNING)
    faulty = {"public_id": imports.checked(person, **imports.FAULTY).public_id}
    return {
        "cells:member-new": {"how": "ket-nap"},
        "cells:job-detail": {"public_id": job.public_id},
        "cells:job-file": {"public_id": job.public_id},
        "cells:import-detail": faulty,
        "cells:import-reading": faulty,
        "cells:import-rows": faulty,
        "cells:import-units": faulty,
        "cells:import-faults": faulty,
        "cells:import-marked-file": faulty,
        "cells:import-check": faulty,
        "cells:import-apply": faulty,
        "cells:import-discard": faulty,
        "cells:import-undo": {"public_id": imports.applied(person).public_id},
    }


def pages(person: User) -> Iterator[tuple[str, str]]:
    """(name, address) of every page, those with parameters showing something *person* may see."""
    known = shared(person.appointments.get().organization) | personal(person)
    for name, address in addresses():
        if name not in NOT_PAGES:
            yield name, reverse(name, kwargs=known[name]) if name in known else address
