"""Committees are named after their organisations, and powers are those of the day."""

from datetime import date

import pytest

from cells.kinds import CapabilityKind, DecidingBody
from cells.kinds import OrganizationKind as Kind
from cells.models import Capability, Installation
from cells.naming import Committee, committee_of
from cells.profiles import ProfileName
from cells.queries.capabilities import capabilities_on
from tests.factories import district, organization

UPPER, BASE, SUB, CELL = Kind.UPPER_COMMITTEE, Kind.BASE_COMMITTEE, Kind.SUB_COMMITTEE, Kind.CELL


@pytest.mark.parametrize(
    ("name", "kind", "committee"),
    [
        ("Đảng bộ huyện Minh Sơn", UPPER, Committee("Huyện ủy Minh Sơn", "Huyện ủy", "HU", "Minh Sơn")),
        ("Đảng bộ Huyện Minh Sơn", UPPER, Committee("Huyện ủy Minh Sơn", "Huyện ủy", "HU", "Minh Sơn")),
        ("Huyện ủy Minh Sơn", UPPER, Committee("Huyện ủy Minh Sơn", "Huyện ủy", "HU", "Minh Sơn")),
        ("Đảng bộ thành phố Minh Giang", UPPER, Committee("Thành ủy Minh Giang", "Thành ủy", "TU", "Minh Giang")),
        ("Đảng bộ thị xã An Lạc", UPPER, Committee("Thị ủy An Lạc", "Thị ủy", "TU", "An Lạc")),
        ("Đảng bộ tỉnh Hòa Sơn", UPPER, Committee("Tỉnh ủy Hòa Sơn", "Tỉnh ủy", "TU", "Hòa Sơn")),
        ("Đảng bộ xã Minh Hòa", BASE, Committee("Đảng ủy xã Minh Hòa", "Đảng ủy xã", "ĐU", "Xã Minh Hòa")),
        ("Đảng bộ xã Minh Hòa", UPPER, Committee("Đảng ủy xã Minh Hòa", "Đảng ủy xã", "ĐU", "Xã Minh Hòa")),
        ("Đảng ủy xã Minh Hòa", BASE, Committee("Đảng ủy xã Minh Hòa", "Đảng ủy xã", "ĐU", "Xã Minh Hòa")),
        ("Đảng bộ thị trấn Sơn", BASE, Committee("Đảng ủy thị trấn Sơn", "Đảng ủy thị trấn", "ĐU", "Thị trấn Sơn")),
        ("Đảng bộ Huyện đội", BASE, Committee("Đảng ủy Huyện đội", "Đảng ủy Huyện đội", "ĐU")),
        ("Đảng bộ Công an huyện", BASE, Committee("Đảng ủy Công an huyện", "Đảng ủy Công an huyện", "ĐU")),
        ("Đảng bộ bộ phận Chợ", SUB, Committee("Đảng ủy bộ phận Chợ", "Đảng ủy bộ phận Chợ", "ĐU")),
        ("Chi bộ thôn Đồng Tâm", CELL, Committee("Chi bộ thôn Đồng Tâm", "Chi bộ", "CB")),
    ],
)
def test_the_committee_follows_from_the_name_of_its_organisation(name, kind, committee):
    assert committee_of(name, kind) == committee


@pytest.mark.django_db
def test_powers_are_the_defaults_of_the_kind_changed_by_dated_rows():
    units, day = district(), date(2026, 3, 1)
    assert capabilities_on(units["K1"], day) == {CapabilityKind.RESOLVES: ""}
    Capability.objects.create(organization=units["K1"], what=CapabilityKind.RESOLVES, held=False, valid_from=day)
    Capability.objects.create(
        organization=units["K1"], what=CapabilityKind.DECIDES_BY, body=DecidingBody.WHOLE_COMMITTEE,
        valid_from=date(2026, 1, 1), valid_until=date(2026, 4, 1),
    )  # fmt: skip
    Capability.objects.create(organization=units["K1"], what=CapabilityKind.HAS_BOARD, valid_from=day, in_force=False)
    assert capabilities_on(units["K1"], date(2026, 2, 1)) == {
        CapabilityKind.RESOLVES: "",
        CapabilityKind.DECIDES_BY: DecidingBody.WHOLE_COMMITTEE,
    }
    assert capabilities_on(units["K1"], day) == {CapabilityKind.DECIDES_BY: DecidingBody.WHOLE_COMMITTEE}
    assert capabilities_on(units["K1"], date(2026, 4, 1)) == {}


@pytest.mark.django_db
def test_a_commune_has_its_board_only_from_the_day_its_regulation_is_in_force():
    Installation.objects.create(profile=ProfileName.COMMUNE)
    commune = organization("X", "Đảng bộ xã Minh Hòa", UPPER)
    days = (date(2025, 6, 30), date(2025, 7, 1))
    assert [CapabilityKind.HAS_BOARD in capabilities_on(commune, day) for day in days] == [False, True]
