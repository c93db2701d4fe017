"""Meetings of the committee and batches of cards into the database, before the files that stand in them."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from cells.kinds import DecidingBody
from cells.models import Organization
from core import audit
from core.bulk import insert_rows
from core.models import AuditEvent
from pipeline.models import CardBatch, Session
from reports.demo.case_ground import Ground
from reports.demo.case_rows import Folder
from reports.demo.session_days import card_day

PLACES = {"HU": "Huyện ủy", "ĐU": "Đảng ủy xã"}
"""By the sign of their documents."""


class Books:
    """What the committee keeps, by day."""

    def __init__(self, ground: Ground, folders: Iterable[Folder]) -> None:
        self._ground = ground
        self._top = Organization.objects.get(code=ground.chronicle.tree.top)
        days = {folder.card.batch for folder in folders if folder.card} | {card_day(ground.today + timedelta(days=1))}
        self.batches = {day: self._batch(day) for day in sorted(days)}
        self.sessions = {session.held_on: session for session in self._sessions()}
        self._places: Counter[date] = Counter()

    def write(self) -> None:
        with transaction.atomic(), audit.one_change():
            for rows in (self.sessions.values(), self.batches.values()):
                insert_rows(rows)
                audit.record_many(
                    audit.event(AuditEvent.Action.CREATE, row, scope_path=self._top.path) for row in rows
                )  # fmt: skip

    def place_on(self, day: date) -> int:
        """The next place on the agenda of the meeting of *day*."""
        self._places[day] += 1
        return self._places[day]

    def _batch(self, day: date) -> CardBatch:
        issue = self._ground.chronicle.card_issues.get(day)
        number, on = (issue.document, issue.on) if issue else ("", None)
        return CardBatch(organization=self._top, day=day, decision_number=number, decision_date=on)

    def _sessions(self) -> Iterable[Session]:
        ground, known = self._ground, self._ground.chronicle.session_days
        numbers: Counter[int] = Counter()
        held = [day for day in known.days if day >= ground.first_session]
        for day in (*held, *known.coming):
            numbers[day.year] += 1
            sign = ground.chronicle.tree.sign_on(day).removeprefix("QĐ/")
            is_over, before = day in held, [each for each in held if each < day]
            again = " (lần 2)" if before and before[-1] >= day.replace(day=1) else ""
            yield Session(
                organization=self._top, body=DecidingBody.STANDING_COMMITTEE, held_on=day,
                title=f"Phiên họp tháng {day.month}/{day.year}{again}", place=f"Phòng họp {PLACES[sign]}",
                minutes_number=f"{numbers[day.year]:02d}-BB/{sign}" if is_over else "",
                closed_on=day if is_over else None,
            )  # fmt: skip
