"""Cách tính tỷ lệ: read by all who see figures, set for everybody by the Board at the top."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from cells.models import FactsVersion, PeriodLock
from cells.roles import Role
from cells.services.errors import ChangedMeanwhileError, RuleError
from core import audit
from core.models import AuditEvent, Job
from reports.models import FiguresRun, TargetPolicy
from reports.services.figures import refresh_figures
from reports.services.policy import PolicyChange, set_policy
from tests.factories import TODAY, appointment, district, user
from tests.pages import check_page, visible_text
from tests.reports.overview_pages import log_in, populate, visible

pytestmark = [pytest.mark.once, pytest.mark.django_db]

URL = "/ke-hoach/cach-tinh/"
USUAL = {"base": "opening", "counts_on": "decision", "low": "3", "high": "4", "term_start": "01/01/2026", "shown": "0"}


@pytest.fixture
def units():
    return district()


@pytest.fixture
def officer(client, units):
    """A Board officer of the district, logged in."""
    person = user("hai.dq")
    appointment(person, units["H"])
    client.force_login(person)
    return person


def asked(year=2026, shown=0, **values):
    usual = {"base": "opening", "counts_on": "decision", "term_start": date(2026, 1, 1), "low": Decimal(3),
             "high": Decimal(4)}  # fmt: skip
    return PolicyChange(year=year, shown=shown, **(usual | values))


def page(client, url=URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    check_page(response)
    return response.content.decode()


# --- The service -----------------------------------------------------------------------------------------------------
def test_a_policy_is_set_with_its_reason_and_figures_are_computed_anew(units):
    refresh_figures(TODAY)
    before = FactsVersion.current()
    policy = set_policy(asked(counts_on="ceremony", high=Decimal("4.5")), reason="Công văn 12-CV/BTC")
    assert (policy.version, TargetPolicy.of(2026).high) == (1, Decimal("4.5"))
    event = AuditEvent.objects.get(model="reports.targetpolicy")
    assert (event.action, event.label, event.changes, event.reason) == (
        "create", "Cách tính tỷ lệ năm 2026", {"counts_on": ["decision", "ceremony"], "high": ["4", "4.5"]},
        "Công văn 12-CV/BTC",
    )  # fmt: skip
    assert FactsVersion.current() == before + 1
    assert Job.objects.filter(kind="reports.figures", key="facts").exists()
    assert refresh_figures(TODAY) == 1, "those of the other years were not touched"
    assert FiguresRun.objects.filter(year=2026).values_list("counts_on", flat=True).order_by("counts_on").distinct(
        ).count() == 2  # fmt: skip


@pytest.mark.parametrize(
    ("values", "reason", "said"),
    [
        ({"base": "closing"}, " ", "Hãy ghi lý do đổi cách tính"),
        ({"low": Decimal(5)}, "x", "Mục tiêu phải từ mức thấp đến mức cao"),
        ({"high": Decimal(101)}, "x", "trong khoảng 0 đến 100%"),
    ],
)
def test_what_cannot_be_is_refused(units, values, reason, said):
    with pytest.raises(RuleError, match=said):
        set_policy(asked(**values), reason=reason)
    assert TargetPolicy.objects.count() == 0


def test_the_slower_of_two_sets_nothing(units):
    set_policy(asked(base="closing"), reason="Một")
    for shown in (0, 2):
        with pytest.raises(ChangedMeanwhileError):
            set_policy(asked(base="average", shown=shown), reason="Hai")
    set_policy(asked(base="average", shown=1), reason="Hai")
    assert (TargetPolicy.of(2026).base, TargetPolicy.of(2026).version) == ("average", 2)


def test_the_same_again_writes_nothing(units):
    assert set_policy(asked(), reason="").pk is None
    assert TargetPolicy.objects.count() == 0


def test_a_year_that_was_closed_keeps_its_way_of_reckoning(units):
    lock = {"locked_by": user(), "reason": "Đã báo cáo", "first_day": date(2025, 1, 1)}
    PeriodLock.objects.create(organization=units["H"], last_day=date(2025, 12, 31), **lock)
    with pytest.raises(RuleError, match="đã khóa"):
        set_policy(asked(2025, base="closing"), reason="Sửa")
    set_policy(asked(2026, base="closing"), reason="Sửa")


# --- The page --------------------------------------------------------------------------------------------------------
def test_everybody_who_sees_figures_reads_it_and_only_the_top_board_sets_it(client, units):
    def seen(place, role):
        person = user()
        appointment(person, units[place], role, valid_until=date(2027, 1, 1))
        client.force_login(person)
        html = page(client)
        return "Lưu cách tính" in html, client.post(URL, USUAL | {"base": "closing", "reason": "x"}).status_code

    assert [
        seen(place, role)
        for place, role in (
            ("K1", Role.CELL_SECRETARY), ("D1", Role.COMMITTEE_OFFICER), ("H", Role.INSPECTOR), ("D1", Role.BOARD_HEAD),
            ("H", Role.BOARD_OFFICER),
        )
    ] == [(False, 403), (False, 403), (False, 403), (False, 403), (True, 302)]  # fmt: skip
    assert TargetPolicy.of(2026).base == "closing"
    client.force_login(user())
    assert client.get(URL).status_code == 403


def test_the_effect_is_shown_before_anything_is_saved(client, officer, units):
    populate(units["K1"], opening=60, admitted=2)
    answer = client.post(URL, USUAL | {"base": "closing", "low": "3,5", "xem-truoc": "Xem trước"})
    check_page(answer)
    text = visible_text(answer.content.decode())
    assert "Xem trước: Đảng bộ huyện Minh Sơn, năm 2026" in text
    body = answer.content.decode().split("<tbody>")[1]
    assert [visible(row) for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)[:2]] == [
        "Đang dùng đảng viên đầu năm, theo ngày quyết định kết nạp; mục tiêu 3% đến 4% 2 60 3,33% ✓ Đạt mục tiêu",
        "Nếu đổi đảng viên cuối kỳ, theo ngày quyết định kết nạp; mục tiêu 3,5% đến 4% 2 62 3,23% ~ Chưa đạt",
    ]
    assert TargetPolicy.objects.count() == 0
    assert 'value="3,5"' in answer.content.decode()


def test_a_year_without_figures_says_so(client, officer, units):
    answer = client.post(f"{URL}?nam=2027", USUAL | {"base": "closing", "xem-truoc": "Xem trước"})
    check_page(answer)
    assert answer.status_code == 200


def test_it_is_saved_and_listed_with_who_set_it(client, officer, units):
    response = client.post(
        f"{URL}?nam=2025", USUAL | {"base": "term", "term_start": "01/01/2021", "reason": "Nghị quyết"}
    )
    assert response.headers["Location"] == f"{URL}?nam=2025"
    html = page(client, f"{URL}?nam=2025")
    assert "Đã lưu cách tính năm 2025. Số liệu đang được tính lại." in html
    assert TargetPolicy.of(2025).base == "term"
    assert "Đỗ Quang Hải, " in html[html.index("Năm 2025</a>") : html.index("Năm 2024</a>")]


def test_all_faults_are_told_at_their_fields(client, officer, units):
    answer = client.post(URL, USUAL | {"low": "5", "high": "x", "term_start": "2026", "base": "half"})
    text = visible_text(answer.content.decode())
    for said in ("ví dụ 3 hoặc 3,5.", "Ngày phải viết dạng ngày/tháng/năm", "Hãy ghi lý do đổi cách tính."):
        assert said in text
    answer = client.post(URL, USUAL | {"low": "5", "term_start": "01/01/2010", "reason": "x"})
    text = visible_text(answer.content.decode())
    assert "Mức cao phải từ mức thấp trở lên." in text
    assert "Đầu nhiệm kỳ phải trong khoảng 01/01/2016 đến 31/12/2026." in text
    assert TargetPolicy.objects.count() == 0


def test_the_slower_of_two_keeps_what_was_typed_and_sees_who_was_faster(client, officer, units):
    with audit.acting(user=user("mai.tt", "Trần Thị Mai")):
        set_policy(asked(base="closing"), reason="Một")
    answer = client.post(URL, USUAL | {"base": "average", "reason": "Hai"})
    html = answer.content.decode()
    assert "vừa được người khác sửa (Trần Thị Mai, " in visible_text(html)
    assert '<option value="average" selected>' in html
    assert 'name="shown" value="1"' in html
    assert client.post(URL, USUAL | {"base": "average", "reason": "Hai", "shown": "1"}).status_code == 302
    assert TargetPolicy.of(2026).base == "average"


def test_the_page_leads_back_to_targets(client, units):
    log_in(client, units["D1"])
    assert f'href="{reverse("reports:targets")}"' in page(client)
