"""The roll follows the files: what the events of a file come to stands on the roll in the same transaction.

`follow` compares what the events say (:mod:`pipeline.engine.membership`) with the movements this file has entered, and
enters, corrects or takes back what differs. So a ceremony, a corrected decision, a ceremony taken back, a striking off
and a cancelled admission all go one way (docs/adr/0025-joining-the-roll.md).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.db.models import F, Q

from cells.kinds import CELL_KINDS, MovementKind
from cells.models import FactsVersion, Member, Movement, Organization, OrganizationVersion
from cells.services.errors import RuleError
from cells.services.locks import locked_days
from cells.services.members import enter_member, holders_of
from cells.services.roll import alone_with, plan_and_write
from core.bulk import insert_rows
from core.dates import format_date
from pipeline.deriving import Judge
from pipeline.engine.facts import Facts
from pipeline.engine.membership import CEREMONY, LEFT_ROLL, ROLL_KINDS, Membership, memberships
from pipeline.kinds import CaseKind, OnRoll, Schooling
from pipeline.models import Candidate, Case, CaseEvent, RollEntry
from pipeline.queries.facts import facts_of
from pipeline.rulebook.book import Rulebook
from pipeline.services.identity import number_of
from pipeline.services.rows import insert

OF_FILES = (MovementKind.ADMITTED, MovementKind.STRUCK_OFF)
FILLED_IN = ("held_on", "document")
"""Of an admission: what a roll brought from elsewhere may lack."""
TRANSFERS = (MovementKind.TRANSFERRED_IN, MovementKind.TRANSFERRED_OUT)


@contextmanager
def before_the_roll(case: Case, kind: str) -> Iterator[None]:
    """Where the roll may have to follow, facts are waited for first: files second, as whoever changes a unit does."""
    if not _concerns(case, kind):
        yield
        return
    with transaction.atomic():
        FactsVersion.advance()
        yield


def follow(case: Case, judge: Judge, kind: str, reason: str = "") -> None:
    """Make the roll say what the events of the file say, after one of *kind* came, changed or went. Only within
    `changing`. Raises RuleError where the roll cannot: a locked period, another file, what happened since."""
    if not _concerns(case, kind):
        return
    found = memberships(facts_of([case.pk], judge.today)[case.pk], judge.book)
    if kind == LEFT_ROLL:
        _refuse_on_roll(case)
        return
    Roll(case, judge.today, reason).follow(found)


def _refuse_on_roll(case: Case) -> None:
    member = case.candidate.member
    closing = CaseEvent.objects.in_force().filter(case=case, kind=LEFT_ROLL).exists()
    if closing and member is not None and member.on_roll:
        raise RuleError(
            f"{member.full_name} đang trong danh sách đảng viên. Hãy ghi từ trần, khai trừ hoặc xin ra ở danh sách "
            "trước."
        )


def _concerns(case: Case, kind: str) -> bool:
    return kind == CEREMONY or (kind in ROLL_KINDS and RollEntry.objects.filter(case=case).exists())


def adopt(pairs: Collection[tuple[Case, Facts]], book: Rulebook) -> set[int]:
    """Files written in bulk: what the person's own movements say of their admission, and of their end, is theirs from
    now on. Returns the keys of the files that took some. One question, none where nobody is a member."""
    people = [case.candidate.member_id for case, _ in pairs if case.candidate.member_id]
    if not people:
        return set()
    rows = Movement.objects.in_force().filter(member__in=people, from_file=None, kind__in=OF_FILES)
    known = {(row.member_id, row.kind, row.effective_on): row for row in rows}
    entries = []
    for case, facts in pairs:
        member = case.candidate.member_id
        for number, each in enumerate(memberships(facts, book) if member else (), 1):
            admission = known.pop((member, MovementKind.ADMITTED, each.decided.on), None)
            if admission is None or admission.held_on not in (None, each.held.on):
                continue
            entries.append(RollEntry(case=case, number=number, kind=OnRoll.ADMISSION, movement=admission))
            end, kind = (each.left, OnRoll.DEPARTURE) if each.left else (each.annulled, OnRoll.ADJUSTMENT)
            left = known.pop((member, MovementKind.STRUCK_OFF, end.on), None) if end else None
            if left:
                entries.append(RollEntry(case=case, number=number, kind=kind, movement=left))
    insert_rows(entries)
    return {entry.case_id for entry in entries}


class Roll:
    """What one file has on the roll, while it is put right."""

    def __init__(self, case: Case, today: date, reason: str) -> None:
        self.case, self.today, self.reason = case, today, reason
        rows = RollEntry.objects.filter(case=case, movement__in_force=True).select_related("movement__organization")
        self.entries: dict[tuple[int, str], Movement] = {(row.number, row.kind): row.movement for row in rows}

    def follow(self, found: list[Membership]) -> None:
        for number in sorted({number for number, _ in self.entries if number > len(found)}, reverse=True):
            self._unwrite(number)
        for number, membership in enumerate(found, 1):
            if membership.annulled:
                self._annul(number, membership)
            else:
                self._keep(number, membership)
        self._set_official(found)

    def _keep(self, number: int, membership: Membership) -> None:
        """The person is, or was, on the roll by this ceremony."""
        self._unwrite_one(number, OnRoll.ADJUSTMENT)
        if not membership.left:
            self._unwrite_one(number, OnRoll.DEPARTURE)
        self._admit(number, membership)
        if membership.left:
            self._leave(number, OnRoll.DEPARTURE, membership.left.on, membership.left.number, "Xóa tên đảng viên dự bị")

    def _admit(self, number: int, membership: Membership) -> None:
        place = _event(membership.held.id).organization
        decided, held, document = membership.decided.on, membership.held.on, membership.decided.number
        if held < decided:
            raise RuleError(
                f"Lễ kết nạp {format_date(held)} trước ngày quyết định {format_date(decided)}. Hãy sửa lại hai ngày."
            )
        given = {"organization": place, "effective_on": decided, "held_on": held, "document": document}
        old = self.entries.get((number, OnRoll.ADMISSION))
        if old is None:
            self._join(number, place, given)
        else:
            self._put_right(number, old, given)

    def _put_right(self, number: int, old: Movement, given: dict) -> None:
        """The roll says what the file says. Where it only says less, and its period is closed, it stays as it is."""
        wrong = [name for name, value in given.items() if getattr(old, name) != value]
        says_less = all(name in FILLED_IN and not getattr(old, name) for name in wrong)
        if not wrong or (says_less and locked_days([(old.organization_id, old.effective_on)])):
            return
        right = Movement(member=self.member, kind=MovementKind.ADMITTED, corrects=old, reason=self.reason, **given)
        self._write(number, OnRoll.ADMISSION, right)

    def _join(self, number: int, place: Organization, given: dict) -> None:
        if place.closed_on and place.closed_on <= given["held_on"]:
            raise RuleError(f"{place.name} đã thôi hoạt động. Hãy chuyển hồ sơ đến chi bộ khác trước khi tổ chức lễ.")
        if self.case.candidate.member_id is None and (known := known_member(self.case)):
            link(self.case, known)
        if self.case.candidate.member_id is None:
            movement = self._create(given)
            self._enter(number, OnRoll.ADMISSION, movement)
        elif movement := self._entered_by_hand(given):
            self._enter(number, OnRoll.ADMISSION, movement)
            self._put_right(number, movement, given)
        else:
            movement = Movement(member=self.member, kind=MovementKind.ADMITTED, reason=self.reason, **given)
            self._write(number, OnRoll.ADMISSION, movement, clears_official=True)
        self._pass_on(place, given["held_on"])

    def _create(self, given: dict) -> Movement:
        person = self.case.candidate
        profile = getattr(person, "profile", None)
        number = number_of(profile)
        member = Member(
            code=self.case.member_code or self.case.code, full_name=person.full_name, born_on=person.born_on,
            born_precision=person.born_precision, sex=person.sex, ethnicity=profile.ethnicity if profile else "",
            religion=profile.religion if profile else "", education=_schooling(person),
        )  # fmt: skip
        movement = enter_member(member, kind=MovementKind.ADMITTED, today=self.today, identity_number=number, **given)
        link(self.case, member)
        return movement

    def _entered_by_hand(self, given: dict) -> Movement | None:
        """The admission that somebody has put on the roll before the file came to it, with or without the ceremony."""
        rows = Movement.objects.in_force().filter(
            member=self.member, kind=MovementKind.ADMITTED, effective_on=given["effective_on"], from_file=None
        )
        same_day = Q(held_on=given["held_on"]) | Q(held_on=None)
        return rows.filter(same_day, organization=given["organization"]).first()

    def _pass_on(self, place: Organization, held_on: date) -> None:
        """Entered late: the cell has been taken over since, and its members have moved with it."""
        moves = []
        while place.closed_on and place.closed_on > held_on:
            closing = OrganizationVersion.objects.in_force().filter(
                organization=place, is_closed=True, has_successor=True, parent__kind__in=CELL_KINDS
            ).select_related("parent").order_by("valid_from").first()  # fmt: skip
            if closing is None:
                break
            shared = {"member": self.member, "effective_on": closing.valid_from, "document": closing.document}
            moves += [
                Movement(kind=MovementKind.TRANSFERRED_OUT, organization=place, **shared),
                Movement(kind=MovementKind.TRANSFERRED_IN, organization=closing.parent, **shared),
            ]
            place = closing.parent
        if moves:
            with alone_with(self.member):
                plan_and_write(self.member, today=self.today, additions=moves)

    def _annul(self, number: int, membership: Membership) -> None:
        """Cancelled as wrong: it leaves its year; where that year is closed, the roll is adjusted on the day."""
        admission = self.entries.get((number, OnRoll.ADMISSION))
        if admission is None or (number, OnRoll.ADJUSTMENT) in self.entries:
            return
        gone = [admission, *self._since(admission)]
        days = {(row.organization_id, day) for row in gone for day in (row.effective_on, row.held_on) if day}
        if self.member.official_on:
            days.add((self.member.organization_id, self.member.official_on))
        if locked_days(days):
            self._leave(
                number, OnRoll.ADJUSTMENT, membership.annulled.on, membership.annulled.number,
                f"Hủy việc kết nạp {format_date(admission.effective_on)}; kỳ đó đã khóa nên điều chỉnh tại ngày này",
            )  # fmt: skip
        else:
            self._take_back(gone)

    def _since(self, admission: Movement) -> list[Movement]:
        """Transfers since: whoever was never admitted never moved."""
        rows = Movement.objects.in_force().filter(
            member=self.member, kind__in=TRANSFERS, effective_on__gte=admission.effective_on
        )
        return list(rows.exclude(pk=admission.pk))

    def _take_back(self, gone: list[Movement]) -> None:
        with alone_with(self.member):
            values = {"official_on": None} if self.member.official_on else {}
            plan_and_write(self.member, today=self.today, removals=gone, values=values, reason=self.reason)
        self._forget(gone)

    def _unwrite(self, number: int) -> None:
        """The ceremony was taken back: nothing of it stays."""
        for kind in (OnRoll.ADJUSTMENT, OnRoll.DEPARTURE):
            self._unwrite_one(number, kind)
        if admission := self.entries.get((number, OnRoll.ADMISSION)):
            self._take_back([admission, *self._since(admission)])

    def _unwrite_one(self, number: int, kind: str) -> None:
        if movement := self.entries.get((number, kind)):
            with alone_with(self.member):
                plan_and_write(self.member, today=self.today, removals=[movement], reason=self.reason)
            self._forget([movement])

    def _leave(self, number: int, kind: str, on: date, document: str, reason: str) -> None:
        given = {"effective_on": on, "document": document}
        old = self.entries.get((number, kind))
        if old is not None and {name: getattr(old, name) for name in given} == given:
            return
        if old is None and not self.member.on_roll:
            raise RuleError(
                f"{self.member.full_name} đã ra khỏi danh sách đảng viên. Hãy xem lại biến động của người này."
            )
        place = old.organization if old else self.member.organization
        row = Movement(
            member=self.member, kind=MovementKind.STRUCK_OFF, organization=place, corrects=old, reason=reason, **given
        )
        self._write(number, kind, row)

    def _set_official(self, found: list[Membership]) -> None:
        """Ngày chính thức follows the decision of recognition: always the day the twelve months end."""
        if not found or not found[-1].is_current or self.case.candidate.member_id is None:
            return
        last, member = found[-1], self.member
        if member.official_on == last.official_on:
            return
        if last.official_on and not member.on_roll:
            raise RuleError(f"{member.full_name} không còn trong danh sách đảng viên, không thể công nhận chính thức.")
        document = last.recognised.number if last.recognised else ""
        with alone_with(member):
            plan_and_write(
                member,
                today=self.today,
                values={"official_on": last.official_on},
                document=document,
                reason=self.reason,
            )

    @property
    def member(self) -> Member:
        return self.case.candidate.member

    def _write(self, number: int, kind: str, movement: Movement, *, clears_official: bool = False) -> None:
        with alone_with(self.member):
            values = {"official_on": None} if clears_official and self.member.official_on else {}
            plan_and_write(self.member, today=self.today, additions=[movement], values=values)
        self._enter(number, kind, movement)

    def _enter(self, number: int, kind: str, movement: Movement) -> None:
        insert(RollEntry(case=self.case, number=number, kind=kind, movement=movement))
        self.entries[number, kind] = movement

    def _forget(self, gone: list[Movement]) -> None:
        keys = {movement.pk for movement in gone}
        self.entries = {key: row for key, row in self.entries.items() if row.pk not in keys}


def known_member(case: Case) -> Member | None:
    """Who is on record with the number of the person's identity paper, to be admitted again.

    Raises RuleError where that is no re-admission.
    """
    profile = getattr(case.candidate, "profile", None)
    if not profile or not profile.identity_number:
        return None
    member = holders_of(profile.identity_number.open()).select_related("organization").first()
    if member is None:
        return None
    if member.on_roll:
        raise RuleError(
            f"Số định danh này là của {member.full_name}, mã {member.code}, đang trong danh sách đảng viên."
        )
    if case.kind != CaseKind.READMISSION:
        raise RuleError(
            f"Số định danh này là của {member.full_name}, mã {member.code}, đã từng là đảng viên. Hãy ghi hồ sơ là kết "
            "nạp lại, với ngày và lý do ra khỏi Đảng."
        )
    return member


def link(case: Case, member: Member) -> None:
    """The person of the file is that member. Only within `changing`. Raises RuleError where another person is."""
    if Candidate.objects.filter(member=member).exclude(pk=case.candidate_id).exists():
        raise RuleError(f"{member.full_name}, mã {member.code}, đã gắn với hồ sơ của người khác. Hãy xem lại mã.")
    Candidate.objects.filter(pk=case.candidate_id).update(member=member, version=F("version") + 1)
    case.candidate.refresh_from_db()


def _event(key: str) -> CaseEvent:
    return CaseEvent.objects.select_related("organization").get(pk=key)


def _schooling(person: Candidate) -> str:
    return "" if person.education == Schooling.UNKNOWN else str(Schooling(person.education).label)
