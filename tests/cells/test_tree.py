"""The dated tree: one service, and everything derived from the versions."""

from datetime import date

import pytest

from cells.kinds import OrganizationKind
from cells.models import FactsVersion, Organization, OrganizationAncestor, OrganizationVersion
from cells.services import tree
from cells.services.errors import RuleError
from cells.services.tree_write import refresh_current
from core.models import AuditEvent
from tests.factories import TODAY, district, organization

pytestmark = pytest.mark.django_db


def line(code: str, day: date) -> list[str]:
    """Codes above *code* on *day*, nearest first, itself included."""
    rows = OrganizationAncestor.objects.on(day).filter(organization__code=code).order_by("depth")
    return list(rows.values_list("ancestor__code", flat=True))


def test_a_new_organisation_hangs_under_its_parent():
    units = district()
    assert line("K1", TODAY) == ["K1", "D1", "H"]
    assert units["K1"].path == f"{units['H'].pk}/{units['D1'].pk}/{units['K1'].pk}/"


def test_moving_a_unit_takes_what_is_below_it_along_from_that_day():
    units = district()
    tree.reparent(units["D1"], units["D2"], on=date(2025, 7, 1), today=TODAY)
    assert line("K1", date(2025, 6, 30)) == ["K1", "D1", "H"]
    assert line("K1", date(2025, 7, 1)) == ["K1", "D1", "D2", "H"]
    assert Organization.objects.get(code="K1").path == "".join(f"{units[c].pk}/" for c in ("H", "D2", "D1", "K1"))


def test_a_later_day_changes_nothing_until_it_comes():
    units = district()
    tree.rename(units["K1"], "Chi bộ thôn Đồng Tâm 1", on=date(2027, 1, 1), today=TODAY)
    assert Organization.objects.get(code="K1").name == "Chi bộ thôn Đồng Tâm"
    assert refresh_current(date(2027, 1, 1)) == 1
    assert Organization.objects.get(code="K1").name == "Chi bộ thôn Đồng Tâm 1"


def test_a_merged_unit_hangs_closed_under_its_successor():
    units = district()
    tree.merge(units["K2"], units["K1"], on=date(2025, 7, 1), today=TODAY, document="Quyết định số 12-QĐ/ĐU")
    assert line("K2", date(2025, 6, 30)) == ["K2", "D1", "H"]
    assert line("K2", date(2025, 7, 1)) == ["K2", "K1", "D1", "H"]
    assert Organization.objects.get(code="K2").closed_on == date(2025, 7, 1)


def test_units_below_a_merged_one_move_to_the_successor():
    units = district()
    tree.merge(units["D1"], units["D2"], on=date(2025, 7, 1), today=TODAY)
    assert line("K1", date(2025, 7, 1)) == ["K1", "D2", "H"]
    assert line("D1", date(2025, 7, 1)) == ["D1", "D2", "H"]


def test_a_dissolved_unit_goes_on_counting_under_its_last_parent():
    units = district()
    tree.dissolve(units["K3"], on=date(2025, 7, 1), today=TODAY)
    assert line("K3", TODAY) == ["K3", "D2", "H"]


def test_a_unit_with_open_units_below_it_is_not_dissolved():
    units = district()
    with pytest.raises(RuleError, match="còn 2 tổ chức trực thuộc đang hoạt động"):
        tree.dissolve(units["D1"], on=date(2025, 7, 1), today=TODAY)


def test_nothing_hangs_under_itself():
    units = district()
    with pytest.raises(RuleError, match="vòng tròn: Đảng bộ xã Minh Hòa → Chi bộ thôn Đồng Tâm → Đảng bộ xã Minh Hòa"):
        tree.reparent(units["D1"], units["K1"], on=date(2025, 7, 1), today=TODAY)
    assert OrganizationVersion.objects.filter(organization=units["D1"]).count() == 1


def test_nothing_moves_under_a_closed_unit():
    units = district()
    tree.merge(units["D1"], units["D2"], on=date(2025, 7, 1), today=TODAY)
    with pytest.raises(RuleError, match="Đảng bộ xã Minh Hòa đã thôi hoạt động từ ngày 01/07/2025"):
        tree.reparent(units["K3"], units["D1"], on=date(2025, 8, 1), today=TODAY)


def test_a_unit_is_not_closed_before_a_change_already_entered():
    units = district()
    tree.rename(units["K1"], "Chi bộ thôn Một", on=date(2025, 9, 1), today=TODAY)
    with pytest.raises(RuleError, match="có thay đổi từ ngày 01/09/2025"):
        tree.merge(units["K1"], units["K2"], on=date(2025, 7, 1), today=TODAY)


def test_a_change_entered_late_reaches_later_versions_that_repeat_the_old_value():
    units = district()
    tree.reparent(units["K1"], units["D2"], on=date(2025, 7, 1), today=TODAY)
    tree.rename(units["K1"], "Chi bộ thôn Đồng Tâm Thượng", on=date(2023, 1, 1), today=TODAY)
    versions = units["K1"].versions.in_force().order_by("valid_from")
    assert list(versions.values_list("name", "parent__code", "valid_until")) == [
        ("Chi bộ thôn Đồng Tâm", "D1", date(2023, 1, 1)),
        ("Chi bộ thôn Đồng Tâm Thượng", "D1", date(2025, 7, 1)),
        ("Chi bộ thôn Đồng Tâm Thượng", "D2", None),
    ]


def test_a_second_change_of_the_same_day_replaces_the_first_by_a_new_row():
    units = district()
    tree.rename(units["K1"], "Chi bộ Sai", on=date(2025, 1, 1), today=TODAY)
    tree.rename(units["K1"], "Chi bộ Đúng", on=date(2025, 1, 1), today=TODAY)
    wrong, right = units["K1"].versions.filter(valid_from=date(2025, 1, 1)).order_by("id")
    assert (wrong.in_force, right.in_force, right.corrects) == (False, True, wrong)


def test_every_change_leaves_its_event_and_raises_the_facts_version():
    units = district()
    seen = FactsVersion.current()
    tree.rename(units["K1"], "Chi bộ thôn Một", on=date(2025, 9, 1), today=TODAY)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.object_id, event.changes["name"]) == (
        "update",
        str(units["K1"].public_id),
        "Chi bộ thôn Một",
    )
    assert FactsVersion.current() == seen + 1


def test_a_used_code_is_refused():
    organization("K9")
    with pytest.raises(RuleError, match="Mã K9 đã có tổ chức khác dùng"):
        organization("K9", kind=OrganizationKind.BASE_CELL)


def test_a_unit_is_never_put_deeper_than_any_party_is():
    unit = organization("L1", kind=OrganizationKind.UPPER_COMMITTEE)
    for number in range(2, 21):
        unit = organization(f"L{number}", f"Cấp {number}", OrganizationKind.SUB_COMMITTEE, unit)
    assert len(unit.path) <= 255
    with pytest.raises(RuleError, match=r"^Cấp 21 sẽ ở sâu quá 20 cấp từ ngày 01/01/2025\. Hãy chọn cấp trên khác\.$"):
        organization("L21", "Cấp 21", parent=unit, valid_from=date(2025, 1, 1))
