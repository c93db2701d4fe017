"""The papers of files as they are filed: by type, each with its folder and file name. Metadata only, no scans."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from core.bulk import chunks
from core.sealed import Sealed
from pipeline.archive.catalogue import (
    BY_FORM,
    BY_NUMBER,
    INTRODUCTION,
    VETTING_REQUEST,
    DocumentType,
    type_of_event,
)
from pipeline.archive.naming import file_name, folder, sealed_folder
from pipeline.kinds import CaseKind, OpinionFrom, PaperKind
from pipeline.models import Case, CaseDocument, CaseEvent, Mentorship, Opinion, VettingInquiry

UNSAID = (PaperKind.POLITICAL, PaperKind.RELIGION, PaperKind.MARRIAGE, PaperKind.NATURALISED)
"""Papers whose very name says what is masked: not in a list that leaves the program."""
CERTIFICATE = 38
"""What a certificate without a form is: whoever enters the other says CN-ĐVM."""


@dataclass(frozen=True)
class Document:
    """One paper: of which kind, and what is known of it."""

    kind: DocumentType | None
    title: str
    on: date
    number: str = ""
    issuer: str = ""
    kept_at: str = ""
    is_paper: bool = False
    """Entered as a paper, not only named by what happened."""


@dataclass(frozen=True)
class Filed:
    """A paper of *case* with its place in the archive; `copy` counts those of one name."""

    case: Case
    document: Document
    copy: int

    @property
    def folder(self) -> str:
        return folder(self.case.organization.code, self.case.candidate.full_name)

    @property
    def sealed_folder(self) -> Sealed:
        profile = getattr(self.case.candidate, "profile", None)
        number = profile.identity_number if profile else None
        return sealed_folder(self.case.organization.code, self.case.candidate.full_name, number or None)

    @property
    def file_name(self) -> str:
        return file_name(self.document.kind, self.document.title, self.copy)


def filed(cases: Iterable[Case]) -> Iterator[Filed]:
    """The papers of *cases* (with `candidate__profile` and `organization` at hand), those of each by type and day."""
    for part in chunks(cases, 500):
        found = _documents(part)
        for case in part:
            copies: Counter[str] = Counter()
            for document in sorted(found[case.pk], key=_place):
                copies[document.title] += 1
                yield Filed(case, document, copies[document.title])


def _place(document: Document) -> tuple[int, date, str]:
    return document.kind.first if document.kind else 999, document.on, document.title


def _documents(cases: Collection[Case]) -> dict[int, list[Document]]:
    """Five questions for any number of files."""
    keys = [case.pk for case in cases]
    kinds = {case.pk: case.kind for case in cases}
    found: dict[int, list[Document]] = defaultdict(list)
    papers = CaseDocument.objects.filter(case__in=keys).exclude(kind__in=UNSAID)
    for paper in papers.order_by("signed_on", "id"):
        found[paper.case_id].append(_of_paper(paper))
    introducing = Mentorship.objects.filter(introduced_on__isnull=False)
    for case, rows in _by_case(introducing, keys).items():
        found[case] = _merged(
            found[case], [Document(INTRODUCTION, INTRODUCTION.title, row.introduced_on) for row in rows]
        )
    for case, rows in _by_case(VettingInquiry.objects.filter(requested_on__isnull=False), keys).items():
        asked = {(row.requested_on, row.request_number) for row in rows}  # one letter may ask about several relatives
        letters = [Document(VETTING_REQUEST, VETTING_REQUEST.title, on, number) for on, number in sorted(asked)]
        found[case] = _merged(found[case], letters)
    for case, rows in _by_case(Opinion.objects.all(), keys).items():
        found[case] += [
            Document(
                None, f"Ý kiến nhận xét của {OpinionFrom(row.from_whom).label}", row.given_on, row.number, row.body
            )
            for row in rows
        ]
    events = CaseEvent.objects.in_force()
    for case, rows in _by_case(events, keys).items():
        found[case] = _merged(found[case], _of_events(rows, kinds[case] == CaseKind.READMISSION, found[case]))
    return found


def _by_case(rows, keys: Collection[int]) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for row in rows.filter(case__in=keys).order_by("id"):
        found[row.case_id].append(row)
    return found


def _of_paper(paper: CaseDocument) -> Document:
    kind = BY_FORM.get(paper.form.split(",")[0].strip())
    if kind is None and paper.kind == PaperKind.VETTING_LETTER:
        kind = VETTING_REQUEST
    if kind is None and paper.kind == PaperKind.CERTIFICATE:
        kind = BY_NUMBER[CERTIFICATE]
    title = kind.title if kind else _titled(paper)
    return Document(kind, title, paper.signed_on, paper.number, paper.issuer, paper.kept_at, is_paper=True)


def _titled(paper: CaseDocument) -> str:
    label = str(PaperKind(paper.kind).label)
    return f"{label[:1].upper()}{label[1:]} {paper.form}".strip()


def _of_events(rows: list[CaseEvent], readmits: bool, known: list[Document]) -> Iterator[Document]:
    taken: list[str] = []
    has_introductions = any(document.kind is INTRODUCTION for document in known)
    for event in sorted(rows, key=lambda row: row.occurred_on):
        kind = type_of_event(event.kind, by=event.by, before=taken, readmits=readmits)
        taken.append(event.kind)
        if kind is not None and not (kind is INTRODUCTION and has_introductions):
            on = event.document_date or event.occurred_on
            yield Document(kind, kind.title, on, event.document_number, event.document_issuer or event.on_behalf)


def _merged(known: list[Document], more: Iterable[Document]) -> list[Document]:
    """*known* and *more*: what was entered as a paper and is named again stands once, with all that is known of it."""
    found = list(known)
    for document in more:
        place = next((place for place, each in enumerate(found) if _is_same(each, document)), None)
        if place is None:
            found.append(document)
        else:
            same = found[place]
            found[place] = replace(
                same, number=same.number or document.number, issuer=same.issuer or document.issuer, is_paper=False
            )
    return found


def _is_same(paper: Document, other: Document) -> bool:
    """Each paper stands for one other mention at most: what was merged is no paper any more."""
    if not paper.is_paper or paper.kind is not other.kind:
        return False
    return paper.number == other.number if paper.number and other.number else paper.on == other.on
