"""Printed pages at their limits: nothing runs out of the paper, tables keep their heads, no page is empty."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from reports.facts import Line, ReportFacts
from reports.kinds import Base, ReportKind
from reports.rates import Figures, Period, Rate
from reports.services import reports as service
from tests.reports.committee import committee

pytestmark = [pytest.mark.django_db, pytest.mark.pdf, pytest.mark.program("pdftotext")]

MILLIMETRE = 72 / 25.4
OVERHANG = 2
"""Points by which a slanted letter may lean over its own box."""
MANY = 120


def as_it_is(facts: ReportFacts) -> ReportFacts:
    return facts


def with_long_names(facts: ReportFacts) -> ReportFacts:
    def longer(line: Line) -> Line:
        return replace(line, name=f"{line.name} và các đơn vị sự nghiệp công lập trực thuộc {line.name}")

    upper = [replace(unit, name=f"{unit.name} Trung du Bắc Minh Sơn Thượng") for unit in facts.issuer_line]
    return replace(facts, line=longer(facts.line), rows=[longer(row) for row in facts.rows], issuer_line=upper)


def with_rows(count: int, facts: ReportFacts) -> ReportFacts:
    return replace(facts, rows=(facts.rows * count)[:count])


def with_nothing(facts: ReportFacts) -> ReportFacts:
    def empty(line: Line) -> Line:
        return replace(
            line, figures=Figures(), rate=Rate(0, Decimal(0), Base.OPENING), target=None, before=None, before_here=None
        )

    return replace(
        facts, line=empty(facts.line), rows=[empty(row) for row in facts.rows], has_own_target=False, recognised=0,
        recognised_before=0, cells_admitting=0, next_target=None, closures=[], declared=[], growth=None, years=[],
    )  # fmt: skip


CASES = {
    "as it is": as_it_is,
    "names twice as long": with_long_names,
    "one organisation": partial(with_rows, 1),
    "very many": partial(with_rows, MANY),
    "nothing at all": with_nothing,
}


def pages(data: bytes) -> list[tuple[float, float, list[tuple[float, float, float, float, str]]]]:
    """Width, height and words (left, top, right, bottom, text) of each page, in points."""
    command = [shutil.which("pdftotext"), "-bbox", "-", "-"]
    text = subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()
    found = []
    for width, height, body in re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', text, re.S):
        words = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', body)
        found.append((float(width), float(height), [(*map(float, word[:4]), word[4]) for word in words]))
    return found


@pytest.mark.parametrize("case", CASES)
def test_every_page_keeps_its_margins_and_has_something_on_it(case, monkeypatch):
    units = committee()
    real = service.report_facts
    monkeypatch.setattr(service, "report_facts", lambda *args: CASES[case](real(*args)))
    rendered = service.render_report(units["H"], ReportKind.ANNUAL, Period.of_year(2025), dated=date(2026, 1, 8))
    laid_out = pages(rendered.pdf.data)
    assert len(laid_out) == rendered.pdf.pages
    for width, height, words in laid_out:
        left, right = (30, 15) if height > width else (20, 15)
        assert len(words) > 10
        assert min(word[0] for word in words) >= left * MILLIMETRE - OVERHANG
        assert max(word[2] for word in words) <= width - right * MILLIMETRE + OVERHANG
        assert max(word[3] for word in words) <= height - 15 * MILLIMETRE + OVERHANG
    listed = [words for width, height, words in laid_out if width > height]
    assert all([word[4] for word in words].count("STT") == 1 for words in listed), "the head stands on each page"
    signed = [words for _, _, words in laid_out if "TRƯỞNG" in {word[4] for word in words}]
    assert len(signed) == 1
    assert {"Nơi", "nhận:"} <= {word[4] for word in signed[0]}, "the signature is never torn from the receivers"
