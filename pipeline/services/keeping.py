"""What of the roll belongs to files: a change by hand is sent to the file; a transfer takes the file along."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from cells.kinds import MovementKind
from cells.models import Member, Movement
from core import dates
from pipeline.kinds import ONGOING, OnRoll
from pipeline.models import Case, RollEntry
from pipeline.services.nightly import refresh

OF_FILES = {"official_on", "joined_on"}
"""Days of a member that his file gives."""


def keeper(member: Member, movements: Collection[Movement], fields: Collection[str]) -> str:
    """Why *movements* or *fields* of a member are not changed on the roll but in the file; empty where they are."""
    entered = RollEntry.objects.filter(movement__member=member, movement__in_force=True).select_related("case")
    rows = {row.movement_id: row.case for row in entered}
    for movement in movements:
        if case := rows.get(movement.pk):
            return f"Biến động này do hồ sơ {case.code} ghi. Hãy mở hồ sơ và đính chính việc đã ghi ở đó."
    if rows and OF_FILES & set(fields):
        case = next(iter(rows.values()))
        return f"Ngày này lấy từ hồ sơ {case.code}. Hãy ghi hoặc đính chính ở hồ sơ."
    new = {movement.kind for movement in movements if movement.pk is None and movement.corrects_id is None}
    if new & {MovementKind.ADMITTED, MovementKind.STRUCK_OFF}:
        case = Case.objects.filter(candidate__member=member, status__in=ONGOING).first()
        if case:
            return f"Người này đang có hồ sơ {case.code}. Hãy ghi việc này ở hồ sơ, danh sách đảng viên sẽ theo đó."
    return ""


def without_files(members: QuerySet[Member]) -> QuerySet[Member]:
    """Those of *members* whose probation no file follows: of the others the file says what comes next, and by when."""
    return members.filter(~Exists(Case.objects.ongoing().filter(candidate__member=OuterRef("pk"))))


def take_files_along(**_: Any) -> None:
    """Whoever is transferred on the roll takes the file of his probation along, in the same transaction."""
    rows = RollEntry.objects.filter(
        kind=OnRoll.ADMISSION, movement__in_force=True, movement__member__on_roll=True, case__status__in=ONGOING
    ).exclude(case__organization=F("movement__member__organization"))
    if keys := list(rows.values_list("case", flat=True)):
        refresh(keys, dates.today())
