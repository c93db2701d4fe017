"""One person on file twice: told to the lowest unit above both places, and to nobody below it.

Whoever enters the second file gets no hint, not even by an error: that somebody is on file elsewhere is none of theirs.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from cells.models import Member, Organization
from cells.queries.members import common_unit
from cells.services.errors import RuleError
from cells.services.members import holders_of
from core import audit
from core.bulk import chunks
from core.models import AuditEvent, User
from core.names import fold
from pipeline.kinds import SameBecause
from pipeline.models import Candidate, CandidateProfile, DuplicateReport
from pipeline.services.identity import NUMBER, number_of


def report_duplicates(person: Candidate, today: date) -> list[DuplicateReport]:
    """Report every other file and every member who seems to be *person*; each pair once."""
    found = [*_files_like(person), *_members_like(person)]
    reports = []
    for other, because in found:
        report = DuplicateReport(candidate=person, because=because, reported_on=today)
        if isinstance(other, Candidate):
            report.other = other
        else:
            report.member = other
        unit = unit_above(person.organization, other.organization)
        pair = Q(candidate=person, other=report.other, member=report.member)
        if report.other:
            pair |= Q(candidate=report.other, other=person)
        if unit is None or DuplicateReport.objects.filter(pair).exists():
            continue
        report.organization = unit
        report.save()
        audit.record(
            AuditEvent.Action.CREATE, report, label=f"Báo trùng: {person.full_name}", changes={"because": because},
            scope_path=unit.path,
        )  # fmt: skip
        reports.append(report)
    return reports


def report_many(people: Iterable[Candidate], today: date) -> None:
    """The same for *people* just written in bulk, known by name and birth: one question for some thousands, more only
    about those who are on file elsewhere or on the roll."""
    rows = Candidate.objects.select_related("organization__parent").order_by("pk")
    alike = {"name_fold": OuterRef("name_fold"), "born_on": OuterRef("born_on")}
    others = Candidate.objects.filter(~Q(pk=OuterRef("pk")), **alike)
    members = Member.objects.filter(Q(candidate__isnull=True) | ~Q(candidate=OuterRef("pk")), **alike)
    for keys in chunks(person.pk for person in people):
        for person in rows.filter(Exists(others) | Exists(members), pk__in=keys):
            report_duplicates(person, today)


def unit_above(one: Organization, other: Organization) -> Organization | None:
    """The lowest unit above both; for one and the same cell, what is above it."""
    if one.pk == other.pk:
        return one.parent
    unit = common_unit([one, other])
    return unit.parent if unit and unit.pk in (one.pk, other.pk) else unit


def _number_of(person: Candidate) -> str:
    return number_of(CandidateProfile.objects.filter(candidate=person).first())


def _files_like(person: Candidate) -> Iterator[tuple[Candidate, str]]:
    others = Candidate.objects.exclude(pk=person.pk).select_related("organization__parent")
    number, same = _number_of(person), set()
    if number:
        profiles = CandidateProfile.objects.filter(NUMBER.rows_with(number))
        for other in others.filter(profile__in=profiles):
            same.add(other.pk)
            yield other, SameBecause.IDENTITY
    if person.born_on:
        for other in others.filter(name_fold=fold(person.full_name), born_on=person.born_on).exclude(pk__in=same):
            yield other, SameBecause.NAME


def _members_like(person: Candidate) -> Iterator[tuple[Member, str]]:
    others = Member.objects.exclude(pk=person.member_id).select_related("organization__parent")
    number, same = _number_of(person), set()
    if number:
        for member in others.filter(pk__in=holders_of(number).values("pk")):
            same.add(member.pk)
            yield member, SameBecause.IDENTITY
    if person.born_on:
        yield from (
            (member, SameBecause.NAME)
            for member in others.filter(name_fold=fold(person.full_name), born_on=person.born_on).exclude(pk__in=same)
        )


@transaction.atomic
def settle_report(report: DuplicateReport, *, answer: str, by: User | None, today: date) -> None:
    """Somebody of the unit above has looked into it. Raises RuleError without an answer, or when others did."""
    if not answer.strip():
        raise RuleError("Hãy ghi kết quả kiểm tra.")
    values = {"answer": answer.strip(), "settled_on": today, "settled_by": by}
    if not DuplicateReport.objects.filter(pk=report.pk, settled_on__isnull=True).update(**values):
        raise RuleError("Báo trùng này vừa được người khác trả lời. Hãy tải lại trang.")
    report.refresh_from_db()
    audit.record(
        AuditEvent.Action.UPDATE, report, label=str(report), changes={"answer": report.answer},
        scope_path=report.organization.path,
    )  # fmt: skip
