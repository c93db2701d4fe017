"""Introducing somebody: the person, the first file or a later one, the consent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from cells.kinds import CELL_KINDS
from cells.models import Organization
from cells.services.errors import RuleError
from core import audit
from core.dates import format_date
from core.models import AuditEvent
from core.names import fold
from pipeline.kinds import CaseKind, PaperKind
from pipeline.models import Candidate, CandidateProfile, Case, CaseDocument, CaseEvent
from pipeline.queries.cases import judge_of
from pipeline.services.cases import LATE_DAYS, NO_DOCUMENT, Document, write
from pipeline.services.duplicates import report_duplicates
from pipeline.services.identity import refuse_unknown_routes, set_identity
from pipeline.services.settling import settle, told

INTRODUCTION, READMISSION = "introduction", "readmission"
ATTEMPTS = 5
TOLD = ("full_name", "born_on", "sex", "education", "occupation", "sources")


@dataclass(frozen=True)
class Consent:
    """The person's consent, or the notice given (Law 91/2025): a dated paper of the file."""

    on: date
    kind: str = PaperKind.CONSENT
    number: str = ""
    kept_at: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What the rules ask of the place and the kind of file; columns of `Case`."""

    kind: str = CaseKind.FIRST
    routes: Sequence[str] = ()
    values: dict[str, Any] = field(default_factory=dict)
    """`has_youth_union`, `former_left_on`, …"""


FIRST_TIME = Surroundings()


def open_case(
    person: Candidate,
    *,
    organization: Organization,
    on: date,
    today: date,
    by: str,
    consent: Consent | None,
    profile: CandidateProfile | None = None,
    identity_number: str = "",
    surroundings: Surroundings = FIRST_TIME,
    document: Document = NO_DOCUMENT,
    late_reason: str = "",
) -> Case:
    """Enter that *by* (who introduces) has introduced *person*, new or known, to the cell *organization* on *on*.

    Raises RuleError: without consent or notice, for a place that is no cell, a day to come, a second file at a time.
    """
    _refuse(person, organization, on, today, by, consent)
    if (today - on).days > LATE_DAYS and not late_reason.strip():
        raise RuleError(f"Việc giới thiệu ngày {format_date(on)} ghi muộn. Hãy ghi lý do ghi muộn.")
    refuse_unknown_routes(surroundings.routes, today)
    if surroundings.kind == CaseKind.READMISSION and not surroundings.values.get("former_left_on"):
        raise RuleError("Kết nạp lại: hãy ghi ngày và lý do ra khỏi Đảng lần trước.")
    with transaction.atomic(), audit.one_change():
        _store_person(person, organization, profile, identity_number)
        case = new_case(person, organization, on, surroundings)
        _insert_with_code(case)
        event = CaseEvent(
            case=case, kind=INTRODUCTION, organization=organization, occurred_on=on, by=by.strip(),
            document_number=document.number, document_date=document.on, document_issuer=document.issuer,
            late_reason=late_reason.strip(),
        )  # fmt: skip
        write(event, None)
        assert consent is not None  # _refuse has seen to it
        CaseDocument.objects.create(
            case=case, kind=consent.kind, number=consent.number, signed_on=consent.on, kept_at=consent.kept_at,
            recorded_by=audit.current().user,
        )  # fmt: skip
        changes = told(person, *TOLD) | {"occurred_on": on, "by": event.by, "signed_on": consent.on}
        settle(case, judge_of(today), what="Giới thiệu quần chúng ưu tú", changes=changes,
               action=AuditEvent.Action.CREATE, place=organization)  # fmt: skip
        report_duplicates(person, today)
    return case


def new_case(person: Candidate, organization: Organization, on: date, surroundings: Surroundings) -> Case:
    """A file without a code, unsaved."""
    routes = list(surroundings.routes)
    if surroundings.kind == CaseKind.READMISSION and READMISSION not in routes:
        routes.append(READMISSION)
    return Case(
        candidate=person, organization=organization, first_organization=organization, opened_on=on,
        kind=surroundings.kind, routes=routes, stage_since=on, **surroundings.values,
    )  # fmt: skip


def code_of(year: int, number: int) -> str:
    """Mã hồ sơ: `HS-2026-00012`."""
    return f"HS-{year}-{number:05d}"


def last_number(year: int) -> int:
    """The highest number given to a file opened in *year*."""
    begin = f"HS-{year}-"
    last = Case.objects.filter(code__gte=begin, code__lt=f"HS-{year}.").order_by("-code").values_list("code").first()
    return int(last[0].removeprefix(begin)) if last else 0


def _insert_with_code(case: Case) -> None:
    """Two people may take the same number at once; the slower takes the next."""
    for attempt in range(ATTEMPTS):
        case.code = code_of(case.opened_on.year, last_number(case.opened_on.year) + 1)
        try:
            with transaction.atomic():
                case.save(force_insert=True)
                return
        except IntegrityError:
            if Case.objects.ongoing().filter(candidate=case.candidate).exists():
                raise RuleError("Người này đang có hồ sơ chưa xong. Hãy làm tiếp hồ sơ đó.") from None
            if attempt == ATTEMPTS - 1:
                raise


def _refuse(
    person: Candidate, organization: Organization, on: date, today: date, by: str, consent: Consent | None
) -> None:
    if organization.kind not in CELL_KINDS or organization.was_unfounded:
        raise RuleError("Hồ sơ mở tại một chi bộ. Hãy chọn chi bộ.")
    if organization.closed_on and organization.closed_on <= on:
        raise RuleError(f"{organization.name} đã thôi hoạt động. Hãy chọn chi bộ kế thừa.")
    if on > today:
        raise RuleError("Ngày giới thiệu còn ở phía trước. Hãy ghi ngày đã giới thiệu.")
    if not person.full_name.strip():
        raise RuleError("Hãy ghi họ và tên.")
    if person.born_on and person.born_on >= on:
        raise RuleError("Ngày sinh phải trước ngày giới thiệu. Hãy sửa lại ngày.")
    if not by.strip():
        raise RuleError("Hãy ghi tổ chức hoặc người giới thiệu.")
    if consent is None:
        raise RuleError("Hãy ghi ngày người được giới thiệu đồng ý, hoặc ngày đã thông báo cho người đó.")
    if consent.on > today:
        raise RuleError("Ngày đồng ý hoặc thông báo còn ở phía trước. Hãy ghi lại ngày.")
    if person.pk is None and person.born_on and _is_on_file_here(person, organization):
        raise RuleError(
            f"{organization.name} đã có hồ sơ của {person.full_name}, sinh {person.born_text}. Hãy tìm trong danh sách."
        )


def _is_on_file_here(person: Candidate, organization: Organization) -> bool:
    here = Candidate.objects.filter(organization=organization, name_fold=fold(person.full_name), born_on=person.born_on)
    return here.exists()


def _store_person(
    person: Candidate, organization: Organization, profile: CandidateProfile | None, identity_number: str
) -> None:
    person.organization = organization
    is_new = person.pk is None
    person.save()
    profile = profile or (CandidateProfile() if is_new else None)
    if profile is None:
        return
    profile.candidate = person
    if identity_number:
        set_identity(profile, identity_number)
    profile.save()
