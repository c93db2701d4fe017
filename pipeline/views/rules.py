"""Bộ quy định: the editions, one of them with its sources, two side by side, and what was read in the text itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cells.forms.recording import carry_out
from cells.roles import Action
from cells.scoping import may
from core import dates
from core.names import fold
from core.workdays import WorkingCalendar
from pipeline.engine.comparing import changed_answers
from pipeline.forms.rules import ConfirmForm, OtherEditionForm, RuleFilter, TakeBackForm
from pipeline.models import RuleConfirmation
from pipeline.open_cases import open_cases
from pipeline.queries.rules import confirmations, history, rulebook
from pipeline.rulebook.book import Edition, Rulebook
from pipeline.rulebook.confidence import Confidence
from pipeline.rulebook.documentation import differences
from pipeline.rulebook.entries import TABLES, TITLES, Entry
from pipeline.rulebook.telling import TONES, source_lines, told_effect
from pipeline.rulebook.wording import parameters_in_words
from pipeline.services.rules import confirm_rule, take_back

MODEL = RuleConfirmation._meta.label_lower
SHOWN_CASES = 200


def readers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for whom the table of rights lets read the rules."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, Action.VIEW, MODEL):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def _edition_or_404(book: Rulebook, key: str) -> Edition:
    found = book.get(key)
    if found is None:
        raise Http404
    return found


@require_safe
@readers_only
def editions(request: HttpRequest) -> HttpResponse:
    """All editions, the one in force first."""
    book, today = rulebook(), dates.today()
    present = book.on(today)
    rows = [
        {
            "edition": each, "until": book.last_day(each), "is_present": each.id == present.id,
            "blocking": sum(entry.confidence.is_confirmed for entry in each.entries.values()),
            "confirmed": sum(entry.confidence is Confidence.CONFIRMED for entry in each.entries.values()),
            "size": len(each.entries),
        }
        for each in reversed(book.editions)
    ]  # fmt: skip
    return render(request, "pipeline/rules.html", {"rows": rows, "present": present})


@require_safe
@readers_only
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """One edition: its rules by kind, each with article, source and confidence."""
    found = _edition_or_404(rulebook(), edition)
    asked = RuleFilter(request.GET)
    text, level = fold(asked.value_of("tim") or ""), asked.value_of("muc") or ""
    rows = [row for row in (_row(each, found) for each in found.entries.values()) if _wanted(row, text, level)]
    tables = [(TITLES[table], [row for row in rows if row["entry"].table == table]) for table in TABLES]
    context = {
        "edition": found, "filter": {"form": asked, "is_active": bool(text or level)}, "count": len(rows),
        "tables": [(title, group) for title, group in tables if group], "sources": source_lines(found),
        "former": {each.id: each for each in rulebook()},
    }  # fmt: skip
    return render(request, "pipeline/edition.html", context)


def _row(entry: Entry, edition: Edition) -> dict[str, Any]:
    return {
        "entry": entry, "words": "; ".join(parameters_in_words(entry, edition)), "tone": TONES[entry.confidence],
        "effect": told_effect(entry),
    }  # fmt: skip


def _wanted(row: dict[str, Any], text: str, level: str) -> bool:
    entry: Entry = row["entry"]
    by_level = {
        "chan": entry.confidence.is_confirmed,
        "mot": entry.confidence is Confidence.ONE_SOURCE,
        "chua": entry.confidence in (Confidence.MEMORY, Confidence.INHERITED),
    }
    said = fold(f"{entry.title} {row['words']} {entry.article} {entry.id}")
    return by_level.get(level, True) and text in said


@require_safe
@readers_only
def comparison(request: HttpRequest, edition: str) -> HttpResponse:
    """Two editions side by side: what they say differently, and how sure we are of it."""
    book = rulebook()
    found = _edition_or_404(book, edition)
    asked = OtherEditionForm(request.GET, book=book, but=found.id)
    other = book.get(asked.value_of("voi") or "") or book.get(found.extends) or book.editions[-1]
    if not asked.is_bound or not asked.value_of("voi"):
        asked.initial["voi"] = other.id
    rows = [
        {"entry": found.entries.get(key) or other.entries[key], "this": this, "that": that}
        for key, (that, this) in differences(other, found).items()
    ]
    surer = [
        {
            "entry": entry, "this": entry.confidence.short, "that": other.entries[key].confidence.short,
        }
        for key, entry in found.entries.items()
        if key in other.entries and other.entries[key].confidence is not entry.confidence
    ]  # fmt: skip
    context = {"edition": found, "other": other, "form": asked, "rows": rows, "surer": surer}
    return render(request, "pipeline/edition_comparison.html", context)


@require_safe
@readers_only
def affected_cases(request: HttpRequest, edition: str) -> HttpResponse:
    """Open files that would be answered otherwise if this edition judged today."""
    book, today = rulebook(), dates.today()
    found = _edition_or_404(book, edition)
    files = open_cases(request.user, today)
    calendar = WorkingCalendar.load()
    changed = [
        (each, answers) for each in files if (answers := changed_answers(each.facts, book, found, calendar, today))
    ]
    context = {
        "edition": found, "present": book.on(today), "asked": len(files), "changed": changed[:SHOWN_CASES],
        "count": len(changed),
    }  # fmt: skip
    return render(request, "pipeline/edition_cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@readers_only
def rule(request: HttpRequest, edition: str, table: str, name: str) -> HttpResponse:
    """One rule; the head of the Board records that it was read in the text, or takes that back."""
    found = _edition_or_404(rulebook(), edition)
    entry = found.entries.get(f"{table}.{name}")
    if entry is None:
        raise Http404
    may_set = may(request.user, Action.SET_RULES, MODEL)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    confirmation = confirmations(edition).get(entry.id)
    form = _form(request, entry, confirmation) if may_set else None
    if form is not None and form.is_bound and _carried_out(form, entry, found, confirmation):
        messages.success(request, "Đã ghi. Từ nay phần mềm xét theo mức tin cậy mới của quy định này.")
        return redirect("pipeline:rule", edition=edition, table=table, name=name)
    context = {
        "edition": found, "entry": entry, "row": _row(entry, found), "form": form, "confirmation": confirmation,
        "history": history(edition, entry.id), "table_title": TITLES[table], "sources": source_lines(found, entry),
        "stated": rulebook().get(entry.stated_in),
    }  # fmt: skip
    return render(request, "pipeline/rule.html", context)


def _form(request: HttpRequest, entry: Entry, confirmation: RuleConfirmation | None) -> ConfirmForm | TakeBackForm:
    data = request.POST if request.method == "POST" else None
    if confirmation:
        return TakeBackForm(data, user=request.user)
    return ConfirmForm(data, user=request.user, entry=entry, initial={"checked_on": dates.today()})


def _carried_out(
    form: ConfirmForm | TakeBackForm, entry: Entry, edition: Edition, confirmation: RuleConfirmation | None
) -> bool:
    if confirmation:
        return carry_out(form, lambda given: take_back(confirmation, reason=given["reason"]))
    return carry_out(
        form, lambda given: confirm_rule(edition.id, entry.id, today=dates.today(), **({"answer": ""} | given))
    )
