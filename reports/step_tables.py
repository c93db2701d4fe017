"""The steps of the way as a chart, and as sheets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from cells.models import Organization
from core.dates import format_date
from core.documents.sheets import Table
from core.numbers import format_integer, percentage
from pipeline.queries.stages import StageCount, StepCount
from pipeline.rulebook.book import Edition
from pipeline.showing import LATE, STAGE_SLUGS, open_title, overdue_slug
from pipeline.spans import LEAST, Measured, Span
from reports.charts import People, people_chart
from reports.queries.steps import SpanLine, Steps
from reports.rates import Period
from reports.wording import capital

STAGE_WORDS = {stage: slug for slug, stage in STAGE_SLUGS.items()}
FEW = "ít dữ liệu"


def people_bars(stages: Sequence[StageCount], today: date) -> SafeString:
    """How many people stand at each stage, and how many of them have something overdue."""
    bars = [People(capital(stage.stage.value), stage.people, stage.late) for stage in stages]
    return people_chart(
        bars, name="people", title=f"Số người ở từng giai đoạn, ngày {format_date(today)}",
        description="; ".join(map(_in_words, bars)) + ".",
    )  # fmt: skip


def _in_words(bar: People) -> str:
    late = f", {format_integer(bar.late)} quá hạn" if bar.late else ""
    return f"{bar.label}: {format_integer(bar.people)} người{late}"


def files_address(organization: Organization, **narrowing: str) -> str:
    """The list of the files of *organization* and all below it, narrowed as its form does."""
    asked = {"to-chuc": organization.code} | {name.replace("_", "-"): value for name, value in narrowing.items()}
    return f"{reverse('pipeline:case-list')}?{urlencode(asked)}"


@dataclass(frozen=True)
class CountRow:
    """A number of people with the list behind it, and how many of them have something overdue."""

    title: str
    people: int
    late: int
    url: str
    late_url: str
    steps: tuple["CountRow", ...] = ()
    """Of a stage: what comes next."""


def step_rows(organization: Organization, stages: Sequence[StageCount], edition: Edition) -> list[CountRow]:
    """The table of people: of each stage its sum, and a row for each step that comes next."""
    found = []
    for stage in stages:
        where = {"giai_doan": STAGE_WORDS[stage.stage]}
        steps = [
            _row(organization, _title(each, edition), each, **where, **({"buoc": each.step} if each.step else {}))
            for each in stage.steps
        ]
        whole = _row(organization, capital(stage.stage.value), stage, **where)
        found.append(replace(whole, steps=tuple(steps)))
    return found


def _title(count: StepCount, edition: Edition) -> str:
    return open_title(count.step, edition) if count.step else "Chưa rõ việc tiếp theo"


def _row(organization: Organization, title: str, count: StageCount | StepCount, **narrowing: str) -> CountRow:
    return CountRow(
        title, count.people, count.late, files_address(organization, **narrowing),
        files_address(organization, han=LATE, **narrowing),
    )  # fmt: skip


def waiting_most(rows: Sequence[CountRow], most: int) -> list[CountRow]:
    """The steps before which the most people stand."""
    return sorted((step for stage in rows for step in stage.steps), key=lambda row: (-row.people, row.title))[:most]


@dataclass(frozen=True)
class SpanRow:
    """A span as the page shows it: what was measured, what share kept to the limit, where the overdue files stand."""

    line: SpanLine
    overdue_url: str

    @property
    def span(self) -> Span:
        return self.line.measured.span

    @property
    def found(self) -> Measured:
        return self.line.measured

    @property
    def share(self) -> Decimal | None:
        return share(self.found)


def span_rows(organization: Organization, lines: Sequence[SpanLine]) -> list[SpanRow]:
    """*lines* of which there is anything to say."""
    return [
        SpanRow(each, files_address(organization, han=overdue_slug(each.measured.span.name)))
        for each in lines
        if not each.is_silent
    ]


def share(found: Measured) -> Decimal | None:
    """How many in a hundred kept to the limit; None where nobody times it, or too few are known."""
    return percentage(found.within, found.count) if found.within is not None else None


def people_table(found: Steps, organization: Organization, today: date) -> Table:
    """Who stands before which step."""
    title = f"Người ở từng bước - {organization}"
    rows = [
        [capital(stage.stage.value), _title(each, found.edition), each.people, each.late]
        for stage in found.stages
        for each in stage.steps
    ]
    lead = [f"Người ở từng bước: {organization}", f"Hồ sơ đang làm, kể cả tạm dừng, ngày {format_date(today)}."]
    return Table(
        title, ["Giai đoạn", "Việc tiếp theo", "Số người", "Có việc quá hạn"], rows, lead, widths=[30, 60, 12, 16]
    )


def spans_table(found: Steps, organization: Organization, period: Period) -> Table:
    """How long each span took."""
    days = f"từ {format_date(period.first_day)} đến {format_date(period.last_day)}"
    heads = ["Bước", "Tính", "Thời hạn", "Theo", "Số lượt", "Trung vị", "9/10 trong", "Đơn vị", "Đúng hạn",
             "Đúng hạn (%)", "Đang quá hạn", "Ghi chú"]  # fmt: skip
    rows = [_span_cells(line) for line in (*found.timed, *found.untimed)]
    lead = [f"Thời gian thực hiện các bước: {organization}", f"Các bước hoàn thành {days}."]
    notes = [
        f"Dưới {LEAST} lượt thì chỉ ghi số lượt. Trung vị: một nửa số hồ sơ xong trong số ngày ấy. "
        f"Thời hạn theo {found.edition.number}."
    ]
    title = f"Thời gian thực hiện các bước - {organization}"
    return Table(title, heads, rows, lead, notes, widths=[36, 34, 30, 44, 10, 10, 12, 16, 10, 12, 14, 14])


def _span_cells(line: SpanLine) -> list[Any]:
    each, span = line.measured, line.measured.span
    return [
        span.title, span.since, span.length_words, f"{span.article}; {span.edition}" if span.is_timed else "",
        each.count, each.median, each.ninth, span.unit_words, each.within, share(each), line.overdue,
        "" if each.is_telling else FEW,
    ]  # fmt: skip
