"""Charts: well-formed SVG that says in words what it shows, and puts every mark where its number belongs."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from reports.charts import NARROW, WIDE, Bar, Line, band_chart, cumulative_chart, years_chart

SVG = "{http://www.w3.org/2000/svg}"
LOW, HIGH = Decimal(3), Decimal(4)
WORDS = {"name": "growth", "title": "Tỷ lệ <lũy kế>", "description": "Đến 22/11/2026 đạt 2,81% & còn thiếu."}


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text for element in picture.iter(f"{SVG}text")]


def points(picture: ElementTree.Element) -> list[list[tuple[float, float]]]:
    lines = [line.get("points").split() for line in picture.iter(f"{SVG}polyline")]
    return [[tuple(map(float, point.split(","))) for point in line] for line in lines]


def line(*percents: str, label: str = "năm 2026") -> Line:
    return Line(label, [(float(month), Decimal(percent)) for month, percent in enumerate(percents)])


def test_a_chart_says_in_words_what_it_shows():
    picture = parse(cumulative_chart(line("0", "2.81"), None, LOW, HIGH, **WORDS))
    assert picture.get("role") == "img"
    ids = picture.get("aria-labelledby").split()
    said = {element.get("id"): element.text for element in (picture.find(f"{SVG}title"), picture.find(f"{SVG}desc"))}
    assert [said[key] for key in ids] == [WORDS["title"], WORDS["description"]]


def test_a_chart_needs_no_style_sheet_and_brings_its_font_along():
    svg = cumulative_chart(
        line("0", "1"), line("0", "2", label="năm 2025"), LOW, HIGH, **WORDS, font="Liberation Serif"
    )
    assert "style" not in svg
    assert parse(svg).get("font-family") == "Liberation Serif"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_higher_percentages_stand_higher_and_later_months_further_right(width):
    picture = parse(
        cumulative_chart(line("0", "1", "3"), line("0", "2", "4", label="năm 2025"), LOW, HIGH, **WORDS, width=width)
    )
    before, now = points(picture)
    assert [x for x, _ in now] == sorted({x for x, _ in now}) == [x for x, _ in before]
    band = next(rect for rect in picture.iter(f"{SVG}rect"))
    top, height = float(band.get("y")), float(band.get("height"))
    assert before[2][1] == top, "4% is the upper edge of the band"
    assert now[2][1] == pytest.approx(top + height), "3% is its lower edge"
    assert now[0][1] > now[1][1] > now[2][1]


@pytest.mark.parametrize("highest", ["0", "0.01", "3.99", "4.01", "12.5", "100", "350"])
def test_every_mark_stays_inside_the_picture(highest):
    picture = parse(cumulative_chart(line("0", highest), None, LOW, HIGH, **WORDS))
    _, _, width, height = map(float, picture.get("viewBox").split())
    assert all(0 <= x <= width and 0 <= y <= height for each in points(picture) for x, y in each)
    assert len([text for text in texts(picture) if text.endswith("%") and "," not in text]) <= 9


def test_the_last_point_names_its_percentage():
    picture = parse(cumulative_chart(line("0", "1", "2.81"), None, LOW, HIGH, **WORDS))
    assert "2,81%" in texts(picture)
    assert "mục tiêu 3–4%" in texts(picture)


def test_bars_are_as_long_as_their_percentages():
    bars = [Bar("Kỳ này", Decimal("2")), Bar("Cùng kỳ 2025", Decimal("1")), Bar("Chưa biết", None)]
    picture = parse(band_chart(bars, LOW, HIGH, **WORDS))
    band, *drawn = picture.iter(f"{SVG}rect")
    first, second, third = (float(rect.get("width")) for rect in drawn)
    assert (round(first / second, 1), third) == (2.0, 0.0)
    assert float(band.get("x")) == pytest.approx(first * 1.5, abs=0.2), "the band begins at 3%"
    assert texts(picture)[1:] == ["Kỳ này", "2,00%", "Cùng kỳ 2025", "1,00%", "Chưa biết", "—"]


def test_a_bar_far_above_the_band_still_fits():
    picture = parse(band_chart([Bar("Kỳ này", Decimal(100))], LOW, HIGH, **WORDS))
    width = float(picture.get("viewBox").split()[2])
    assert all(float(rect.get("x")) + float(rect.get("width")) <= width for rect in picture.iter(f"{SVG}rect"))


def test_columns_stand_as_high_as_their_percentages():
    bars = [Bar("2024", Decimal("2")), Bar("2025", Decimal("1")), Bar("2026", None)]
    picture = parse(years_chart(bars, LOW, HIGH, **WORDS))
    band, *drawn = picture.iter(f"{SVG}rect")
    first, second, third = (float(rect.get("height")) for rect in drawn)
    assert (round(first / second, 1), third) == (2.0, 0.0)
    assert float(band.get("height")) == pytest.approx(second, abs=0.2), "the band is one percent high"
    assert texts(picture)[-6:] == ["2,00%", "2024", "1,00%", "2025", "—", "2026"]


@pytest.mark.parametrize("highest", ["0", "4.01", "12.5", "350"])
def test_every_column_stays_inside_the_picture(highest):
    picture = parse(years_chart([Bar("2026", Decimal(highest))] * 5, LOW, HIGH, **WORDS))
    _, _, width, height = map(float, picture.get("viewBox").split())
    for rect in picture.iter(f"{SVG}rect"):
        x, y, wide, high = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        assert (min(x, y) >= 0, x + wide <= width, y + high <= height) == (True, True, True)


def test_the_target_and_the_same_day_a_year_before_have_their_marks():
    before = Line("năm 2025", [(0.0, Decimal(0)), (12.0, Decimal(3))], mark=(10.8, Decimal("2.71")))
    picture = parse(cumulative_chart(line("0", "2.81"), before, LOW, HIGH, **WORDS, goal=Decimal("3.43")))
    target, same_day, _ = (float(dot.get("cy")) for dot in picture.iter(f"{SVG}circle"))
    band = next(picture.iter(f"{SVG}rect"))
    top, height = float(band.get("y")), float(band.get("height"))
    assert target == pytest.approx(top + height * 0.57, abs=0.2)
    assert same_day == pytest.approx(top + height * 1.29, abs=0.2)
    assert "chỉ tiêu 3,43%" in texts(picture)
