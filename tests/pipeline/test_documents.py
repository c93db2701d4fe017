"""Danh mục tài liệu: types, folders and file names of 1361-CV/BTCTW, and the lists that leave the program."""

import csv
import io
import unicodedata
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cells.roles import Role
from core.models import AuditEvent
from core.sealed import seal
from pipeline.archive.catalogue import BY_FORM, BY_NUMBER, CATALOGUE, type_of_event
from pipeline.archive.naming import file_name, folder, person_part, sealed_folder, title_part
from pipeline.kinds import CaseKind
from pipeline.models import CandidateProfile, CaseDocument, Mentorship, Opinion, VettingInquiry
from pipeline.queries.documents import filed
from pipeline.queries.rules import rulebook
from pipeline.services.bulk import CaseDraft, EventDraft, load_cases
from pipeline.services.cases import Document
from pipeline.services.opening import Surroundings
from tests import factories
from tests.cells.roll_pages import log_in
from tests.pages import check_page, take_out
from tests.pipeline import files
from tests.today import TODAY

NUMBER = "099000000123"
DAY = date(2026, 3, 2)


# --- Types ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_the_catalogue_covers_the_numbers_that_were_read_each_once():
    numbers = [n for each in CATALOGUE for n in range(each.first, (each.last or each.first) + 1)]
    assert numbers == [1, *range(5, 14), *range(37, 54), *range(92, 100)]


@pytest.mark.once
def test_every_step_named_in_it_is_one_of_the_rules(db):
    known = {name for edition in rulebook().editions for name in (*edition.steps, *edition.outcomes)}
    named = [name for each in CATALOGUE for name in each.steps]
    assert (set(named) - known, len(named)) == (set(), len(set(named)))


@pytest.mark.once
@pytest.mark.parametrize("form", [f"{n}-KNĐ" for n in range(1, 17)])
def test_every_form_of_the_way_has_its_type(form):
    assert BY_FORM[form].forms[0] == form


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "more", "number"),
    [
        ("decision", {}, "5"),
        ("decision", {"readmits": True}, "6"),
        ("union_introduction", {"by": "youth_union"}, "40"),
        ("union_introduction", {"by": "trade_union"}, "41"),
        ("moved", {}, "53"),
        ("moved", {"before": ["cell_vote"]}, "92"),
        ("moved", {"before": ["cell_vote", "base_resolution"]}, "93"),
        ("moved", {"before": ["decision", "cell_vote"]}, "94"),
        ("cancelled", {}, "9–13"),
        ("redo_ordered", {}, "98–99"),
    ],
)
def test_the_type_follows_from_what_happened(kind, more, number):
    assert type_of_event(kind, **more).number_text == number


# --- Names ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Đỗ Thị Ẩn", "DoThiAn"),
        ("NGUYỄN THỊ HOÀ", "NguyenThiHoa"),
        (unicodedata.normalize("NFD", "Hoà"), "Hoa"),
        ("H'Hen Niê", "HHenNie"),
        ("=Hoàng Văn Đức & <Con>/..", "HoangVanDucCon"),
        ("", "KhongTen"),
        ("李", "KhongTen"),
        (" ".join(["Nguyễn"] * 12), "Nguyen" * 10),
        ("A" * 200, "A" + "a" * 59),
    ],
)
def test_a_person_is_named_in_plain_letters(name, part):
    assert person_part(name) == part


@pytest.mark.once
def test_folder_and_file_are_named_as_the_letter_says():
    cell = "38.168.053.000.001"
    assert folder(cell, "Đỗ Thị Ẩn", NUMBER) == f"{cell}/{NUMBER}_DoThiAn"
    assert file_name(BY_NUMBER[37], "Đơn xin vào Đảng", 1) == "037.Don_xin_vao_Dang.1.pdf"
    assert file_name(BY_NUMBER[1], "Lý lịch", 2) == "001.Ly_lich.2.pdf"


@pytest.mark.once
def test_what_is_not_known_is_left_to_be_filled_in():
    assert folder("K1", "Đỗ Thị Ẩn") == "K1/[so dinh danh]_DoThiAn"
    assert file_name(BY_NUMBER[9], "Quyết định hủy", 1) == "[so loai].Quyet_dinh_huy.1.pdf"
    assert file_name(None, "Giấy khác", 1) == "[so loai].Giay_khac.1.pdf"


@pytest.mark.once
def test_a_sealed_folder_shows_dots_until_it_is_opened():
    sealed = sealed_folder("K1", "Đỗ Thị Ẩn", seal(NUMBER))
    assert (str(sealed), NUMBER in repr(sealed), sealed.open()) == ("••••", False, f"K1/{NUMBER}_DoThiAn")
    assert not sealed_folder("K1", "Đỗ Thị Ẩn", None)


@pytest.mark.once
@given(st.text(max_size=300), st.text(max_size=300))
def test_no_name_breaks_a_path(name, title):
    for part in (*folder("K1", name).split("/"), file_name(None, title, 1)):
        assert part.isascii()
        assert not set(part) & set('<>:"/\\|?*\0')
        assert 0 < len(part) <= 120
    assert len(title_part(title)) <= 80


# --- The papers of a file ---------------------------------------------------------------------------------------------


@pytest.fixture
def units(db):
    return factories.district()


def file_of(cell, name="Đỗ Thị Ẩn", events=(), rows=(), number=NUMBER, kind=CaseKind.FIRST):
    draft = CaseDraft(
        files.person(name), cell, DAY, [EventDraft("introduction", DAY), *events], rows=rows,
        profile=CandidateProfile(identity_number=number), surroundings=Surroundings(kind=kind),
    )  # fmt: skip
    (case,) = load_cases([draft], today=TODAY)
    return case


def listed(case):
    return [
        (line.document.kind.number_text if line.document.kind else "", line.document.number, line.document.on,
         line.document.issuer, line.document.kept_at, line.file_name)
        for line in filed([case])
    ]  # fmt: skip


def test_what_happened_gives_papers_by_type_and_day(units):
    on = date(2026, 5, 19)
    events = [
        EventDraft("cell_vote", on, document=Document("12-NQ/CB", on, "Chi bộ thôn Đồng Tâm")),
        EventDraft("application", DAY),
        EventDraft("decision", date(2026, 6, 1), document=Document("7-QĐ/HU", date(2026, 5, 30), "Huyện ủy")),
    ]
    assert listed(file_of(units["K1"], events=events)) == [
        ("5", "7-QĐ/HU", date(2026, 5, 30), "Huyện ủy", "", "005.Quyet_dinh_ket_nap_dang_vien.1.pdf"),
        ("37", "", DAY, "", "", "037.Don_xin_vao_Dang.1.pdf"),
        ("43", "12-NQ/CB", on, "Chi bộ thôn Đồng Tâm", "", "043.Nghi_quyet_cua_chi_bo_de_nghi_ket_nap.1.pdf"),
    ]


def test_a_paper_that_was_entered_stands_once_with_where_it_is_kept(units):
    paper = CaseDocument(kind="form", form="1-KNĐ", signed_on=DAY, number="3", kept_at="Tủ hồ sơ số 2")
    second = CaseDocument(kind="form", form="1-KNĐ", signed_on=date(2026, 4, 1), kept_at="Đảng ủy")
    case = file_of(units["K1"], events=[EventDraft("application", DAY)], rows=[paper, second])
    assert listed(case) == [
        ("37", "3", DAY, "", "Tủ hồ sơ số 2", "037.Don_xin_vao_Dang.1.pdf"),
        ("37", "", date(2026, 4, 1), "", "Đảng ủy", "037.Don_xin_vao_Dang.2.pdf"),
    ]


def test_introductions_letters_and_opinions_are_papers_and_nobody_of_the_family_is_named(units):
    helpers = [files.official(units["K1"], full_name=name) for name in ("Vũ Một", "Vũ Hai")]
    rows = [
        *(Mentorship(helper=each, since=DAY, introduced_on=date(2026, 4, 2)) for each in helpers),
        VettingInquiry(relation="father", requested_on=DAY, request_number="5-CV/ĐU", place="nơi riêng"),
        VettingInquiry(relation="mother", requested_on=DAY, request_number="5-CV/ĐU"),
        Opinion(from_whom="residence", body="Chi ủy thôn Ao Sen", given_on=DAY),
        CaseDocument(kind="political_conclusion", signed_on=DAY),
        CaseDocument(kind="conclusion_religion", signed_on=DAY),
    ]
    case = file_of(units["K1"], events=[EventDraft("introductions", date(2026, 4, 2))], rows=rows)
    assert [(number, name) for number, *_, name in listed(case)] == [
        ("39", "039.Giay_gioi_thieu_nguoi_vao_Dang.1.pdf"),
        ("39", "039.Giay_gioi_thieu_nguoi_vao_Dang.2.pdf"),
        ("97", "097.Cong_van_de_nghi_tham_tra_ly_lich.1.pdf"),
        ("", "[so loai].Y_kien_nhan_xet_cua_chi_uy_noi_cu_tru.1.pdf"),
    ]


def test_readmission_has_a_decision_of_its_own(units):
    case = file_of(units["K1"], events=[EventDraft("decision", DAY)], kind=CaseKind.READMISSION)
    assert [number for number, *_ in listed(case)] == ["6"]


# --- What leaves the program ------------------------------------------------------------------------------------------


def address(case):
    return reverse("pipeline:case-documents", args=[case.public_id])


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return [row for row in csv.reader(io.StringIO(text), delimiter=";") if row]


def test_the_number_is_left_out_unless_somebody_may_have_it_and_asks(client, units):
    case = file_of(units["K1"], events=[EventDraft("application", DAY)])
    log_in(client, units["H"], Role.BOARD_OFFICER)
    form = client.get(address(case))
    check_page(form)
    assert "Thư mục có số định danh" not in form.context["form"].fields["columns"].initial
    assert NUMBER not in form.content.decode()
    plain = rows_of(take_out(client, address(case), format="csv"))
    head = next(number for number, row in enumerate(plain) if row[0] == "Mã hồ sơ")
    assert plain[head : head + 2] == [
        ["Mã hồ sơ", "Người", "Loại tài liệu số", "Tên tài liệu", "Số", "Ngày", "Nơi ban hành", "Nơi lưu giữ",
         "Thư mục", "Tên tệp"],
        [case.code, "Đỗ Thị Ẩn (1998)", "37", "Đơn xin vào Đảng", "", "02/03/2026", "", "", "K1/[so dinh danh]_DoThiAn",
         "037.Don_xin_vao_Dang.1.pdf"],
    ]  # fmt: skip
    assert not any(NUMBER in cell for row in plain for cell in row)
    asked = take_out(client, address(case), format="csv", columns=["Tên tệp", "Thư mục có số định danh"])
    assert ["037.Don_xin_vao_Dang.1.pdf", f"K1/{NUMBER}_DoThiAn"] in rows_of(asked)
    told = AuditEvent.objects.filter(action=AuditEvent.Action.EXPORT).latest("pk")
    assert told.changes["private_columns"] == "Thư mục có số định danh"


def test_an_inspector_is_not_offered_the_number(client, units):
    case = file_of(units["K1"], events=[EventDraft("application", DAY)])
    log_in(client, units["H"], Role.INSPECTOR, valid_until=date(2027, 1, 1))
    offered = [value for value, _ in client.get(address(case)).context["form"].fields["columns"].choices]
    assert "Thư mục" in offered
    assert "Thư mục có số định danh" not in offered


def test_without_a_number_its_place_is_left_to_be_filled_in(client, units):
    case = file_of(units["K1"], events=[EventDraft("application", DAY)], number="")
    log_in(client, units["H"], Role.BOARD_OFFICER)
    asked = take_out(client, address(case), format="csv", columns=["Tên tệp", "Thư mục có số định danh"])
    assert ["037.Don_xin_vao_Dang.1.pdf", "K1/[so dinh danh]_DoThiAn"] in rows_of(asked)


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_of_a_unit_holds_its_files_alone_in_the_same_questions(
    client, units, size, django_assert_max_num_queries
):
    for number in range(size):
        file_of(units["K1"], f"Người {number}", [EventDraft("application", DAY)], number=f"09900000000{number}")
    file_of(units["K3"], "Người nơi khác", [EventDraft("application", DAY)])
    log_in(client, units["D1"], Role.COMMITTEE_OFFICER)
    where = reverse("pipeline:case-list-documents")
    with django_assert_max_num_queries(26):
        assert client.get(where).context["rows"] == size
    people = [row[1] for row in rows_of(take_out(client, where, format="csv")) if row[-1].endswith(".pdf")]
    assert people == [f"Người {number} (1998)" for number in range(size)]
