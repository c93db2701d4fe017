"""The file of somebody whom the roll has admitted: planned back from the decision, lived on through the probation.

Days and numbers of decision, ceremony, recognition and striking off are those of the roll.
"""

from datetime import date, timedelta
from functools import cached_property
from random import Random

from cells.kinds import INCREASES, MovementKind
from core.dates import add_months
from reports.demo.case_fates import UPWARD, draw_joined, script
from reports.demo.case_ground import Ground
from reports.demo.case_timing import LONGEST, Leg, duration, fit
from reports.demo.case_walk import POLITICAL, TWO_INTRODUCE, Happening, Walk
from reports.demo.people import Move
from reports.demo.probation import Course, course
from reports.demo.rolls import Stay

WAIT_MONTHS = 36
"""From being struck off until the cell may vote on somebody anew."""
OF_AGE_MONTHS = 18 * 12 + 1
WHY_LEFT = {
    MovementKind.DIED: "Từ trần", MovementKind.EXPELLED: "Bị khai trừ khỏi Đảng", MovementKind.RESIGNED: "Xin ra Đảng",
    MovementKind.STRUCK_OFF: "Bị xóa tên trong danh sách đảng viên",
    MovementKind.TRANSFERRED_OUT: "Chuyển sinh hoạt đảng chính thức ra ngoài đảng bộ",
}  # fmt: skip
RECOGNISING = {"appraisal": "recognition_appraisal", "base_resolution": "recognition_resolution"}
"""Steps of committees, and those that they take once more after the probation."""
CANCELLED = "Kết nạp chưa bảo đảm thủ tục thẩm tra lý lịch"


class Joined(Walk):
    """Lives through the file of one admission. `card`: day of the batch in which the card is, `card_given` when it was
    handed out."""

    def __init__(self, rng: Random, ground: Ground, admission: Move) -> None:
        self.admission, self.member = admission, admission.person
        self.member_code = self.member.code if admission.held_on else ""
        self.card: date | None = None
        self.card_given: date | None = None
        self._over: date | None = None
        self.undecided: list[Happening] = []
        """Votes on recognition without a majority either way."""
        line = [move for move in self.member.moves if move.on < admission.on]
        self.former = line[-1] if line else None
        """How somebody who is admitted once more had left."""
        fate = draw_joined(rng)
        super().__init__(rng, ground, admission.cell, fate)

    # --- until the decision -----------------------------------------------------------------------------------------

    def _plan(self) -> None:
        rng, ground, decided_on = self._rng, self.ground, self.admission.on
        earliest = max(ground.earliest(self.cell), add_months(self.member.born, OF_AGE_MONTHS))
        many = len(ground.rolls.able_to_help(self.cell, decided_on - timedelta(days=60))) > 2
        self._two, political = many and rng.random() < TWO_INTRODUCE, rng.random() < POLITICAL
        self._legs = script(rng, self.fate, two_introduce=self._two, political=political)
        upward = [Leg(step, duration(rng, step)) for step in UPWARD]
        # Put before the meeting some days earlier; what is signed later was decided there.
        ready = (ground.chronicle.session_days.of(decided_on) or decided_on) - timedelta(days=rng.randint(2, 9))
        if self.former:
            fit(upward, 0, max(len(upward), (ready - self._votable).days - 1))
        self._legs += upward
        room = ready.toordinal() - earliest.toordinal()
        fit(self._legs, 0, min(room, LONGEST))
        self.opened_on = max(ready - timedelta(days=sum(leg.gap for leg in self._legs)), earliest)
        self._base = self.cell = self.opened_in = ground.opening_cell(self.cell, self.opened_on)
        unit, commune = ground.chronicle.tree.units[self.cell], ground.commune_of(self.cell)
        self.person = ground.outsiders.of_member(self.member, unit, commune, self.opened_on)
        self.person.has_political_question = political

    @property
    def _votable(self) -> date:
        """The first day on which the cell may vote."""
        return add_months(self.former.on, WAIT_MONTHS) if self.former else date.min

    def _settled(self, leg: Leg, raw: date, last: date) -> date:
        day = super()._settled(leg, raw, last)
        return raw if leg.kind == "cell_vote" and day < self._votable else day

    def _able(self, cell: str, day: date) -> list[Stay]:
        return super()._able(cell, day) or self.ground.rolls.officials(cell, day)

    def _vote(self, leg: Leg, day: date) -> bool:
        """Whoever was admitted was voted for; where the roll tells of too few voters, the figures are on paper."""
        if not super()._vote(leg, day):
            self._happen(Happening("cell_vote", day, number=f"{self._number(24)}-NQ/CB", agreed=not leg.fails))
            self.has_passed, self.voted_in = not leg.fails, self.cell
        return True

    # --- from the decision on ---------------------------------------------------------------------------------------

    def run(self) -> "Joined":
        self._happen(Happening("introduction", self.opened_on, by=self._introduced_by()))
        self._go()
        decided_on, held_on, number = self.admission.on, self.admission.held_on, self.admission.document
        self.cell = self._cell_on(decided_on)
        self._care_for_helpers(decided_on)
        self._happen(Happening("decision", decided_on, number=number, agreed=True))
        latest = (held_on - decided_on).days - 1 if held_on else 6
        received = decided_on + timedelta(days=self._rng.randint(2, max(2, min(6, latest))))
        if received <= self.ground.today:
            self._happen(Happening("decision_receipt", received, number=number))
        if held_on:
            self._live_on(held_on)
        self.cell = self._cell_on(self.ground.today)
        self._care_for_helpers(self._over or self.ground.today)
        if self._over:
            self._end_helpers(self._over, "Không còn trong danh sách đảng viên")
        return self

    def _live_on(self, held_on: date) -> None:
        self._enter("ceremony", held_on)
        way = self._course(held_on)
        self.card = way.card
        for day, kind in sorted(way.days, key=lambda each: each[0]):
            if day <= way.until:
                self._enter(kind, day, way.votes.get(day, ""))
        if self.card_given:
            self._over = self.card_given
        elif self._left:
            self._leave(self._left)

    def _course(self, held_on: date) -> Course:
        ground, recognition = self.ground, self.member.recognition
        steps = [again for step, again in RECOGNISING.items() if step in self.committees.steps]
        until = self._left.on - timedelta(days=1) if self._left else ground.today
        known = recognition.on if recognition and recognition.on > held_on and self._is_last else None
        end = self._left.on if self._left and self.member.is_dropped and not self._is_cancelled else None
        return course(self._rng, ground, self._cell_on, held_on, steps, until=until, recognised=known, dropped=end)

    @cached_property
    def _later(self) -> list[Move]:
        """What befell the member after this admission, and before the next one."""
        found = []
        for move in self.member.moves[self.member.moves.index(self.admission) + 1 :]:
            if move.kind == MovementKind.ADMITTED:
                break
            found.append(move)
        return found

    @property
    def _is_last(self) -> bool:
        return not self.member.moves or next(
            move for move in reversed(self.member.moves) if move.kind == MovementKind.ADMITTED
        ) is self.admission  # fmt: skip

    @property
    def _left(self) -> Move | None:
        """How the member left the roll for good."""
        return self._later[-1] if self._later and self._later[-1].kind not in INCREASES else None

    @cached_property
    def _is_cancelled(self) -> bool:
        """The second of those struck off had been admitted wrongly: the roll knows no other word for the adjustment."""
        left = self._left
        if left is None or not self.member.is_dropped:
            return False
        self.ground.dropped += 1
        return self.ground.dropped == 2 and left.on.year > self.admission.on.year

    def _cell_on(self, day: date) -> str:
        held_on = self.admission.held_on
        if held_on is None or day <= held_on:
            return super()._cell_on(day)
        return self.ground.rolls.place(self.member.code, day)

    def _care_for_helpers(self, day: date) -> None:
        held_on = self.admission.held_on
        if held_on and day > held_on:
            for row in self.helpings:
                if row.until is None and row.since:
                    together = max(row.since, held_on)
                    row.leaves_on = self.ground.rolls.parting(row.member, self.member.code, together)
        super()._care_for_helpers(day)

    def _enter(self, kind: str, day: date, result: str = "") -> None:
        """The step *kind* was taken; a vote came to *result*."""
        self.cell = self._cell_on(day)
        self._care_for_helpers(day)
        event = Happening(kind, day, cell=self.cell)
        match kind:
            case "probation_helper":
                self._keep_helper(day)
                event.number = f"{self._number(24)}-NQ/CB"
            case "recognition_vote":
                event.number = f"{self._number(24)}-NQ/CB"
                found = self._ballot("recognition", day, result, self.member)
                if found:
                    event.ballot, event.confirmed = found
                    self.undecided += [event] if result == "undecided" else []
                elif result == "undecided":
                    return
                else:
                    event.agreed = result == "for"
            case "recognition_resolution":
                event.number = f"{self._number(90)}-NQ/ĐU"
            case "recognition_decision":
                event.number, event.agreed = self.member.recognition.document, True
                self._end_helpers(day, "Đã được công nhận đảng viên chính thức")
            case "card":
                event.number = self.ground.chronicle.card_issues[self.card].document
                self.card_given = day
        self._happen(event)

    def _keep_helper(self, day: date) -> None:
        """Somebody has to help through the probation."""
        self._pending.clear()
        if any(row.helps(day) for row in self.helpings):
            return
        if able := self._free(self.cell, day):
            before = next((row for row in reversed(self.helpings) if row.until), None)
            self.helpings.append(self._helping(self._choose(able), day, replaces=before))

    def _leave(self, left: Move) -> None:
        self.cell, self._over = self._cell_on(left.on), left.on
        self._care_for_helpers(left.on - timedelta(days=1))
        if self._is_cancelled:
            event = Happening("cancelled", left.on, number=left.document, reason=CANCELLED)
        elif self.member.is_dropped:
            event = Happening("strike_off_decision", left.on, number=left.document, agreed=True)
        else:
            event = Happening("left_roll", left.on, reason=WHY_LEFT[left.kind])
        event.cell = self.cell
        self._happen(event)

    @property
    def ended_on(self) -> date | None:
        return self._over
