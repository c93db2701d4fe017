"""The two-level model: one commune of today, made on 1/7/2025 out of three of the former district.

Until then the three stood by themselves (their district is not in the tree). 208-QĐ/TW (26/7/2026) made the
commune a base organisation, with one kind of cell; on 30/9/2026 its two intermediate committees ended.
"""

from datetime import date, timedelta
from random import Random

from cells.kinds import OrganizationKind
from reports.demo.district import LOWLAND_MIX, MINORITY_MIXES, SCHOOLS, SERVICES, cell_vigour, close_into
from reports.demo.names import COMMUNES, DISTRICTS, HAMLETS, VILLAGES
from reports.demo.tree import (
    Extent,
    Sector,
    Stage,
    Tree,
    Unit,
    fill_villages,
    make_quiet,
    organization_code,
    spread,
    usual_size,
)

STANDARD = Extent(communes=3, bodies=2, villages=(8, 10), members=1_130, people=260)
TINY = Extent(communes=2, bodies=2, villages=(3, 4), members=300, people=80)

FOUNDED = date(2025, 7, 1)
BECAME_BASE = date(2026, 7, 26)
SIMPLIFIED = date(2026, 10, 1)

CELL, BASE_CELL = OrganizationKind.CELL, OrganizationKind.BASE_CELL
BASE, SUB, UPPER = OrganizationKind.BASE_COMMITTEE, OrganizationKind.SUB_COMMITTEE, OrganizationKind.UPPER_COMMITTEE

PARTS = (
    ("Đảng bộ các cơ quan Đảng xã {place}", ("Chi bộ Văn phòng Đảng ủy và Ban Xây dựng Đảng",
                                           "Chi bộ Mặt trận Tổ quốc và các đoàn thể xã")),
    ("Đảng bộ Ủy ban nhân dân xã {place}", ("Chi bộ Văn phòng Hội đồng nhân dân và Ủy ban nhân dân",
                                           "Chi bộ Phòng Kinh tế", "Chi bộ Phòng Văn hóa - Xã hội",
                                           "Chi bộ Trung tâm Phục vụ hành chính công")),
)  # fmt: skip
"""What the former communes' offices became: two committees with their cells."""
UPPER_SCHOOL = ("Chi bộ tổ Khoa học tự nhiên", "Chi bộ tổ Khoa học xã hội", "Chi bộ tổ Văn phòng")


def commune_tree(rng: Random, number: int, today: date, extent: Extent, parent: str | None = None) -> Tree:
    """The commune *number* as it has become by *today*, which is not before :data:`FOUNDED`."""
    places = list(COMMUNES[: extent.communes])
    if number > 1:  # each commune of today has a name of its own
        places = [DISTRICTS[number - 1], *rng.sample(COMMUNES, extent.communes - 1)]
    tree = Tree(number, _code(number), [(None, "QĐ/HU"), (FOUNDED, "QĐ/ĐU")])
    name = f"Đảng bộ xã {places[0]}"
    stages = [Stage(FOUNDED, name, UPPER, parent), Stage(BECAME_BASE, name, BASE, parent)]
    tree.add(Unit(tree.top, Sector.AREA, _until(today, stages), stands_above=True, has_sources=True))
    offices = _offices(tree, places[0], today)
    services: dict[Sector, Unit] = {}
    cells = 0
    for place, vigour in zip(range(extent.communes), spread(rng, extent.communes, 0.7, 1.3), strict=True):
        cells = _former_commune(rng, tree, place, places, extent, vigour, offices, services, today, cells)
    _bodies(rng, tree, places[0], today, cells)
    fill_villages(rng, list(tree.units.values()), extent.members)
    make_quiet(rng, tree, today.year - 5, today.year)
    return tree


def _code(number: int, part: int = 0, cell: int = 0) -> str:
    """Of a unit of today's commune, a base organisation right below the province."""
    return organization_code(0, 10 + number, part, cell)


def _until(today: date, stages: list[Stage]) -> list[Stage]:
    return [stage for stage in stages if stage.since is None or stage.since <= today]


def _offices(tree: Tree, place: str, today: date) -> list[str]:
    """The two committees at the commune and their cells, founded with it."""
    made = []
    for part, (name, cells) in enumerate(PARTS, start=1):
        code = _code(tree.number, part)
        name = name.format(place=place)
        stages = [Stage(FOUNDED, name, BASE, tree.top), Stage(BECAME_BASE, name, SUB, tree.top)]
        committee = tree.add(Unit(code, Sector.OFFICE, _until(today, stages), has_sources=True))
        if today >= SIMPLIFIED:
            committee.last_day, committee.successor = SIMPLIFIED - timedelta(days=1), tree.top
        for number, cell in enumerate(cells, start=1):
            stages = [Stage(FOUNDED, cell, CELL, code), Stage(SIMPLIFIED, cell, CELL, tree.top)]
            own = _code(tree.number, part, number)
            tree.add(Unit(own, Sector.OFFICE, _until(today, stages), LOWLAND_MIX, True, has_sources=True))
            made.append(own)
    return made


def _former_commune(
    rng: Random, tree: Tree, place: int, places: list[str], extent: Extent, vigour: float, offices: list[str],
    services: dict[Sector, Unit], today: date, cells: int,
) -> int:  # fmt: skip
    """One of the communes of before, and what became of its cells; returns how many cells have a code now."""
    name, minority = places[place], place == 2
    mix = MINORITY_MIXES[0] if minority else LOWLAND_MIX
    traits = {"mix": mix, "is_minority": minority, "is_religious": place == 1}
    code = organization_code(1, 3 * tree.number + place)
    former = Unit(
        code, Sector.AREA, [Stage(None, f"Đảng bộ xã {name}", BASE, None)], vigour=vigour,
        last_day=FOUNDED - timedelta(days=1), successor=tree.top, **traits,
    )  # fmt: skip
    tree.add(former)
    # Each commune takes its own stretch of the list: no two cells of one commune today share a name.
    names = (HAMLETS if minority else VILLAGES)[10 * (place % 2) :]
    villages = names[: rng.randint(*extent.villages)]
    kept = [(f"Chi bộ {'bản' if minority else 'thôn'} {village}", Sector.VILLAGE) for village in villages]
    kept += [(school.format(place=name), Sector.SCHOOL) for school in SCHOOLS]
    for cell, sector in kept:
        cells += 1
        stages = [
            Stage(None, cell, CELL, code), Stage(FOUNDED, cell, BASE_CELL, tree.top),
            Stage(BECAME_BASE, cell, CELL, tree.top),
        ]  # fmt: skip
        tree.add(_cell(rng, _code(tree.number, 0, cells), sector, _until(today, stages), traits))
    for title, sector in SERVICES:
        cells += 1
        own = _cell(rng, _code(tree.number, 0, cells), sector, [], traits)
        before = Stage(None, title.format(place=name), CELL, code)
        if sector is Sector.OFFICE:
            own.stages = [before]
            close_into(tree, own, (*offices[place:], *offices[:place]), FOUNDED)
        elif sector in services:
            own.stages = [before]
            close_into(tree, own, (services[sector].code,), FOUNDED)
        else:
            after = title.format(place=places[0])
            stages = [before, Stage(FOUNDED, after, BASE_CELL, tree.top), Stage(BECAME_BASE, after, CELL, tree.top)]
            own.stages = _until(today, stages)
            services[sector] = own
        tree.add(own)
    return cells


def _cell(rng: Random, code: str, sector: Sector, stages: list[Stage], traits: dict) -> Unit:
    return Unit(
        code, sector, stages, holds_members=True, size=usual_size(rng, sector), vigour=cell_vigour(rng, sector),
        has_sources=True, **traits,
    )  # fmt: skip


def _bodies(rng: Random, tree: Tree, place: str, today: date, cells: int) -> None:
    """An upper secondary school and an enterprise, which came from the district to the commune."""
    traits = {"mix": LOWLAND_MIX, "is_minority": False, "is_religious": False}
    code, name = _code(tree.number, 3), f"Đảng bộ Trường THPT {place}"
    stages = [
        Stage(None, name, BASE, None),
        Stage(FOUNDED, name, BASE, tree.top),
        Stage(BECAME_BASE, name, SUB, tree.top),
    ]
    tree.add(Unit(code, Sector.SCHOOL, _until(today, stages), vigour=1.6, has_sources=True, **traits))
    for number, title in enumerate(UPPER_SCHOOL, start=1):
        tree.add(_cell(rng, _code(tree.number, 3, number), Sector.SCHOOL, [Stage(None, title, CELL, code)], traits))
    name = f"Chi bộ Công ty cổ phần May {place}"
    stages = [
        Stage(None, name, BASE_CELL, None), Stage(FOUNDED, name, BASE_CELL, tree.top),
        Stage(BECAME_BASE, name, CELL, tree.top),
    ]  # fmt: skip
    tree.add(_cell(rng, _code(tree.number, 0, cells + 1), Sector.ENTERPRISE, _until(today, stages), traits))
