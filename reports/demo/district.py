"""The three-level model: a rural district of communes, agencies, schools and enterprises."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from cells.kinds import OrganizationKind
from reports.demo.names import COMMUNES, DISTRICTS, HAMLETS, VILLAGES
from reports.demo.tree import (
    Extent,
    Merger,
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

STANDARD = Extent(communes=20, bodies=25, villages=(9, 14), members=6_450, people=1_500)
TINY = Extent(communes=3, bodies=5, villages=(4, 5), members=640, people=150)

INTO = 1
"""The commune into which the last one is merged."""
SCHOOLS = ("Chi bộ Trường Mầm non {place}", "Chi bộ Trường Tiểu học {place}", "Chi bộ Trường THCS {place}")
SERVICES = (
    ("Chi bộ cơ quan xã {place}", Sector.OFFICE),
    ("Chi bộ Công an xã {place}", Sector.POLICE),
    ("Chi bộ Quân sự xã {place}", Sector.ARMY),
    ("Chi bộ Trạm Y tế xã {place}", Sector.HEALTH),
)
MINORITY_MIXES = (
    {"Tày": 5.0, "Kinh": 3.0, "Nùng": 2.0}, {"Nùng": 5.0, "Tày": 3.0, "Kinh": 2.0}, {"Mường": 6.0, "Kinh": 4.0},
    {"Dao": 5.0, "Tày": 2.0, "Kinh": 3.0}, {"Tày": 4.0, "Dao": 3.0, "Kinh": 3.0}, {"Sán Dìu": 5.0, "Kinh": 5.0},
)  # fmt: skip
LOWLAND_MIX = {"Kinh": 96.0, "Tày": 2.0, "Nùng": 1.0, "Mường": 1.0}


@dataclass(frozen=True)
class Body:
    """A base organisation that is no commune. Without cells it is a base cell of its own."""

    name: str
    sector: Sector
    vigour: float
    cells: tuple[str, ...] = ()
    below: tuple[str, tuple[str, ...]] = ("", ())
    """A part committee (đảng bộ bộ phận) and its cells."""
    size: int = 0
    cell_size: int = 0
    admits_exactly: int | None = None
    has_sources: bool | None = True


BODIES = (
    Body("Đảng bộ Trung tâm Y tế huyện", Sector.HEALTH, 1.0,
         ("Chi bộ khối hành chính", "Chi bộ khoa Kiểm soát bệnh tật", "Chi bộ khoa Dược - Xét nghiệm"),
         ("Đảng bộ bộ phận khối điều trị", ("Chi bộ khoa Khám bệnh", "Chi bộ khoa Nội", "Chi bộ khoa Ngoại - Sản")),
         cell_size=14),
    # Its target of one is met by one admission, although that is less than 3 % of its members.
    Body("Chi bộ Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên", Sector.SCHOOL, 0.8, size=40,
         admits_exactly=1),
    Body("Chi bộ Kho bạc Nhà nước huyện", Sector.AGENCY, 0.0, size=19, has_sources=False),
    Body("Đảng bộ Công an huyện", Sector.POLICE, 1.5,
         ("Chi bộ Đội Tổng hợp", "Chi bộ Đội Cảnh sát hình sự", "Chi bộ Đội Cảnh sát giao thông",
          "Chi bộ Đội Quản lý hành chính", "Chi bộ Đội An ninh"), cell_size=18),
    Body("Đảng bộ Trường THPT Minh Sơn", Sector.SCHOOL, 2.0,
         ("Chi bộ tổ Toán - Tin", "Chi bộ tổ Ngữ văn", "Chi bộ tổ Khoa học tự nhiên", "Chi bộ tổ Văn phòng"),
         cell_size=14),
    Body("Đảng bộ Công ty cổ phần Chè Minh Sơn", Sector.ENTERPRISE, 1.8,
         ("Chi bộ khối Văn phòng", "Chi bộ đội Nông nghiệp 1", "Chi bộ đội Nông nghiệp 2"),
         ("Đảng bộ bộ phận Nhà máy chế biến", ("Chi bộ phân xưởng Sao sấy", "Chi bộ phân xưởng Đóng gói")),
         cell_size=15),
    Body("Đảng bộ Quân sự huyện", Sector.ARMY, 1.7,
         ("Chi bộ Ban Tham mưu", "Chi bộ Ban Chính trị", "Chi bộ Ban Hậu cần - Kỹ thuật"), cell_size=13),
    Body("Chi bộ Văn phòng Huyện ủy", Sector.AGENCY, 1.3),
    Body("Chi bộ các ban xây dựng Đảng Huyện ủy", Sector.AGENCY, 0.6),
    Body("Chi bộ Mặt trận Tổ quốc và các đoàn thể huyện", Sector.AGENCY, 1.4),
    Body("Chi bộ Văn phòng Hội đồng nhân dân và Ủy ban nhân dân huyện", Sector.AGENCY, 1.4),
    Body("Chi bộ Phòng Nội vụ", Sector.AGENCY, 1.1),
    Body("Chi bộ Phòng Tài chính - Kế hoạch", Sector.AGENCY, 1.3),
    Body("Chi bộ Phòng Giáo dục và Đào tạo", Sector.AGENCY, 0.5),
    Body("Chi bộ Phòng Nông nghiệp và Môi trường", Sector.AGENCY, 1.4),
    Body("Chi bộ Phòng Kinh tế và Hạ tầng", Sector.AGENCY, 1.4),
    Body("Chi bộ Phòng Văn hóa và Thông tin", Sector.AGENCY, 1.2),
    Body("Chi bộ Tòa án nhân dân huyện", Sector.AGENCY, 1.2),
    Body("Chi bộ Viện kiểm sát nhân dân huyện", Sector.AGENCY, 1.2),
    Body("Chi bộ Bảo hiểm xã hội huyện", Sector.AGENCY, 1.5),
    Body("Đảng bộ Trường THPT Trúc Khê", Sector.SCHOOL, 1.9,
         ("Chi bộ tổ Tự nhiên", "Chi bộ tổ Xã hội", "Chi bộ tổ Hành chính"), cell_size=15),
    Body("Chi bộ Điện lực Minh Sơn", Sector.ENTERPRISE, 1.6, size=27),
    Body("Chi bộ Trung tâm Văn hóa, Thể thao và Truyền thông", Sector.AGENCY, 1.3),
    Body("Chi bộ Công ty cổ phần May Lam Trạch", Sector.ENTERPRISE, 1.7, size=22),
    Body("Chi bộ Chi nhánh Ngân hàng Nông nghiệp Minh Sơn", Sector.ENTERPRISE, 1.1, size=29),
)  # fmt: skip


def past(year: int, month: int, day: int, today: date) -> date:
    """That day of *year*, or of the year before where it is still to come."""
    wanted = date(year, month, day)
    return wanted if wanted <= today else wanted.replace(year=year - 1)


def district_tree(rng: Random, number: int, today: date, extent: Extent, parent: str | None = None) -> Tree:
    """The district *number* as it has become by *today*: a merger of communes, one of cells, a cell handed over."""
    name = DISTRICTS[(number - 1) % len(DISTRICTS)]
    top = organization_code(number)
    tree = Tree(number, top, [(None, "QĐ/HU")])
    stage = Stage(None, f"Đảng bộ huyện {name}", OrganizationKind.UPPER_COMMITTEE, parent)
    tree.add(Unit(top, Sector.AREA, [stage], stands_above=True))
    communes = _communes(rng, tree, name, extent)
    for place, body in enumerate(BODIES[: extent.bodies], start=extent.communes + 2):
        _add_body(rng, tree, replace(body, name=body.name.replace(DISTRICTS[0], name)), place)
    _rearrange(tree, communes, today)
    fill_villages(rng, list(tree.units.values()), extent.members)
    make_quiet(rng, tree, today.year - 5, today.year)
    return tree


def _communes(rng: Random, tree: Tree, town: str, extent: Extent) -> list[list[Unit]]:
    """Communes with their cells, the committee first; the last one will be merged into another."""
    count = extent.communes + 1
    places = [town, *COMMUNES][:count] if tree.number == 1 else [town, *rng.sample(COMMUNES, count - 1)]
    vigours = spread(rng, count, 0.35, 1.55)
    vigours[-1] = 1.0
    communes = []
    for place, name in enumerate(places):
        is_small = place in (INTO, count - 1)  # a merger of two usual ones would dwarf all others
        low, high = (number - 5 if is_small else number for number in extent.villages)
        made = _commune(rng, tree, place, name, rng.randint(max(2, low), max(2, high)))
        made[0].vigour = vigours[place]
        communes.append(made)
    return communes


def _commune(rng: Random, tree: Tree, place: int, name: str, count: int) -> list[Unit]:
    """The committee of a commune, or of the town (the first), and its cells: *count* villages and the services."""
    is_town, is_minority = place == 0, place % 3 == 2
    mix = MINORITY_MIXES[place // 3 % len(MINORITY_MIXES)] if is_minority else LOWLAND_MIX
    traits = {"mix": mix, "is_minority": is_minority, "is_religious": place % 5 == 3, "has_sources": True}
    kind = "thị trấn" if is_town else "xã"
    code = organization_code(tree.number, place + 1)
    stage = Stage(None, f"Đảng bộ {kind} {name}", OrganizationKind.BASE_COMMITTEE, tree.top)
    units = [tree.add(Unit(code, Sector.AREA, [stage], **traits))]
    if is_town:
        cells = [(f"Chi bộ tổ dân phố số {number}", Sector.VILLAGE) for number in range(1, count + 1)]
    elif is_minority:
        cells = [(f"Chi bộ bản {village}", Sector.VILLAGE) for village in rng.sample(HAMLETS, count)]
    else:
        cells = [(f"Chi bộ thôn {village}", Sector.VILLAGE) for village in rng.sample(VILLAGES, count)]
    cells += [(school.format(place=name), Sector.SCHOOL) for school in SCHOOLS]
    cells += [(service.format(place=name).replace("xã", kind), sector) for service, sector in SERVICES]
    for number, (cell, sector) in enumerate(cells, start=1):
        units.append(
            tree.add(
                Unit(
                    organization_code(tree.number, place + 1, 0, number), sector,
                    [Stage(None, cell, OrganizationKind.CELL, code)], holds_members=True, size=usual_size(rng, sector),
                    vigour=cell_vigour(rng, sector), **traits,
                )
            )
        )  # fmt: skip
    return units


def cell_vigour(rng: Random, sector: Sector) -> float:
    """How readily a cell admits beside the others of its committee."""
    usual = {Sector.VILLAGE: 0.8, Sector.SCHOOL: 1.3, Sector.OFFICE: 1.2, Sector.POLICE: 1.2, Sector.ARMY: 1.6}
    return usual.get(sector, 1.0) * rng.uniform(0.5, 1.5)


def _add_body(rng: Random, tree: Tree, body: Body, place: int) -> None:
    code = organization_code(tree.number, place)
    shared = {"mix": LOWLAND_MIX, "is_minority": False, "is_religious": False, "has_sources": body.has_sources}
    if not body.cells:
        stage = Stage(None, body.name, OrganizationKind.BASE_CELL, tree.top)
        tree.add(
            Unit(
                code, body.sector, [stage], holds_members=True, size=body.size or usual_size(rng, body.sector),
                vigour=body.vigour, admits_exactly=body.admits_exactly, **shared,
            )
        )  # fmt: skip
        return
    stage = Stage(None, body.name, OrganizationKind.BASE_COMMITTEE, tree.top)
    tree.add(Unit(code, body.sector, [stage], vigour=body.vigour, **shared))
    below = organization_code(tree.number, place, 1)
    if body.below[0]:
        stage = Stage(None, body.below[0], OrganizationKind.SUB_COMMITTEE, code)
        tree.add(Unit(below, body.sector, [stage], **shared))
    for parent, part, names in ((code, 0, body.cells), (below, 1, body.below[1])):
        for number, name in enumerate(names, start=1):
            tree.add(
                Unit(
                    organization_code(tree.number, place, part, number), body.sector,
                    [Stage(None, name, OrganizationKind.CELL, parent)], holds_members=True,
                    size=max(6, round(rng.gauss(body.cell_size, 2.5))), vigour=cell_vigour(rng, body.sector), **shared,
                )
            )  # fmt: skip


def _rearrange(tree: Tree, communes: list[list[Unit]], today: date) -> None:
    """What the tree has been through: two communes made one, two cells made one, a cell handed to the town."""
    one_day = timedelta(days=1)
    merged, into = communes[-1], communes[INTO]
    day = date(today.year - 2, 12, 1)
    merged[0].last_day, merged[0].successor = day - one_day, into[0].code
    for cell in merged[1:]:
        twin = next((unit for unit in into[1:] if unit.sector is cell.sector), None)
        if cell.sector in (Sector.VILLAGE, Sector.SCHOOL) or twin is None:
            cell.stages.append(Stage(day, cell.name, OrganizationKind.CELL, into[0].code))
        else:  # office, police, army, health station: one of each is enough for a commune
            close_into(tree, cell, (twin.code,), day)

    shrinking, neighbour = communes[2][1:3]
    shrinking.size = 7
    close_into(tree, shrinking, (neighbour.code,), date(today.year - 1, 4, 1))

    handed = next(unit for unit in reversed(communes[-2]) if unit.sector is Sector.VILLAGE)
    day = past(today.year, 7, 1, today)
    handed.stages.append(Stage(day, handed.name, OrganizationKind.CELL, communes[0][0].code))


def close_into(tree: Tree, cell: Unit, targets: tuple[str, ...], day: date) -> None:
    """Close *cell* from *day* on; its members go to *targets*, the first of which is its successor."""
    cell.last_day, cell.successor = day - timedelta(days=1), targets[0]
    tree.mergers.append(Merger(day, cell.code, targets))
