"""Số liệu khai báo: figures of years before the roll, typed in as in a spreadsheet."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from cells.declared import FIGURES, SIGNS
from cells.models import DeclaredYear, Organization
from cells.services.declared import save_declared_years
from cells.services.errors import ChangedMeanwhileError, RuleError
from core import dates
from core.numbers import format_integer
from core.trail import last_changes
from reports.forms.declared import HEADS, DeclaredForm, DeclaredSpanForm, told, warning_words
from reports.queries.declared import DeclaredLine, declared_units, declared_years, gaps_of
from reports.queries.overview import organizations_above

PAGE_SIZE = 80
"""Units on one page; each has ten fields, and a form may have a thousand."""


@require_http_methods(["GET", "HEAD", "POST"])
def declared(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The years of one organisation; with `nam` one year of it and of the units directly below. POST saves."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), public_id=public_id)
    today = dates.today()
    asked = DeclaredSpanForm(request.GET, last=today.year)
    lines, form, page = _grid(request, organization, asked, is_saving=request.method == "POST")
    if request.method == "POST":
        if not form.records:
            raise PermissionDenied
        if form.is_valid():
            try:
                saved = save_declared_years(form.declarations, today=today, reason=form.cleaned_data["reason"])
            except ChangedMeanwhileError as refusal:
                lines, form, page = _grid(request, organization, asked, is_saving=False)
                _tell_stale(form, refusal)
            except RuleError as refusal:
                form.add_error(None, refusal.messages)
            else:
                told = f"Đã lưu {format_integer(saved)} dòng. Số liệu đang được tính lại."
                (messages.success if saved else messages.info)(request, told if saved else "Không có dòng nào đổi.")
                return redirect(request.get_full_path())
    below = [line for line in lines if line.organization != organization]
    context = {
        "organization": organization,
        "trail": organizations_above(organization, request.user),
        "asked": asked,
        "year": asked.year,
        "form": form,
        "page_obj": page,
        "heads": [HEADS[name] for name in FIGURES],
        "sums": _sums(below, page) if below else [],
        "signs": json.dumps(SIGNS),
        "is_whole_declared": bool(below and len(below) < len(lines) and lines[0].row),
        "rows": _rows(form, list(page), by_year=asked.year is None),
        "gaps": gaps_of(lines, today.year),
    }
    return render(request, "reports/declared.html", context)


def _lines(request: HttpRequest, organization: Organization, asked: DeclaredSpanForm) -> list[DeclaredLine]:
    if asked.year:
        return declared_units(organization, asked.year, request.user)
    return declared_years(organization, request.user, asked.first, dates.today().year)


def _grid(
    request: HttpRequest, organization: Organization, asked: DeclaredSpanForm, *, is_saving: bool
) -> tuple[list[DeclaredLine], DeclaredForm, Any]:
    """All lines, the form of one page of them, and that page."""
    lines = _lines(request, organization, asked)
    page = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    data = request.POST if request.method == "POST" else None
    whole = organization if asked.year else None
    form = DeclaredForm(data, lines=list(page), whole=whole, today=dates.today(), is_saving=is_saving)
    return lines, form, page


def _rows(form: DeclaredForm, lines: list[DeclaredLine], *, by_year: bool) -> list[dict[str, Any]]:
    """Each line with its cells, and what is to be said of it."""
    rows = []
    before: DeclaredLine | None = None
    for line in lines:
        record = form.records.get(line.key)
        above = before if by_year and before and before.year == line.year - 1 else None
        rows.append({
            "line": line,
            "cells": [
                {"name": name, "head": HEADS[name], "field": form.cell(record, name) if record else None,
                 "value": getattr(line.row, name) if line.row else None}
                for name in FIGURES
            ],
            "warning": form.opening_warning(line, above),
            "warning_words": warning_words(line),
            "is_chained": above is not None,
        })  # fmt: skip
        before = line
    return rows


def _sums(below: list[DeclaredLine], page: Iterable[DeclaredLine]) -> list[dict[str, Any]]:
    """Of every column the sum over the units below, and what of it stands on other pages of the grid."""
    here = {line.key for line in page}
    declared = [line for line in below if line.row]
    return [
        {
            "name": name,
            "head": HEADS[name],
            "sum": sum(getattr(line.row, name) for line in declared) if declared else None,
            "elsewhere": sum(getattr(line.row, name) for line in declared if line.key not in here),
        }
        for name in FIGURES
    ]


def _tell_stale(form: DeclaredForm, refusal: ChangedMeanwhileError) -> None:
    """Say at each row who changed it meanwhile, and to what."""
    form.is_valid()
    form.add_error(None, refusal.messages)
    # A row that was deleted is found in the trail by the mark that the page had shown.
    lines = {change: form.lines[f"{change.organization.pk}-{change.year}"] for change in refusal.changes}
    keys = {its: str(line.row.pk) if line.row else its.shown.partition(".")[0] for its, line in lines.items()}
    changes = last_changes(DeclaredYear, [key for key in keys.values() if key])
    for change, line in lines.items():
        last = changes.get(keys[change])
        now = f"nay là {told(line.row)}" if line.row else "khai báo này đã bị xóa"
        who = f"{last.words}: " if last else ""
        form.add_error(f"opening-{line.key}", f"{who}{now}. Hãy giữ hoặc sửa số của bạn rồi lưu lần nữa.")
