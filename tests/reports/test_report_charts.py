"""The page of charts of a printed report: frozen numbers first, pictures drawn from them."""

from datetime import date
from decimal import Decimal

import pytest

from core.documents.canonical import canonical
from reports.chart_pages import pictures
from reports.content import report_content
from reports.kinds import Base, ReportKind, Signer
from reports.models import TargetPolicy
from reports.queries.report import report_facts
from reports.rates import Period
from tests.factories import district, member
from tests.reports.committee import enrol
from tests.reports.overview_pages import declare
from tests.reports.test_charts import parse, texts

pytestmark = pytest.mark.django_db

Y2025 = Period.of_year(2025)


@pytest.fixture
def units():
    """D1 with 100 members since long ago; 2 admitted in 2024, 3 in 2025; D2 with 10 members."""
    units = district()
    enrol(units["K1"], 100)
    enrol(units["K3"], 10)
    for day in (date(2024, 2, 3), date(2024, 9, 2), date(2025, 2, 3), date(2025, 2, 20), date(2025, 11, 7)):
        member(units["K1"], joined_on=day)
    return units


def charts(unit, period: Period = Y2025, kind: str = ReportKind.ANNUAL):
    return report_content(report_facts(unit, period), kind, date(2026, 1, 8), Signer.HEAD)["charts"]


def test_months_and_years_are_frozen_as_numbers_and_words(units):
    found = charts(units["D1"])
    assert (found["title"], found["low"], found["high"]) == ("Biểu đồ kết nạp đảng viên", Decimal(3), Decimal(4))
    growth = found["growth"]
    assert growth["caption"] == "Tỷ lệ kết nạp lũy kế theo tháng năm 2025 (%)"
    assert growth["heads"] == ["Tháng", "Lũy kế 2025", "Tỷ lệ 2025 (%)", "Lũy kế 2024", "Tỷ lệ 2024 (%)"]
    assert growth["rows"][0] == ["1", "0", "0,00", "0", "0,00"]
    assert growth["rows"][1] == ["2", "2", "1,96", "1", "1,00"]
    assert growth["rows"][11] == ["12", "3", "2,94", "2", "2,00"]
    assert [line["label"] for line in growth["lines"]] == ["năm 2025", "năm 2024"]
    assert found["years"]["rows"] == [
        ["2021", "100", "0", "0,00", "—", "—"],
        ["2022", "100", "0", "0,00", "—", "—"],
        ["2023", "100", "0", "0,00", "—", "—"],
        ["2024", "100", "2", "2,00", "—", "—"],
        ["2025", "102", "3", "2,94", "—", "—"],
    ]


def test_half_a_year_shows_its_months_and_the_whole_years_before(units):
    found = charts(units["D1"], Period.of_kind(ReportKind.HALF_YEAR, 2025), ReportKind.HALF_YEAR)
    assert found["growth"]["rows"][5:7] == [["6", "2", "1,96", "1", "1,00"], ["7", "", "", "1", "1,00"]]
    assert found["growth"]["lines"][1]["mark"] == [Decimal("6.00"), Decimal("1.00")]
    assert [bar["label"] for bar in found["years"]["bars"]] == ["2020", "2021", "2022", "2023", "2024"]


def test_where_a_percentage_says_nothing_there_is_no_chart(units):
    assert charts(units["K1"]) is None, "a cell"
    assert charts(units["D2"]) is None, "3 % of ten members are no person"
    TargetPolicy.objects.create(year=2025, base=Base.TARGET, term_start=date(2021, 1, 1))
    assert charts(units["D1"]) is None, "a base of targets"


def test_declared_years_have_no_months(units):
    declare(units["D1"], 2024, opening=100, admitted=2, closing=102)
    found = charts(units["D1"])
    assert found["growth"]["heads"] == ["Tháng", "Lũy kế 2025", "Tỷ lệ 2025 (%)"]
    assert found["years"]["rows"][3][0] == "2024 (khai báo)"
    declare(units["D1"], 2025, opening=102, admitted=3, closing=105)
    assert charts(units["D1"])["growth"] is None


def test_the_pictures_follow_from_what_is_frozen(units):
    frozen = canonical(charts(units["D1"]))
    drawn = pictures(frozen)
    assert {name: texts(parse(svg))[-1] for name, svg in drawn.items()} == {"growth": "2,94%", "years": "2025"}
    assert all(parse(svg).get("font-family") == '"Liberation Serif 2.1.5"' for svg in drawn.values())
    assert pictures(canonical(charts(units["D1"]))) == drawn
    assert pictures(None) == {}
