"""Searching and sorting Vietnamese names, the same on every database."""

import random
import unicodedata

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cells.models import Member
from core.names import clean_name, display_name, fold, sort_key
from tests.factories import member, organization
from tests.proof import cases

# fmt: off
FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lò Vừ Đinh".split()  # noqa: SIM905
MIDDLES = "Văn Thị Đức Hữu Ngọc Thanh Minh Quang Xuân Thu Hồng Đình Bá Công".split()  # noqa: SIM905
GIVENS = """An Anh Ánh Ẩn Ân Ấn Bảo Bình Bính Châu Chi Cường Dung Dũng Duy Dương Đại Đạt Đức Giang Hà Hạ Hải Hân Hạnh
Hào Hảo Hiền Hiển Hiếu Hoa Hòa Hóa Hoan Hoàn Hoàng Hồng Hùng Huy Hương Khánh Lan Lân Liên Linh Loan Lộc Long Mai Mạnh
Minh My Mỹ Nam Nga Ngân Nghĩa Ngọc Nguyên Nhàn Nhung Oanh Phúc Phương Phượng Quân Quang Quế Quyên Quỳnh Sơn Tâm Tân
Thắm Thắng Thành Thảo Thịnh Thoa Thơ Thu Thuận Thủy Thúy Tiên Tiến Toàn Trang Trí Trinh Trung Tú Tuấn Tùng Tuyết Uyên
Vân Việt Vinh Vũ Vượng Xuân Yên Yến""".split()  # noqa: SIM905
# fmt: on


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đỗ  Thị Hồng Ánh ", "do thi hong anh"),
        ("ĐẶNG VĂN ĐỨC", "dang van duc"),
        ("Trần Thị Thuỷ", "tran thi thuy"),
        (unicodedata.normalize("NFD", "Nguyễn Ước"), "nguyen uoc"),
        ("H'Hen Niê", "h'hen nie"),
        ("", ""),
    ],
)
def test_folding_drops_case_marks_and_needless_spaces(text, folded):
    assert fold(text) == folded


def test_names_sort_by_given_name_then_middle_then_family():
    listed = ["Lê Văn An", "Nguyễn Văn An", "Trần Đức Anh", "Bùi Thị Ánh", "Trần Văn Anh", "Đỗ Ẩn", "Lê Bình"]
    shuffled = random.Random(1).sample(listed, len(listed))
    assert sorted(shuffled, key=sort_key) == listed


def test_letters_come_before_tones_and_tones_in_their_order():
    listed = ["Hoa", "Hòa", "Hỏa", "Hõa", "Hóa", "Họa", "Hoan", "Hoàng", "Hô", "Hồ", "Hơ", "Hư"]
    shuffled = random.Random(1).sample(listed, len(listed))
    assert sorted(shuffled, key=sort_key) == listed
    assert sorted(["Đan", "Dung", "Êm", "Em", "Ăn", "Âm"], key=sort_key) == ["Ăn", "Âm", "Dung", "Đan", "Em", "Êm"]


def test_old_and_new_spellings_are_one_name():
    assert sort_key("Lê Thị Hoà") == sort_key("Lê Thị Hòa")


def test_capitals_are_printed_as_a_name():
    assert display_name("NGUYỄN THỊ ÁNH") == "Nguyễn Thị Ánh"
    assert display_name("Nguyễn Thị Ánh") == "Nguyễn Thị Ánh"
    assert clean_name(unicodedata.normalize("NFD", " Lò  Thị\tÁnh")) == "Lò Thị Ánh"


def some_names(count):
    pick = random.Random(2026).choice
    return [f"{pick(FAMILIES)} {pick(MIDDLES)} {pick(GIVENS)}" for _ in range(count)]


@settings(max_examples=cases(quick=50, full=5_000))
@given(st.text(alphabet=st.characters(), max_size=9).map(lambda text: text * 200))
@example("한" * 200)
@example("ẩ " * 200)
@example("İ" * 200)
def test_whatever_is_stored_as_a_name_fits_its_columns_for_search_and_order(text):
    name = clean_name(text)[: Member._meta.get_field("full_name").max_length]
    columns = {"name_fold": fold(name), "name_key": sort_key(name)}
    too_long = {key for key, value in columns.items() if len(value) > Member._meta.get_field(key).max_length}
    assert too_long == set()


@pytest.mark.django_db
@pytest.mark.services("postgresql")
def test_the_order_is_icus_vietnamese_order():
    """ICU compares the names written given name first; as here, letters decide before tones."""
    count = cases(quick=3_000, full=100_000)
    reordered = {}
    for name in set(some_names(count)):
        family, middle, given = name.split(" ")
        reordered[name] = f"{given} {middle} {family}"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE spoken (name text, written text)")
        cursor.executemany("INSERT INTO spoken VALUES (%s, %s)", list(reordered.items()))
        cursor.execute('SELECT name FROM spoken ORDER BY written COLLATE "vi-x-icu"')
        icu = [name for (name,) in cursor.fetchall()]
    assert sorted(reordered, key=sort_key) == icu


@pytest.mark.django_db
def test_the_database_sorts_by_the_key_as_python_does():
    cell = organization()
    names = sorted(set(some_names(150)))
    for name in names:
        member(cell, full_name=name)
    listed = list(Member.objects.order_by("name_key").values_list("full_name", flat=True))
    assert listed == sorted(names, key=sort_key)


@pytest.mark.django_db
def test_every_way_of_writing_fills_both_columns():
    cell = organization()
    person = member(cell, full_name="Trần Văn Đức")
    person.full_name = "Trần Văn Đạt"
    person.save()
    person.refresh_from_db()
    assert (person.name_fold, person.name_key) == ("tran van dat", sort_key("Trần Văn Đạt"))
