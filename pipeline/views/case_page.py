"""One person's file: the next step first, then all there is; and the sheet for a meeting."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cells.queries.organizations import units_above
from cells.queries.trail import history_of
from cells.roles import Action
from cells.scoping import reaches
from cells.views.member_page import whom_to_ask
from core import audit, dates
from core.field_classes import typed_masked_fields
from core.models import AuditEvent
from pipeline.models import CandidateProfile, Case
from pipeline.queries.agendas import SESSION
from pipeline.queries.case_page import FilePage
from pipeline.queries.cases import judge_of
from pipeline.queries.masked import profile_of
from pipeline.queries.receiving import offices_above
from pipeline.showing import PRIVATE_PAPERS, PRIVATE_STEPS, stage_chip
from pipeline.views.case_finding import case_or_404

UNSAID = ("has_political_question", "children_beyond")
"""Of these not even that they are filled in."""
HISTORY = 30
"""Entries of the trail shown with a person."""
CASE = "pipeline.case"


@require_safe
def case_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A file within one's reach."""
    case = case_or_404(request, public_id, Action.VIEW)
    today = dates.today()
    page = FilePage(case, judge_of(today))
    profile = profile_of(case)
    may_record = reaches(request.user, Action.RECORD_CASE, CASE, case.organization)
    above = units_above(case.organization)
    context = {
        "case": case,
        "person": case.candidate,
        "page": page,
        "stage": stage_chip(case.stage),
        "age": _age(case, today),
        "above": above,
        "ask": whom_to_ask(case.organization, above),
        "masked": _masked(profile),
        "may_record": may_record,
        "may_help": may_record and case.is_ongoing and "sympathiser_list" in page.situation.progress.passed,
        "may_receive": case.is_ongoing and bool(offices_above(request.user, case, today)),
        "may_open_member": may_open_member(request.user, case),
        "may_open_sessions": may_open_sessions(request.user, page.agendas),
        "may_reveal": reaches(request.user, Action.REVEAL, "pipeline.candidateprofile", case.organization),
        "may_open_place": reaches(request.user, Action.VIEW, "cells.organization", case.organization),
        "history": history_of(case, HISTORY),
    }
    return render(request, "pipeline/case_detail.html", context)


def may_open_member(user: Any, case: Case) -> bool:
    """Whether the person's own page on the roll is within reach."""
    member = case.candidate.member
    return bool(member) and reaches(user, Action.VIEW, "cells.member", member.organization)


def may_open_sessions(user: Any, agendas: list[Any]) -> bool:
    """Whether the sessions before which the file was put are."""
    return bool(agendas) and all(reaches(user, Action.VIEW, SESSION, item.session.organization) for item, _ in agendas)


def _masked(profile: CandidateProfile | None) -> list[tuple[str, bool]]:
    """(label, whether something is filled in) of what is masked about the person."""
    names = [name for name in typed_masked_fields(CandidateProfile) if name not in UNSAID]
    return [(CandidateProfile._meta.get_field(name).verbose_name, bool(getattr(profile, name, ""))) for name in names]


def _age(case: Case, today: Any) -> int | None:
    born = case.candidate.born_on
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@require_safe
def case_sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The file on one sheet, for a meeting: neither relatives nor anything of the vetting but that it took place."""
    case = case_or_404(request, public_id, Action.VIEW)
    page = FilePage(case, judge_of(dates.today()))
    audit.record(
        AuditEvent.Action.PRINT, case, label=f"Phiếu hồ sơ {case.candidate.full_name}",
        scope_path=case.organization.path,
    )  # fmt: skip
    context = {
        "case": case,
        "person": case.candidate,
        "page": page,
        "stage": stage_chip(case.stage),
        "today": dates.today(),
        "papers": [paper for paper in page.papers if paper.kind not in PRIVATE_PAPERS],
        "sheet_cards": [card for card in page.cards if card.step.id not in PRIVATE_STEPS],
        "sheet_events": [each for each in reversed(page.timeline) if each.event.kind not in PRIVATE_STEPS],
    }
    return render(request, "pipeline/case_sheet.html", context)
