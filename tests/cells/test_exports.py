"""The gate for lists: purpose, columns, quota, second person, ledger; nothing leaves that its reader does not see."""

import csv
import hashlib
import io
from datetime import timedelta

import openpyxl
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cells.models import Member
from cells.roles import Action, Role
from cells.services import exports
from cells.services.errors import RuleError
from core import append_only
from core.models import AuditEvent, ExportEntry
from tests import factories, pages
from tests.pages import EXPORT, take_out
from tests.today import TODAY

LIST = "/dang-vien/excel/"
LEDGER = "/nhap-xuat/so-xuat/"
NAME = "Họ và tên"
DETAIL = "lập mẫu 2 kèm báo cáo năm"


@pytest.fixture
def units(db):
    return factories.district()


@pytest.fixture
def members(units):
    return [
        factories.member(units[code], f"M-{code}", f"Trần Văn {code}", ethnicity=f"Dân{code}", religion="Không")
        for code in ("K1", "K2", "K3")
    ]


def client_of(unit, role=Role.BOARD_OFFICER, **more) -> Client:
    person = factories.user()
    factories.appointment(person, unit, role, **more)
    client = Client()
    client.force_login(person)
    client.person = person
    return client


def rows_of(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def text_of(response) -> str:
    return pages.visible_text(response.content.decode())


def detail(entry) -> str:
    return reverse("cells:export-detail", args=[entry.public_id])


# --- the form and the file --------------------------------------------------------------------------------------------
def test_a_link_shows_a_form_and_no_file(units, members):
    client = client_of(units["H"])
    response = client.get(LIST)
    assert response.headers["Content-Type"].startswith("text/html")
    form = response.context["form"]
    assert form.fields["columns"].initial[:2] == ["Mã đảng viên", NAME]
    assert not {"Dân tộc", "Tôn giáo", "Số định danh"} & set(form.fields["columns"].initial)
    assert "DânK1" not in response.content.decode()
    assert not ExportEntry.objects.exists()


def test_a_file_stands_in_the_ledger_with_its_digest_and_is_found_by_its_code(units, members):
    client = client_of(units["H"])
    response = take_out(client, f"{LIST}?to-chuc=D1", columns=[NAME], detail="  rà danh sách ")
    content = b"".join(response.streaming_content)
    entry = ExportEntry.objects.get()
    assert entry.sha256 == hashlib.sha256(content).hexdigest()
    assert (entry.state, entry.rows, entry.columns, entry.scope_path) == ("made", 2, [NAME], units["D1"].path)
    assert (entry.purpose, entry.detail, entry.address) == ("work", "rà danh sách", f"{LIST}?to-chuc=D1")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    values = [row[0].value for row in sheet.iter_rows()]
    assert values[2:5] == [NAME, "Trần Văn K1", "Trần Văn K2"]
    assert entry.code in values[-1]
    found = text_of(client.get(LEDGER, {"code": entry.code.lower().replace("-", " ")}))
    assert entry.title in found
    assert entry.sha256 in text_of(client.get(detail(entry)))
    event = AuditEvent.objects.get(action=AuditEvent.Action.EXPORT)
    assert (event.object_id, event.scope_path) == (str(entry.public_id), units["D1"].path)
    assert event.changes["code"] == entry.code
    assert "Không có bản nào mang mã này" in text_of(client.get(LEDGER, {"code": "ZZZZZ-ZZZZZ"}))


@pytest.mark.parametrize("left_out", ["purpose", "columns", "format"])
def test_nothing_leaves_without_purpose_columns_and_format(units, members, left_out):
    client = client_of(units["H"])
    sent = {name: value for name, value in (EXPORT | {"columns": [NAME]}).items() if name != left_out}
    response = client.post(LIST, sent)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {left_out}
    assert not ExportEntry.objects.exists()


def test_another_purpose_has_to_be_told(units, members):
    response = client_of(units["H"]).post(LIST, EXPORT | {"columns": [NAME], "purpose": "other", "detail": "việc"})
    assert "Hãy ghi rõ xuất để làm việc gì" in text_of(response)


def test_a_column_that_is_not_offered_is_refused(units, members):
    inspector = client_of(units["H"], Role.INSPECTOR, valid_until=TODAY + timedelta(days=30))
    response = inspector.post(LIST, EXPORT | {"columns": [NAME, "Dân tộc"], "detail": DETAIL})
    assert response.context["form"].errors.keys() == {"columns"}
    assert not ExportEntry.objects.exists()


def test_masked_columns_come_only_when_asked_for_with_a_detail(units, members):
    client = client_of(units["H"])
    wanted = {"columns": [NAME, "Dân tộc"], "format": "csv"}
    assert client.post(LIST, EXPORT | wanted | {"detail": ""}).context["form"].errors.keys() == {"detail"}
    rows = rows_of(client.post(LIST, EXPORT | wanted | {"detail": DETAIL}))
    assert rows[1:4] == [["Trần Văn K1", "DânK1"], ["Trần Văn K2", "DânK2"], ["Trần Văn K3", "DânK3"]]
    assert ExportEntry.objects.get().private_columns == ["Dân tộc"]


def test_who_sees_some_rows_only_to_inspect_gets_them_masked(units, members):
    client = client_of(units["K1"], Role.CELL_SECRETARY)
    factories.appointment(client.person, units["D2"], Role.INSPECTOR, valid_until=TODAY + timedelta(days=30))
    wanted = {"columns": [NAME, "Dân tộc"], "format": "csv", "detail": DETAIL}
    assert rows_of(client.post(LIST, EXPORT | wanted))[1:3] == [["Trần Văn K1", "DânK1"], ["Trần Văn K3", "••••"]]


def test_the_password_is_asked_for_again_first(units, members):
    client = client_of(units["H"])
    client.get("/")
    with time_machine.travel(timezone.now() + timedelta(minutes=25)):
        response = client.post(LIST, EXPORT | {"columns": [NAME]})
    assert response.headers["Location"].startswith("/xac-nhan/")
    assert not ExportEntry.objects.exists()


def test_a_page_takes_nothing_but_a_file(units, members):
    client = client_of(units["H"])
    assert client.post("/to-chuc/").status_code == 405
    assert client.post("/to-chuc/?tep=xlsx", EXPORT | {"columns": ["Mã"]}).status_code == 200
    foreign = client_of(units["D2"], Role.COMMITTEE_OFFICER)
    for address in ("chi-bo-chua-ket-nap/", "nguoi/ket-nap/", ""):
        url = f"/tong-quan/{units['D1'].public_id}/{address}?tep=xlsx"
        assert foreign.post(url, EXPORT | {"columns": ["Mã"]}).status_code == 404, url


# --- how much ---------------------------------------------------------------------------------------------------------
def test_a_day_has_its_number_of_rows(units, members, settings):
    settings.EXPORT_DAILY_ROWS = 5
    client = client_of(units["H"])
    assert "attachment" in take_out(client, LIST).headers["Content-Disposition"]
    refused = take_out(client, LIST)
    assert "nhiều nhất 5 dòng một ngày; hôm nay bạn đã xuất 3, danh sách này thêm 3" in text_of(refused)
    assert "attachment" in take_out(client, f"{LIST}?to-chuc=D1").headers["Content-Disposition"]
    assert ExportEntry.objects.count() == 2
    other = client_of(units["H"])
    assert "attachment" in take_out(other, LIST).headers["Content-Disposition"], "each has the own rows"
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        later = client_of(units["H"])
        later.force_login(client.person)
        assert "attachment" in take_out(later, LIST).headers["Content-Disposition"]


def test_a_long_list_waits_for_a_second_person(units, members, settings):
    settings.EXPORT_ALONE_ROWS = 2
    client, head = client_of(units["H"]), client_of(units["H"], Role.BOARD_HEAD)
    assert "một người khác có quyền phải duyệt" in text_of(client.get(LIST))
    response = take_out(client, LIST, columns=[NAME], format="csv")
    entry = ExportEntry.objects.get()
    assert response.headers["Location"] == detail(entry)
    assert (entry.state, entry.sha256) == ("waiting", "")
    fetch = {"duyet": str(entry.public_id)}
    assert client.post(entry.address, fetch).status_code == 404, "not approved yet"
    assert client.post(detail(entry), {"quyet-dinh": "duyet"}).status_code == 404, "nobody approves for himself"
    assert entry.title in text_of(head.get(LEDGER))
    assert head.post(detail(entry), {"quyet-dinh": "duyet", "opinion": "đồng ý"}).status_code == 302
    assert head.post(entry.address, fetch).status_code == 404, "another one's file"
    assert "Đã duyệt: tải tệp" in text_of(client.get(detail(entry)))
    rows = rows_of(client.post(entry.address, fetch))
    assert rows[:4] == [[NAME], ["Trần Văn K1"], ["Trần Văn K2"], ["Trần Văn K3"]]
    assert client.post(entry.address, fetch).status_code == 404, "once"
    entry.refresh_from_db()
    assert (entry.state, entry.decided_by, entry.decision) == ("made", head.person, "đồng ý")


def test_masked_columns_wait_sooner(units, members, settings):
    settings.EXPORT_ALONE_PRIVATE_ROWS = 2
    client = client_of(units["H"])
    assert "attachment" in take_out(client, LIST, columns=[NAME]).headers["Content-Disposition"]
    response = take_out(client, LIST, columns=[NAME, "Dân tộc"], detail=DETAIL)
    assert response.status_code == 302
    assert ExportEntry.objects.get(state="waiting").private_columns == ["Dân tộc"]


def test_what_was_refused_or_has_grown_or_is_old_is_not_given(units, members, settings):
    settings.EXPORT_ALONE_ROWS = 2
    client, head = client_of(units["H"]), client_of(units["H"], Role.BOARD_HEAD)

    def asked(decision: str) -> ExportEntry:
        take_out(client, LIST, columns=[NAME])
        entry = ExportEntry.objects.filter(state="waiting").latest("pk")
        head.post(detail(entry), {"quyet-dinh": decision})
        return entry

    no, yes = asked("tu-choi"), asked("duyet")
    assert client.post(no.address, {"duyet": str(no.public_id)}).status_code == 404
    other = f"{LIST}?to-chuc=D1"
    assert "không còn tải được" in text_of(client.post(other, {"duyet": str(yes.public_id)}, follow=True))
    factories.member(units["K1"], "M-mới")
    assert "nay dài hơn" in text_of(client.post(yes.address, {"duyet": str(yes.public_id)}, follow=True))
    Member.objects.filter(code="M-mới").update(on_roll=False)
    ExportEntry.objects.filter(pk=yes.pk).update(decided_at=timezone.now() - timedelta(days=4))
    assert "Đã quá 3 ngày" in text_of(client.post(yes.address, {"duyet": str(yes.public_id)}, follow=True))
    assert not ExportEntry.objects.filter(state="made").exists()


def test_of_two_who_decide_at_once_one_is_told(units, members):
    entry = ExportEntry.objects.create(
        code="AAAAA-AAAAA", user=factories.user(), state="waiting", title="x", address=LIST, format="csv",
        columns=[NAME], purpose="work", rows=9, requested_at=timezone.now(),
    )  # fmt: skip
    exports.decide(entry, approve=True, by=factories.user())
    with pytest.raises(RuleError, match="vừa được quyết định"):
        exports.decide(entry, approve=False, by=factories.user())
    with pytest.raises(RuleError, match="không tự duyệt"):
        exports.decide(entry, approve=True, by=entry.user)


# --- the ledger -------------------------------------------------------------------------------------------------------
def test_each_sees_the_own_entries_and_those_of_the_units_in_reach(units, members):
    board, far = client_of(units["H"]), client_of(units["D2"], Role.COMMITTEE_OFFICER)
    secretary = client_of(units["K1"], Role.CELL_SECRETARY)
    take_out(board, f"{LIST}?to-chuc=D1")
    take_out(secretary, LIST)
    of_board, own = ExportEntry.objects.order_by("pk")
    assert own.scope_path == units["K1"].path
    near = client_of(units["D1"], Role.COMMITTEE_OFFICER)
    sees = {
        client: {entry for entry in (of_board, own) if client.get(detail(entry)).status_code == 200}
        for client in (board, far, near, secretary)
    }
    assert sees == {board: {of_board, own}, far: set(), near: {of_board, own}, secretary: {own}}


def test_what_was_made_is_never_changed_or_removed(units, members):
    take_out(client_of(units["H"]), LIST)
    append_only.lock_rows(connection, "core_exportentry")
    entry = ExportEntry.objects.get()
    for change in (lambda: ExportEntry.objects.update(rows=1), entry.delete):
        with pytest.raises(DatabaseError, match=append_only.REFUSAL), transaction.atomic():
            change()
    waiting = ExportEntry.objects.create(
        code="AAAAA-AAAAA", user=entry.user, state="waiting", title="x", address=LIST, format="csv", columns=[],
        purpose="work", rows=9, requested_at=timezone.now(),
    )  # fmt: skip
    exports.decide(waiting, approve=False, by=factories.user())


def test_the_lock_stands_after_migrate(db):
    from tests.conftest import PROTECTED

    assert PROTECTED["core_exportentry"] == ["core_exportentry_no_delete", "core_exportentry_no_update"]


# --- exported ⊆ visible -----------------------------------------------------------------------------------------------
OFFICES = st.sampled_from([
    ("K1", Role.CELL_SECRETARY), ("K3", Role.CELL_SECRETARY), ("D1", Role.COMMITTEE_OFFICER), ("H", Role.BOARD_OFFICER),
    ("D2", Role.INSPECTOR), ("H", Role.INSPECTOR),
])  # fmt: skip
COLUMNS = st.lists(
    st.sampled_from([NAME, "Mã đảng viên", "Dân tộc", "Tôn giáo", "Tình trạng"]), min_size=1, unique=True
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    offices=st.lists(OFFICES, min_size=1, max_size=2, unique=True), columns=COLUMNS, place=st.sampled_from(["", "D1"])
)
def test_exported_rows_and_columns_are_visible_ones(members, units, offices, columns, place):
    with transaction.atomic():
        client = client_of(units[offices[0][0]], offices[0][1], **_end(offices[0][1]))
        for code, role in offices[1:]:
            factories.appointment(client.person, units[code], role, **_end(role))
        sent = EXPORT | {"columns": columns, "format": "csv", "detail": DETAIL}
        response = client.post(f"{LIST}?to-chuc={place}", sent)
        visible = {row.code: row for row in Member.objects.visible_to(client.person)}
        opened = set(Member.objects.visible_to(client.person, Action.REVEAL).values_list("code", flat=True))
        private = {"Dân tộc", "Tôn giáo"} & set(columns)
        if private and not any(role != Role.INSPECTOR for _, role in offices):
            assert response.context["form"].errors.keys() == {"columns"}
        else:
            rows = rows_of(response)
            assert set(rows[0]) == set(columns)
            for row in rows[1:-1]:
                told = dict(zip(rows[0], row, strict=True))
                names = {visible[code].full_name for code in visible}
                assert told.get(NAME, next(iter(names))) in names
                shown = {value for head, value in told.items() if head in private} - {"••••", "—"}
                assert not shown or shown <= {value for code in opened for value in _masked(visible[code])}
        transaction.set_rollback(True)


def _end(role) -> dict:
    return {"valid_until": TODAY + timedelta(days=30)} if role == Role.INSPECTOR else {}


def _masked(member: Member) -> set[str]:
    return {member.ethnicity, member.religion}
