"""Reading the trail: who sees which events, in which words, and what stands with a person or an organisation."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.kinds import AssociationKind
from cells.models import Association
from cells.queries.trail import label_of
from cells.roles import Role
from cells.services import tree
from core import audit
from core.models import AuditEvent
from tests.cells.roll_pages import address, log_in, page, visible
from tests.factories import TODAY, appointment, district, member, user
from tests.pages import check_page, take_out

DERIVED = {
    "id", "path", "version", "name_fold", "name_key", "ancestor", "depth", "ceremony_on", "pair", "locked_at",
    "lifted_at", "preview", "workbook_import", "former", "facts_version", "value", "token", "computed_at", "counts_on",
    "created_by", "created_at", "report",
}  # fmt: skip
"""Columns that no event tells of."""
UNTOLD_MODELS = {"OrganizationAncestor", "FiguresRun", "YearFigures"}
TRAIL = "/quan-tri/nhat-ky/"


@pytest.fixture
def units(db):
    return district()


def read(client, query: str = "") -> str:
    html = page(client, f"{TRAIL}{query}")
    return visible(html[html.index("<main") : html.index("</main>")])


def test_an_officer_reads_what_was_done_in_plain_words(client, units):
    officer = user("hai.dq", "Đỗ Quang Hải")
    with audit.acting(user=officer, origin="10.1.2.3"):
        tree.rename(units["K1"], "Chi bộ thôn Mới", on=date(2026, 3, 1), today=TODAY, document="QĐ 5")
        tree.reparent(units["K1"], units["D2"], on=date(2026, 4, 1), today=TODAY)
    log_in(client, units["H"], Role.BOARD_OFFICER)
    text = read(client, "?ve=K1")
    assert "Sửa: K1 Chi bộ thôn Mới Đỗ Quang Hải ·" in text
    assert "từ 10.1.2.3" in text
    assert "tên: Chi bộ thôn Mới" in text
    assert "cấp trên: Đảng bộ xã Phú Khê" in text
    assert "từ ngày: 01/03/2026" in text


def test_sensitive_values_are_said_to_change_and_not_shown(client, units):
    person = member(units["K1"], ethnicity="Tày")
    audit.record(
        AuditEvent.Action.UPDATE, person, scope_path=units["K1"].path,
        changes={"ethnicity": [audit.digest("Tày"), audit.digest("Nùng")], "education": ["", "đại học"]},
    )  # fmt: skip
    log_in(client, units["H"], Role.BOARD_OFFICER)
    text = read(client)
    assert "dân tộc: đã đổi (không hiện nội dung)" in text
    assert "trình độ: (trống) → đại học" in text
    assert "Nùng" not in text
    assert "Tày" not in text


@pytest.mark.parametrize(
    ("role", "place", "sees"),
    [
        (Role.BOARD_OFFICER, "H", {"của K1", "của K3", "chung", "vào"}),
        (Role.COMMITTEE_OFFICER, "D1", {"của K1"}),
        (Role.INSPECTOR, "D2", {"của K3"}),
        (Role.ADMINISTRATOR, None, {"vào"}),
    ],
)
def test_each_reads_what_concerns_the_own_units(client, units, role, place, sees):
    for unit in ("K1", "K3"):
        audit.record(AuditEvent.Action.UPDATE, label=f"của {unit}", scope_path=units[unit].path)
    audit.record(AuditEvent.Action.IMPORT, label="chung")
    audit.record(AuditEvent.Action.LOGIN_FAILED, label="vào")
    end = {"valid_until": TODAY + timedelta(days=30)} if role == Role.INSPECTOR else {}
    log_in(client, units[place] if place else None, role, **end)
    text = read(client)
    assert {label for label in ("của K1", "của K3", "chung", "vào") if f": {label} " in text} == sees
    text = read(client, "?ve=K3")
    assert ("của K3 " in text) == ("của K3" in sees)


def test_the_trail_is_closed_to_secretaries_and_those_beside_the_tree(client, units):
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    assert client.get(TRAIL).status_code == 403
    centre = Association.objects.create(
        code="TT", name="Trung tâm", kind=AssociationKind.TRAINING_CENTRE, organization=units["H"]
    )
    log_in(client, None, Role.TRAINING_CENTRE, association=centre)
    assert client.get(TRAIL).status_code == 403


def test_day_person_and_kind_narrow_the_trail(client, units):
    other = user("lan.tt", "Trần Thị Lan")
    with audit.acting(user=other):
        event = audit.record(AuditEvent.Action.EXPORT, label="danh sách", scope_path=units["K1"].path)
    log_in(client, units["H"], Role.BOARD_OFFICER)
    day = f"{event.at + timedelta(hours=7):%d/%m/%Y}"
    for query in ("?nguoi=tran thi lan", "?nguoi=LAN.TT", "?viec=export", f"?tu={day}&den={day}&ve=danh"):
        assert "Xuất dữ liệu: danh sách Trần Thị Lan" in read(client, query)
    for query in ("?nguoi=ai do", "?viec=login", "?tu=01/01/2099"):
        assert "danh sách Trần" not in read(client, query)


def test_the_trail_goes_to_excel_and_that_stands_in_the_trail(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    response = take_out(client, f"{TRAIL}?tep=xlsx&viec=create")
    sheet = openpyxl.load_workbook(BytesIO(response.getvalue())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert (rows[0][0], len(rows)) == ("Lúc", AuditEvent.objects.filter(action="create").count() + 3)
    assert AuditEvent.objects.latest("id").label == "Nhật ký"


def test_a_person_and_an_organisation_show_who_recorded_what_of_them(client, units):
    with audit.acting(user=user("lan.tt", "Trần Thị Lan")):
        person = member(units["K1"])
        tree.rename(units["K1"], "Chi bộ thôn Mới", on=date(2026, 3, 1), today=TODAY)
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    html = page(client, address(person))
    assert "Tạo mới Trần Thị Lan ·" in visible(html[html.index("Ai đã ghi") :])
    html = page(client, f"/to-chuc/{units['K1'].public_id}/")
    assert "Sửa Trần Thị Lan ·" in visible(html[html.index("Ai đã ghi") :])


def test_the_page_asks_as_much_for_many_events_as_for_few(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)

    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            check_page(client.get(TRAIL))
        return len(queries)

    questions()
    few = questions()
    for _ in range(3):
        with audit.acting(user=user()):
            tree.rename(units["K1"], "Chi bộ thôn Mới", on=date(2026, 3, 1), today=TODAY)
            tree.reparent(units["K2"], units["D2"], on=date(2026, 4, 1), today=TODAY)
            tree.reparent(units["K2"], units["D1"], on=date(2026, 5, 1), today=TODAY)
    assert questions() == few


def test_a_text_that_only_looks_like_a_day_is_shown_as_it_is(client, units):
    audit.record(AuditEvent.Action.UPDATE, label="x", changes={"document": "2026-19-39"}, scope_path=units["K1"].path)
    log_in(client, units["H"], Role.BOARD_OFFICER)
    assert "văn bản: 2026-19-39" in read(client)


def test_rights_to_the_trail_end_with_the_appointment(client, units):
    person = log_in(client, units["H"], Role.BOARD_OFFICER)
    assert client.get(TRAIL).status_code == 200
    person.appointments.update(valid_until=TODAY)
    assert client.get(TRAIL).status_code == 403
    appointment(person, units["D1"], Role.COMMITTEE_OFFICER)
    assert client.get(TRAIL).status_code == 200


def test_every_column_that_may_be_told_of_has_a_vietnamese_name():
    unnamed = [
        f"{model._meta.label}.{column.name}"
        for app in ("cells", "pipeline", "reports")
        for model in apps.get_app_config(app).get_models()
        for column in model._meta.concrete_fields
        if label_of(model, column.name) == column.name
        and column.name not in DERIVED
        and model.__name__ not in UNTOLD_MODELS
    ]
    assert unnamed == []
