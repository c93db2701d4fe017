"""Pages of decisions about organisations: two steps, what they refuse beside the fields, and for whom they open."""

import re
from datetime import date

import pytest
from django.urls import reverse

from cells.arranging import changes_open_to
from cells.models import Member, Organization, OrganizationVersion
from cells.roles import Role
from cells.services import arranging
from cells.services.arranging import Decision
from cells.services.locks import lock_period
from core.models import AuditEvent, Job
from reports.models import Report
from tests.cells.roll_pages import links, log_in, page, refusals, visible
from tests.factories import TODAY, appointment, district, member, user
from tests.pages import check_page
from tests.reports.committee import stored

pytestmark = pytest.mark.once

DECIDED = {"on": "01/11/2026", "document": "Quyết định số 12-QĐ/ĐU"}


@pytest.fixture
def units(db):
    return district()


@pytest.fixture
def officer(client, units):
    """A committee officer of D1: cells K1 and K2."""
    return log_in(client, units["D1"])


def url(act: str, unit: Organization, *more: object) -> str:
    return reverse(f"cells:organization-{act}", args=[unit.public_id, *more])


def previewed(client, address: str, **asked) -> str:
    """The page that shows what *asked* would touch."""
    response = client.post(address, asked)
    check_page(response)
    html = response.content.decode()
    assert "Xem trước: chưa ghi gì" in visible(html), refusals(html)
    return html


def hidden(html: str) -> dict[str, str]:
    """What the second step sends again."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', html)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def recorded(client, address: str, **asked):
    """Both steps; the page that follows."""
    response = client.post(address, hidden(previewed(client, address, **asked)) | {"ghi": ""}, follow=True)
    check_page(response)
    return response


def refused(client, address: str, **asked) -> list[str]:
    """What the first step says against *asked*, which stays in the form; so does the second."""
    count = OrganizationVersion.objects.count()
    first = client.post(address, asked).content.decode()
    assert "Xem trước: chưa ghi gì" not in visible(first)
    for value in filter(None, asked.values()):
        assert f'value="{value}"' in first
    assert refusals(client.post(address, asked | {"ghi": ""}).content.decode()) == refusals(first)
    assert OrganizationVersion.objects.count() == count
    return refusals(first)


def test_a_unit_is_founded_in_two_steps(client, officer, units):
    asked = DECIDED | {"code": "K9", "name": "Chi bộ thôn Mới", "kind": "cell", "has_sources": "co"}
    html = previewed(client, url("found", units["D1"]), **asked)
    assert not Organization.objects.filter(code="K9").exists()
    assert "Còn nguồn có" in visible(html)
    assert hidden(html)["has_sources"] == "co"
    response = recorded(client, url("found", units["D1"]), **asked)
    unit = Organization.objects.get(code="K9")
    version = unit.versions.get()
    assert (unit.parent, version.has_sources, version.is_residential, version.recorded_by) == (
        units["D1"], True, None, officer,
    )  # fmt: skip
    assert response.redirect_chain == [(url("detail", unit), 302)]
    html = response.content.decode()
    assert "Đã lập Chi bộ thôn Mới, trực thuộc Đảng bộ xã Minh Hòa. Ghi nhầm thì bỏ thay đổi này" in visible(html)
    assert url("undo", unit, version.batch) in links(html)


def test_a_change_shows_what_is_now_and_writes_what_differs(client, officer, units):
    html = page(client, url("change", units["K1"]))
    assert 'value="Chi bộ thôn Đồng Tâm"' in html
    response = recorded(client, url("change", units["K1"]), **DECIDED, name="Chi bộ thôn Một", kind="cell")
    assert Organization.objects.get(code="K1").name == "Chi bộ thôn Một"
    assert "Đã ghi thay đổi của Chi bộ thôn Đồng Tâm từ ngày 01/11/2026." in visible(response.content.decode())
    assert refused(client, url("change", units["K1"]), **DECIDED, name="Chi bộ thôn Một") == ["Hãy điền mục này."]


def test_what_was_left_as_it_is_now_is_not_carried_back_to_an_earlier_day(client, officer, units):
    arranging.change(units["K1"], Decision(date(2026, 11, 10), TODAY), name="Chi bộ Mới", is_residential=True)
    asked = DECIDED | {"name": "Chi bộ Mới", "kind": "cell", "is_residential": "co", "has_sources": "khong"}
    recorded(client, url("change", units["K1"]), **asked)
    versions = units["K1"].versions.in_force().order_by("valid_from")
    assert list(versions.values_list("name", "is_residential", "has_sources"))[1:] == [
        ("Chi bộ thôn Đồng Tâm", None, False),
        ("Chi bộ Mới", True, False),
    ]


def test_a_unit_moves_within_reach_only(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    recorded(client, url("move", units["K1"]), **DECIDED, parent="D2", kind="cell")
    assert Organization.objects.get(code="K1").parent == units["D2"]
    log_in(client, units["D1"])
    assert refused(client, url("move", units["K2"]), **DECIDED, parent="D2") == [
        "Không có tổ chức “D2” trong phạm vi của bạn. Hãy chọn trong danh sách gợi ý.",
        "Hãy điền mục này.",
    ]


def test_a_merger_shows_who_moves_and_what_it_does_to_the_rates_before_it_is_recorded(client, officer, units):
    official, _ = member(units["K2"], official_on=date(2011, 5, 19)), member(units["K2"], joined_on=date(2026, 2, 3))
    asked = DECIDED | {"successor": "Chi bộ thôn Đồng Tâm (K1)"}
    html = previewed(client, url("merge", units["K2"]), **asked)
    assert "2 đảng viên (trong đó 1 dự bị) chuyển về Chi bộ thôn Đồng Tâm cùng ngày." in visible(html)
    assert "Số liệu năm 2026" in visible(html)
    assert Member.objects.get(pk=official.pk).organization == units["K2"]
    assert (AuditEvent.objects.filter(object_id=str(units["K2"].public_id), action="update").count()) == 0
    response = recorded(client, url("merge", units["K2"]), **asked)
    assert Member.objects.get(pk=official.pk).organization == units["K1"]
    assert "2 đảng viên chuyển về Chi bộ thôn Đồng Tâm." in visible(response.content.decode())


def test_going_back_from_the_preview_keeps_what_was_filled_in(client, officer, units):
    asked = DECIDED | {"successor": "K1"}
    html = previewed(client, url("merge", units["K2"]), **asked)
    html = client.post(url("merge", units["K2"]), hidden(html) | {"sua": ""}).content.decode()
    assert "Xem trước ảnh hưởng" in html
    for value in asked.values():
        assert f'value="{value}"' in html
    assert refusals(html) == []


def test_a_dissolution_with_members_says_what_to_do(client, officer, units):
    member(units["K2"])
    address = url("dissolve", units["K2"])
    assert refused(client, address, **DECIDED) == [
        "Chi bộ thôn Đông Thịnh còn 1 đảng viên. Hãy chọn chi bộ tiếp nhận, hoặc chuyển sinh hoạt cho họ trước."
    ]
    recorded(client, address, **DECIDED, receiver="K1")
    assert client.get(address).status_code == 404, "closed: nothing more is decided about it"


def test_the_paper_is_asked_for_where_members_cite_it(client, officer, units):
    for act, more in {"merge": {"successor": "K1"}, "dissolve": {}}.items():
        assert refused(client, url(act, units["K2"]), on="01/11/2026", **more) == ["Hãy điền mục này."]


def test_late_recording_and_locked_periods_are_refused_beside_the_form(client, officer, units):
    address = url("change", units["K1"])
    asked = {"name": "Chi bộ Một", "kind": "cell"}
    (said,) = refusals(client.post(address, asked | {"on": "01/03/2026"}).content.decode())
    assert said == ("Ngày có hiệu lực đã qua hơn 30 ngày. Hãy ghi lý do ghi muộn: lý do được giữ lại cùng thay đổi.")
    lock_period(units["H"], first_day=date(2026, 1, 1), last_day=date(2026, 11, 15), by=user(), reason="Đã báo cáo")
    (said,) = refusals(client.post(address, asked | DECIDED).content.decode())
    assert said.startswith("Kỳ 01/01/2026–15/11/2026 của Đảng bộ huyện Minh Sơn đã khóa.")


def test_the_slower_of_two_sees_what_the_other_changed_and_may_go_on(client, officer, units):
    address = url("dissolve", units["K2"])
    sent = hidden(previewed(client, address, **DECIDED, seen=_seen(client, address)))
    arranging.change(units["K2"], Decision(date(2026, 10, 25), TODAY), name="Chi bộ thôn Hai")
    html = client.post(address, sent | {"ghi": ""}).content.decode()
    (said,) = refusals(html)
    assert said.startswith("Người khác vừa sửa Chi bộ thôn Hai: Đổi tên: Chi bộ thôn Đông Thịnh → Chi bộ thôn Hai")
    recorded(client, address, **DECIDED, seen=_hidden_seen(html))
    assert Organization.objects.get(code="K2").closed_on == date(2026, 11, 1)


def _seen(client, address: str) -> str:
    return _hidden_seen(client.get(address).content.decode())


def _hidden_seen(html: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', html)[1]


def test_a_decision_is_taken_back_with_a_reason_in_two_steps(client, officer, units):
    person = member(units["K2"])
    outcome = arranging.merge(units["K2"], Decision(date(2026, 11, 1), TODAY, "QĐ 12"), successor=units["K1"])
    address = url("undo", units["K2"], outcome.batch)
    assert "Sáp nhập vào Chi bộ thôn Đồng Tâm" in visible(page(client, address))
    assert refused(client, address, reason="") == ["Hãy điền mục này."]
    html = previewed(client, address, reason="Ghi nhầm đơn vị")
    assert "1 đảng viên (trong đó 1 dự bị) trở lại danh sách cũ." in visible(html)
    response = recorded(client, address, reason="Ghi nhầm đơn vị")
    assert response.redirect_chain == [(url("detail", units["K2"]), 302)]
    assert Member.objects.get(pk=person.pk).organization == units["K2"]
    assert "Thay đổi này đã được bỏ" in visible(page(client, address))
    sent = client.post(address, {"reason": "Lần nữa", "ghi": ""})
    assert "Thay đổi này đã được bỏ" in visible(sent.content.decode())
    assert AuditEvent.objects.filter(reason="Lần nữa").count() == 0


def test_what_taking_back_does_to_a_former_parent_and_its_reports_is_shown(client, units):
    log_in(client, units["H"], Role.BOARD_OFFICER)
    member(units["K1"])
    outcome = arranging.move(units["K1"], Decision(date(2026, 11, 1), TODAY), parent=units["D2"])
    stored(units["D1"])
    Report.objects.update(last_day=date(2026, 11, 15))
    shown = visible(previewed(client, url("undo", units["K1"], outcome.batch), reason="Ghi nhầm"))
    assert "Đảng bộ xã Minh Hòa trước: 0 → sau: 1" in shown
    assert "Báo cáo năm 2026: Đảng bộ xã Minh Hòa đã lập: nội dung trong đó giữ nguyên" in shown


def test_after_a_founding_is_taken_back_one_stands_at_the_parent(client, officer, units):
    outcome = arranging.found(
        units["D1"], Decision(date(2026, 11, 1), TODAY), code="K9", name="Chi bộ Mới", kind="cell"
    )
    address = url("undo", outcome.organization, outcome.batch)
    assert recorded(client, address, reason="Nhầm").redirect_chain == [(url("detail", units["D1"]), 302)]


def test_what_stands_against_taking_back_is_listed(client, officer, units):
    outcome = arranging.found(
        units["D1"], Decision(date(2026, 11, 1), TODAY), code="K9", name="Chi bộ Mới", kind="cell"
    )
    member(outcome.organization, joined_on=date(2026, 11, 10))
    (said,) = refused(client, url("undo", outcome.organization, outcome.batch), reason="Nhầm")
    assert said.startswith("Chi bộ Mới (K9) do thay đổi này lập đang được dùng ở: ")


# --- for whom -------------------------------------------------------------------------------------------------------
ACTS = ("found", "change", "move", "merge", "dissolve")


def test_a_committee_founds_below_itself_but_does_not_arrange_itself(client, officer, units):
    assert client.get(url("found", units["D1"])).status_code == 200
    assert [client.get(url(act, units["D1"])).status_code for act in ACTS[1:]] == [404] * 4


@pytest.mark.parametrize("role", [Role.CELL_SECRETARY, Role.INSPECTOR])
def test_readers_arrange_nothing_by_any_address(client, units, role):
    outcome = arranging.change(units["K1"], Decision(date(2026, 11, 1), TODAY), name="Chi bộ Một")
    log_in(client, units["D1"], role, valid_until=date(2027, 1, 1))
    before = (
        OrganizationVersion.objects.count(),
        AuditEvent.objects.exclude(action="refuse").count(),
        Job.objects.count(),
    )
    addresses = [url(act, units[code]) for act in ACTS for code in ("D1", "K1")]
    for address in [*addresses, url("undo", units["K1"], outcome.batch)]:
        asked = DECIDED | {"name": "Khác", "kind": "cell", "parent": "D1", "successor": "K2", "ghi": "", "reason": "x"}
        assert (client.get(address).status_code, client.post(address, asked).status_code) == (404, 404), address
    assert (
        OrganizationVersion.objects.count(),
        AuditEvent.objects.exclude(action="refuse").count(),
        Job.objects.count(),
    ) == before


def test_a_unit_of_another_committee_answers_like_one_that_does_not_exist(client, officer, units):
    outcome = arranging.change(units["K3"], Decision(date(2026, 11, 1), TODAY), name="Chi bộ Ba")
    for act in ACTS:
        assert client.get(url(act, units["K3"])).status_code == 404
    assert client.post(url("undo", units["K3"], outcome.batch), {"reason": "x", "ghi": ""}).status_code == 404
    # Nor does a batch open under a unit that it is not about.
    assert client.get(url("undo", units["K1"], outcome.batch)).status_code == 404
    assert client.get(url("found", units["K1"])).status_code == 404, "a cell has no units below it"


def test_buttons_are_those_of_the_rights_and_of_the_kind(units):
    def labels(person, unit) -> list[str]:
        return [label for label, _ in changes_open_to(person, unit)]

    board, committee, secretary = user(), user(), user()
    appointment(board, units["H"])
    appointment(committee, units["D1"], Role.COMMITTEE_OFFICER)
    appointment(secretary, units["K1"], Role.CELL_SECRETARY)
    everything = ["Đổi tên, loại hình, đặc điểm", "Chuyển cấp trên", "Sáp nhập", "Giải thể"]
    assert labels(board, units["H"]) == ["Lập tổ chức trực thuộc", "Đổi tên, loại hình, đặc điểm"]
    assert labels(board, units["D1"]) == ["Lập tổ chức trực thuộc", *everything]
    assert labels(committee, units["D1"]) == ["Lập tổ chức trực thuộc"]
    assert labels(committee, units["K1"]) == everything
    assert labels(committee, units["K3"]) == labels(secretary, units["K1"]) == []
    arranging.dissolve(units["K1"], Decision(date(2026, 11, 1), TODAY, "x"))
    assert labels(board, Organization.objects.get(code="K1")) == []
