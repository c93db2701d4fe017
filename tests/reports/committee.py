"""A small committee with everything a report has to tell: growth, targets, a merger, a declared year, no sources;
and a stored report."""

from datetime import date

from django.conf import settings

from cells.kinds import MovementKind as Kind
from cells.kinds import OrganizationKind
from cells.models import DeclaredYear, FactsVersion, Member, Organization
from cells.services import roll, tree
from reports.kinds import ReportKind
from reports.models import Report, ReportRevision
from reports.services.targets import assign_target
from tests.factories import TODAY, district, member, members, moved, organization
from tests.replayed import replayed


def enrol(place: Organization, size: int, joined_on: date = date(2015, 3, 1)) -> list[Member]:
    """*size* members on the roll of *place*, written at once."""
    return members(place, [joined_on] * size)


@replayed
def committee() -> dict[str, Organization]:
    """District H of 2025. D1 has K1 (36 members) and K2 (4), K2 is merged into K1 on 1 July; D2 was declared for
    2025; C has 2 members, no sources and a target of 1; E has nobody."""
    units = district()
    tree.change(units["C"], on=date(2024, 1, 1), today=TODAY, has_sources=False)
    units["E"] = organization("E", "Chi bộ Bảo hiểm xã hội huyện", OrganizationKind.BASE_CELL, units["H"])
    enrol(units["K1"], 35)
    in_second = enrol(units["K2"], 4)
    enrol(units["C"], 2)
    young = {"born_on": date(2003, 5, 1), "education": "Đại học"}
    member(units["K1"], "A1", joined_on=date(2024, 3, 3), official_on=date(2025, 3, 3), sex="male", ethnicity="Kinh")
    member(units["K1"], "A2", joined_on=date(2025, 2, 3), sex="female", ethnicity="Mông", religion="Không", **young)
    member(units["K1"], "A3", joined_on=date(2025, 9, 2), sex="male", ethnicity="Kinh", born_on=date(1980, 1, 1))
    in_second.append(member(units["K2"], "A4", joined_on=date(2025, 5, 19), sex="female", **young))
    moved(in_second[0], Kind.STRUCK_OFF, units["K2"], date(2025, 3, 1))
    tree.merge(units["K2"], units["K1"], on=date(2025, 7, 1), today=TODAY, document="Quyết định số 5-QĐ/ĐU")
    for person in in_second[1:]:
        roll.transfer(
            person, to=units["K1"], left_on=date(2025, 7, 1), arrived_on=date(2025, 7, 1), today=TODAY,
            document="Quyết định số 5-QĐ/ĐU",
        )  # fmt: skip
    DeclaredYear.objects.create(
        organization=units["D2"], year=2025, opening=50, admitted=2, died=1, expelled=1, closing=50
    )
    FactsVersion.advance()
    document = {"document": "Kế hoạch số 21-KH/HU", "stated_on": date(2024, 12, 20)}
    for code, target in (("H", 7), ("D1", 4), ("D2", 2), ("C", 1)):
        assign_target(units[code], 2025, target, **document)
    assign_target(units["H"], 2026, 8)
    return units


def stored(unit, year: int = 2025, kind: str = ReportKind.ANNUAL, revisions: int = 1) -> Report:
    """A report with revisions and their files, as if it had been made."""
    report = Report.objects.create(
        organization=unit, kind=kind, first_day=date(year, 1, 1), last_day=date(year, 12, 31), made=revisions
    )
    folder = settings.FILES_DIR / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, revisions + 1):
        name = f"reports/{report.public_id}-{number}.pdf"
        (settings.FILES_DIR / name).write_bytes(b"%PDF-" + str(number).encode())
        ReportRevision.objects.create(
            report=report, number=number, content={}, digest=f"{number:064x}", file=name, file_digest="0" * 64, pages=5,
            facts_version=1, dated=date(year + 1, 1, 8) if number == 1 else None,
        )  # fmt: skip
    return report
