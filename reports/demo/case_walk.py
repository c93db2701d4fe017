"""One file from the introduction to today: its events on their days, its helpers, its ballots."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from core.dates import BEGINNING, add_months
from pipeline.engine.facts import Ballot
from pipeline.engine.votes import base_of, needed
from reports.demo.case_fates import CLOSING, WHY, Fate, script, waiting
from reports.demo.case_ground import Committees, Ground
from reports.demo.case_people import Outsider
from reports.demo.case_timing import LONGEST, Leg, fit
from reports.demo.people import Person
from reports.demo.rolls import Stay
from reports.demo.tree import Sector

TWO_INTRODUCE, TWO_HELP, POLITICAL = 0.25, 0.15, 0.02
INTRODUCED_BY = {
    "đoàn viên": "Chi đoàn cơ sở", "dân quân": "Chi đoàn cơ sở", "phụ nữ": "Chi hội Phụ nữ",
    "nông dân": "Chi hội Nông dân", "Mặt trận": "Ban công tác Mặt trận",
}  # fmt: skip
"""Word in the sources → who introduces."""
COMMITTEE_STEPS = ("appraisal", "base_resolution", "file_check", "decision")
ONE_DAY = timedelta(days=1)
RESTING = ("paused", *CLOSING)
BACK = ("resumed", "applied_again", "relisted")
CLOSED_SINCE = (20, 1_500)
"""Days since a closed file was closed."""
SPAN = 5 * 365 + 300
"""Days back to the first file of all."""


@dataclass
class Happening:
    """An event of a file. `ballot` with the codes of the members confirmed; `moved_to` is the code of a cell."""

    kind: str
    on: date
    by: str = ""
    number: str = ""
    reason: str = ""
    steps: tuple[str, ...] = ()
    agreed: bool | None = None
    ballot: Ballot | None = None
    confirmed: tuple[str, ...] = ()
    moved_to: str = ""
    cell: str = ""
    """Where it happened, from the ceremony on: where the roll had the person."""
    issuer: str = ""


@dataclass
class Helping:
    """A member who helps from a day on, or only introduces; by code."""

    member: str
    together_since: date
    since: date | None = None
    until: date | None = None
    ended_because: str = ""
    replaces: "Helping | None" = None
    introduced_on: date | None = None
    leaves_on: date = date.max

    def helps(self, day: date) -> bool:
        return self.since is not None and self.since <= day and (self.until is None or day < self.until)


class Walk:
    """Lives through one file. After :meth:`run`: `happenings`, `helpings`, and where the file lies."""

    member_code = ""
    """Of somebody on the roll."""

    def __init__(self, rng: Random, ground: Ground, cell: str, fate: Fate) -> None:
        self._rng, self.ground, self.fate = rng, ground, fate
        self.happenings: list[Happening] = []
        self.helpings: list[Helping] = []
        self._pending: list[tuple[date, Helping]] = []
        self.done: dict[str, date] = {}
        self.rests: list[tuple[date, date]] = []
        """Spans in which the file was paused or closed."""
        self.status = "open"
        self.has_passed = False
        self.voted_in = ""
        self._base = self.cell = cell
        self._plan()

    def _plan(self) -> None:
        rng, ground = self._rng, self.ground
        earliest = ground.earliest(self.cell)
        is_long = self.fate.end == "lapsed" or self.fate.detour == "repeated"
        if (is_long and earliest > BEGINNING) or (self.fate.end == "refused" and self._has_own_rules()):
            self.fate, is_long = Fate("awareness_class"), False
        self._two, political = rng.random() < TWO_INTRODUCE, rng.random() < POLITICAL
        self._legs = script(rng, self.fate, two_introduce=self._two, political=political)
        end, waited = ground.today, 0
        if self.fate.end in CLOSING:
            end = max(end - timedelta(days=self._closed_since()), min(earliest + timedelta(days=40), end))
        else:
            waited = waiting(rng, self.fate)
        room = end.toordinal() - earliest.toordinal()
        waited = fit(self._legs, waited, room if is_long else min(room, LONGEST))
        self.opened_on = max(end - timedelta(days=waited + sum(leg.gap for leg in self._legs)), earliest)
        self._base = self.cell = self.opened_in = ground.opening_cell(self.cell, self.opened_on)
        unit = ground.chronicle.tree.units[self.cell]
        self.person: Outsider = ground.outsiders.make(unit, ground.commune_of(self.cell), self.opened_on, end)
        self.person.has_political_question = political

    def _closed_since(self) -> int:
        long = SPAN - sum(leg.gap for leg in self._legs)
        return max(CLOSED_SINCE[0], min(self._rng.randint(*CLOSED_SINCE), long))

    def _has_own_rules(self) -> bool:
        """The army's and the police's own regulations say who decides there."""
        return self.ground.chronicle.tree.units[self.cell].sector in (Sector.ARMY, Sector.POLICE)

    # --- the way ----------------------------------------------------------------------------------------------------

    def run(self) -> "Walk":
        ground = self.ground
        self._happen(Happening("introduction", self.opened_on, by=self._introduced_by()))
        last = self._go()
        if self.fate.end in CLOSING and self.status not in CLOSING:  # it did not come to what was meant to end it
            last = min(last + timedelta(days=60), ground.today)
            self._happen(Happening("withdrew", last, reason=WHY["withdrew"][0]))
        self.cell = self._cell_on(ground.today)
        self._care_for_helpers(last if self.status in CLOSING else ground.today)
        if self.status in CLOSING:
            self._end_helpers(last, "Hồ sơ đã thôi")
        return self

    def _go(self) -> date:
        """Take the legs one by one; returns the day of the last one that it came to."""
        raw = last = self.opened_on
        for leg in self._legs:
            raw += timedelta(days=leg.gap)
            day = self._settled(leg, raw, last)
            self.cell = self._cell_on(day)
            self._care_for_helpers(day)
            if not self._take(leg, day):
                break
            last = day
        return last

    def _settled(self, leg: Leg, raw: date, last: date) -> date:
        return self.ground.meetings.settled(leg.kind, self._cell_on(raw), raw, last)

    @property
    def ended_on(self) -> date | None:
        """The day after which nothing more happens to the file; None while it is under way."""
        return max(event.on for event in self.happenings) if self.status in CLOSING else None

    def _cell_on(self, day: date) -> str:
        return self.ground.rolls.cell_on(self._base, day)

    def _take(self, leg: Leg, day: date) -> bool:
        """Whether it came to that."""
        match leg.kind:
            case "helper":
                return self._assign_helpers(day) if "helper" not in self.done or self.status == "moved" else True
            case "introductions":
                self._introduce(day)
                self._happen(Happening(leg.kind, day))
            case "union_introduction":
                by, sign = ("youth_union", "ĐTN") if self.person.near_youth_union else ("trade_union", "CĐ")
                self._happen(Happening(leg.kind, day, by=by, number=f"{self._number(40)}-NQ/{sign}"))
            case "cell_vote":
                return self._vote(leg, day)
            case "moved":
                self._move(leg, day)
            case kind if kind in COMMITTEE_STEPS:
                self._pass_upward(leg, day)
            case _:
                number = f"{self._number(24)}-NQ/CB" if leg.kind in ("sympathiser_list", "removed", "relisted") else ""
                self._happen(Happening(leg.kind, day, number=number, reason=leg.reason, steps=leg.steps))
        return True

    def _happen(self, event: Happening) -> None:
        self.happenings.append(event)
        kind = event.kind
        self.done[kind] = event.on
        if kind == "decision" and event.agreed is False:
            kind = "refused"
        if kind in RESTING:
            self.status = kind
            self.rests.append((event.on, date.max))
        elif kind in BACK or (kind == "sympathiser_list" and self.rests):  # put on the list anew
            self.status = "open"
            self.rests[-1] = (self.rests[-1][0], event.on)
        else:
            self.status = kind if kind in ("returned", "moved") else "open"

    def _introduced_by(self) -> str:
        sources = self.person.work.sources
        usual = "Công đoàn cơ sở" if self.person.in_trade_union else "Ban công tác Mặt trận"
        return next((body for word, body in INTRODUCED_BY.items() if word in sources), usual)

    def _number(self, highest: int) -> str:
        return f"{self._rng.randint(1, highest):02d}"

    # --- helpers ----------------------------------------------------------------------------------------------------

    def _assign_helpers(self, day: date) -> bool:
        able = self._free(self.cell, day)
        if not able:
            return False
        before = next((row for row in reversed(self.helpings) if row.until is not None), None)
        for _ in range(1 + (len(able) > 1 and self._rng.random() < TWO_HELP)):
            stay = self._choose(able)
            able.remove(stay)
            self.helpings.append(self._helping(stay, day, replaces=before))
            before = None
        self._happen(Happening("helper", day, number=f"{self._number(24)}-NQ/CB"))
        return True

    def _able(self, cell: str, day: date) -> list[Stay]:
        return self.ground.rolls.able_to_help(cell, day)

    def _free(self, cell: str, day: date) -> list[Stay]:
        """Those able to help who neither help nor have introduced this person: nobody stands in a file twice."""
        named = {row.member for row in self.helpings if row.until is None}
        return [stay for stay in self._able(cell, day) if stay.person.code not in named]

    def _choose(self, able: list[Stay]) -> Stay:
        """Rather somebody who does not help many already."""
        some = [self._rng.choice(able) for _ in range(3)]
        found = min(some, key=lambda stay: self.ground.helped[stay.person.code])
        self.ground.helped[found.person.code] += 1
        return found

    def _helping(self, stay: Stay, day: date, replaces: Helping | None = None) -> Helping:
        together = max(stay.known_since, add_months(day, -self._rng.randint(14, 140)))
        together = min(together, add_months(day, -12))  # who has come lately has lived near by
        leaves = self.ground.rolls.leaves(stay.person, stay.cell, day)
        return Helping(stay.person.code, together, day, replaces=replaces, leaves_on=leaves)

    def _care_for_helpers(self, day: date) -> None:
        """Who has left the cell until *day* no longer helps; somebody else does from a meeting soon after."""
        for row in [each for each in self.helpings if each.until is None and each.since and each.leaves_on <= day]:
            left = row.leaves_on
            row.until, row.ended_because = left, "Không còn sinh hoạt ở chi bộ"
            meeting = self.ground.meetings.following(self._cell_on(left), left + timedelta(days=5))
            self._pending.append((meeting, row))
        for meeting, row in [each for each in self._pending if each[0] <= day]:
            self._pending.remove((meeting, row))
            able = self._free(self._cell_on(meeting), meeting)
            if able and not self._rests_on(meeting):
                self.helpings.append(self._helping(self._choose(able), meeting, replaces=row))

    def _rests_on(self, day: date) -> bool:
        return any(since <= day < until for since, until in self.rests)

    def _end_helpers(self, day: date, because: str) -> None:
        self._pending.clear()
        for row in self.helpings:
            if row.until is None and row.since:
                row.until, row.ended_because = max(day, row.since), because

    def _introduce(self, day: date) -> None:
        """Those who help write the 3-KNĐ; others where there are too few."""
        helping = [row for row in self.helpings if row.helps(day)]
        rows = helping[: 2 if self._two else 1]
        named = {row.member for row in self.helpings}
        others = [stay for stay in self._able(self.cell, day) if stay.person.code not in named]
        while len(rows) < (2 if self._two else 1) and others:
            stay = others.pop(self._rng.randrange(len(others)))
            row = replace(self._helping(stay, day), since=None)
            self.helpings.append(row)
            rows.append(row)
        for row in rows:
            latest = add_months(day, -12)
            row.introduced_on, row.together_since = day, min(row.together_since, latest)

    # --- meetings and moves -----------------------------------------------------------------------------------------

    def _vote(self, leg: Leg, day: date) -> bool:
        """False where the cell has too few official members, or where papers are lacking."""
        introduced = sum(1 for row in self.helpings if row.introduced_on)
        found = self._ballot("cell_admission", day, "against" if leg.fails else "for")
        if found is None or introduced == 0 or (self._two and introduced < 2):
            return False
        ballot, confirmed = found
        number = f"{self._number(24)}-NQ/CB"
        self._happen(Happening("cell_vote", day, number=number, ballot=ballot, confirmed=confirmed))
        self.has_passed, self.voted_in = not leg.fails, self.cell
        return True

    def _ballot(
        self, vote: str, day: date, result: str, without: Person | None = None
    ) -> tuple[Ballot, tuple[str, ...]] | None:
        """A meeting of the cell that comes to *result*: `for`, `against` (for *cell_admission*: not for it) or
        `undecided`; with the codes of the members confirmed. None where they are too few."""
        figures, confirmed = self.ground.rolls.ballot(self.cell, day, without)
        figures = replace(figures, exempt_present=self._rng.randint(0, min(1, figures.exempt)))
        rule = self.ground.book.on(day).votes[vote]
        base = base_of(figures, rule.leaves_out)
        if base < rule.least_voters:
            return None
        least = needed(base, rule)
        present = max(least, base - self._rng.choice((0, 0, 0, 1, 1, 2)))
        if result == "undecided":
            present = base
            yes = base // 2
            no = base - yes
            if no >= least:
                return None
            return replace(figures, yes=yes, no=no, present=present), confirmed
        if result == "against" and rule.rounds:
            no = max(least, present - self._rng.choice((0, 0, 1)))
            return replace(figures, yes=present - no, no=no, present=present), confirmed
        if result == "against":
            yes = max(0, least - self._rng.randint(1, 2))
        else:
            yes = max(least, present - self._rng.choice((0, 0, 0, 0, 1)))
        blank = self._rng.randint(0, min(1, present - yes))
        return replace(figures, yes=yes, no=present - yes - blank, blank=blank, present=present), confirmed

    def _pass_upward(self, leg: Leg, day: date) -> None:
        if leg.kind not in self.committees.steps:
            return
        number = {"base_resolution": f"{self._number(90)}-NQ/ĐU"}.get(leg.kind, "")
        agreed = False if leg.fails else None
        self._happen(Happening(leg.kind, day, number=number, reason=leg.reason, agreed=agreed))

    @property
    def committees(self) -> Committees:
        """Who is above the cell since it has voted."""
        vote = next(event for event in reversed(self.happenings) if event.kind == "cell_vote")
        return self.ground.committees(self.voted_in, vote.on)

    def _move(self, leg: Leg, day: date) -> None:
        """To another cell, of the same sector where there is one; its own helpers stay behind."""
        tree, rolls = self.ground.chronicle.tree, self.ground.rolls
        sector = tree.units[self.cell].sector
        cells = [code for code in self.ground.steady if code not in (self.cell, self.ground.shown)]
        same = [code for code in cells if tree.units[code].sector is sector]
        for _ in range(8):
            target = self._rng.choice(same or cells)
            if rolls.able_to_help(target, day):
                break
        else:
            return
        self._end_helpers(day, "Chuyển sang chi bộ khác")
        self._happen(Happening("moved", day, reason=leg.reason, moved_to=target))
        self._base = self.cell = target

    # --- reviews of the list ----------------------------------------------------------------------------------------

    @property
    def is_reviewed(self) -> bool:
        """On the list, open and not voted for: to be reviewed each month."""
        is_open = self.status in ("open", "returned", "moved")
        return is_open and "sympathiser_list" in self.done and not self.has_passed

    def due_after(self, latest: date) -> date:
        """When the next review is due if the last one was on *latest*."""
        return add_months(max(self.done["sympathiser_list"], self.done.get("resumed", BEGINNING), latest), 1)

    def reviewed(self, days: Iterable[date]) -> list[date]:
        """Those of *days* on which this person was on the list that was reviewed."""
        if "sympathiser_list" not in self.done:
            return []
        first = min(event.on for event in self.happenings if event.kind == "sympathiser_list")
        stop = self.done["cell_vote"] - ONE_DAY if self.has_passed else self.ground.today
        back = [self.done["resumed"]] if "resumed" in self.done else []
        found = {day for day in days if first < day <= stop and not self._rested_around(day)}
        return sorted(found.union(day for day in back if first < day <= stop))

    def _rested_around(self, day: date) -> bool:
        return any(since <= day <= until for since, until in self.rests)
