"""Chặng: from one step of a file to another. Which there are, how long they take, when one lasts too long. No database.

Percentiles are by nearest rank: the median is the least number of days within which at least half of the files were
done, the 90th percentile that within which at least nine of ten were. Each is a number of days that some file took.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from core.dates import add_months, day_before
from core.workdays import WorkingDays
from pipeline.engine.stages import ORDER, Stage
from pipeline.rulebook.book import Edition
from pipeline.rulebook.entries import Clock

LEAST = 5
"""Of fewer durations a median says nothing."""
ANSWER, VETTING = "vetting_answer", "vetting"
"""Spans that begin with an inquiry, not with an event: asked to answered; first asked to the conclusion."""
WORKING_DAYS = "working_days"
ANSWERS = "vetting_answer_time"
"""The requirement that says how long an answer is waited for."""

TITLES = {
    "decision": "Quyết định kết nạp", "ceremony": "Lễ kết nạp", "member_file": "Lập hồ sơ đảng viên",
    "recognition_vote": "Chi bộ xét công nhận chính thức", "recognition_decision": "Quyết định công nhận chính thức",
    "transfer_in": "Chuyển sinh hoạt của đảng viên dự bị", "sympathiser_list": "Vào danh sách cảm tình Đảng",
    "application": "Viết đơn xin vào Đảng", "cell_vote": "Chi bộ xét kết nạp", ANSWER: "Trả lời thẩm tra",
    VETTING: "Kết luận thẩm tra lý lịch",
}  # fmt: skip
SINCE = {
    "cell_vote": "từ ngày chi bộ thông qua", "decision": "từ ngày ban hành quyết định",
    "decision_receipt": "từ ngày chi bộ nhận quyết định", "ceremony": "từ lễ kết nạp",
    "official": "từ khi hết thời gian dự bị", "recognition_vote": "từ ngày chi bộ đề nghị",
    "transfer_out": "từ ngày chuyển đi", "introduction": "từ ngày giới thiệu",
    "sympathiser_list": "từ khi là cảm tình Đảng", "application": "từ ngày viết đơn",
    ANSWER: "từ ngày gửi công văn, từng nơi được hỏi", VETTING: "từ công văn thẩm tra đầu tiên",
}  # fmt: skip
UNTIMED = (("introduction", "sympathiser_list"), ("sympathiser_list", "application"), ("application", "cell_vote"))


@dataclass(frozen=True)
class Span:
    """From the event `starts`, or so many `months` after it, to the event `ends`; named after its end.

    With a `length` the rules time it: as today's edition says, whatever held when a file went through it.
    """

    name: str
    title: str
    since: str
    starts: str = ""
    ends: str = ""
    months: int = 0
    unit: str = ""
    length: int | None = None
    extension: int = 0
    extended_by: str = ""
    length_abroad: int | None = None
    article: str = ""
    edition: str = ""
    note: str = ""
    """How sure we are of the length, where it is not confirmed."""
    stages: tuple[str, ...] = ()
    """Where an open file may stand while this lasts; empty where it may be anywhere."""
    stages_end_it: bool = False
    """Whether the end of this span takes a file out of `stages`: then no event needs to be looked for."""

    @property
    def is_timed(self) -> bool:
        return self.length is not None

    @property
    def counts_working_days(self) -> bool:
        return self.unit == WORKING_DAYS

    @property
    def unit_words(self) -> str:
        return "ngày làm việc" if self.counts_working_days else "ngày"

    @property
    def length_words(self) -> str:
        """`60 ngày làm việc`; of a span that nobody times nothing."""
        if self.length is None:
            return ""
        unit = "ngày làm việc" if self.counts_working_days else "tháng"
        abroad = f" (nước ngoài {self.length_abroad})" if self.length_abroad else ""
        extension = f", gia hạn {self.extension}" if self.extension else ""
        return f"{self.length} {unit}{abroad}{extension}"

    def begins(self, started: date) -> date:
        """The day from which it is counted."""
        return add_months(started, self.months) if self.months else started

    def limit(self, *, is_extended: bool = False, is_abroad: bool = False) -> int | None:
        if self.length is None:
            return None
        length = self.length_abroad if is_abroad and self.length_abroad else self.length
        return length + (self.extension if is_extended else 0)


def spans_of(edition: Edition) -> list[Span]:
    """The spans that are looked at under *edition*, in the order of the way.

    A duty that comes again every month is no span: it says how diligent somebody is, not how long a file takes.
    """
    clocks = [_timed(clock, edition) for clock in edition.clocks.values() if not clock.repeats]
    untimed = [
        Span(ends, TITLES[ends], SINCE[starts], starts, ends) for starts, ends in UNTIMED if ends in edition.steps
    ]
    vetting = Span(VETTING, TITLES[VETTING], SINCE[VETTING], ends=VETTING)
    places = {name: number for number, name in enumerate(edition.steps)}
    found = sorted([*clocks, *untimed, vetting], key=lambda span: places.get(span.ends, len(places)))
    answer = _answer(edition)
    return [*([answer] if answer else []), *found]


def _timed(clock: Clock, edition: Edition) -> Span:
    milestone = edition.milestones.get(clock.starts)
    starts, months = (milestone.of, milestone.months) if milestone else (clock.starts, 0)
    first, last = (edition.steps[name].stage for name in (starts, clock.ends))
    return Span(
        clock.ends, TITLES.get(clock.ends) or edition.steps[clock.ends].title,
        SINCE.get(clock.starts) or f"từ: {edition.steps[starts].title}", starts, clock.ends, months, clock.unit,
        clock.length, clock.extension, clock.extended_by, article=clock.article, edition=edition.number,
        note="" if clock.confidence.is_confirmed else clock.confidence.words, stages=_between(first, last),
        stages_end_it=bool(first and last),
    )  # fmt: skip


def _answer(edition: Edition) -> Span | None:
    rule = edition.requirements.get(ANSWERS)
    if rule is None:
        return None
    return Span(
        ANSWER, TITLES[ANSWER], SINCE[ANSWER], unit=WORKING_DAYS, length=rule.parameters["days"],
        length_abroad=rule.parameters["abroad_days"], article=rule.article, edition=edition.number,
        note="" if rule.confidence.is_confirmed else rule.confidence.words,
    )  # fmt: skip


def _between(first: str, last: str) -> tuple[str, ...]:
    """The stages from that of one step on, before that of another; without bounds where a step has no stage."""
    if not first and not last:
        return ()
    lowest = ORDER[Stage[first]] if first else 0
    highest = ORDER[Stage[last]] if last else len(ORDER)
    return tuple(stage.name for stage in Stage if lowest <= ORDER[stage] < highest)


@dataclass(frozen=True)
class Lapse:
    """So many files went through a span from one day to another."""

    started: date
    ended: date
    count: int = 1
    is_extended: bool = False
    is_abroad: bool = False


@dataclass(frozen=True)
class Measured:
    """How long a span took in a period. Without a median there were too few; `within` is how many kept to the limit."""

    span: Span
    count: int
    median: int | None = None
    ninth: int | None = None
    within: int | None = None

    @property
    def is_telling(self) -> bool:
        return self.median is not None


def measured(span: Span, lapses: Iterable[Lapse], days: WorkingDays) -> Measured:
    """The durations of *lapses*; *days* reaches over all of them."""
    took: list[tuple[int, int]] = []
    within = 0
    for each in lapses:
        began = span.begins(each.started)
        took.append((duration(span, began, each.ended, days), each.count))
        limit = span.limit(is_extended=each.is_extended, is_abroad=each.is_abroad)
        if limit is not None and _is_within(span, began, each.ended, limit, days):
            within += each.count
    count = sum(number for _, number in took)
    if count < LEAST:
        return Measured(span, count)
    return Measured(span, count, percentile(took, 50), percentile(took, 90), within if span.is_timed else None)


def duration(span: Span, began: date, ended: date, days: WorkingDays) -> int:
    """Working days where the span counts those, calendar days else; 0 where it ended before it began."""
    return days.between(began, ended) if span.counts_working_days else max((ended - began).days, 0)


def _is_within(span: Span, began: date, ended: date, limit: int, days: WorkingDays) -> bool:
    """Whether it ended by the due day: the last of the working days granted, not a day off after it."""
    if not span.counts_working_days:
        return ended <= add_months(began, limit)
    return ended <= began or days.between(began, day_before(ended)) < limit


def percentile(values: Sequence[tuple[int, int]], percent: int) -> int:
    """The least value that at least *percent* of all do not exceed; *values* are (value, how often), not empty."""
    rank = max(ceil(percent * sum(number for _, number in values) / 100), 1)
    for value, number in sorted(values):
        rank -= number
        if rank <= 0:
            return value
    raise AssertionError("no values")


def in_time_since(span: Span, limit: int, today: date, days: WorkingDays) -> date:
    """The first day on which the event `starts` may lie so that the span, not ended yet, is still within *limit*."""
    if span.counts_working_days:
        # The due day is over once as many working days as are granted lie before today.
        began = days.earliest_start(day_before(today), limit - 1)
    else:
        began = first_reaching(today, limit)
    return first_reaching(began, span.months) if span.months else began


def first_reaching(day: date, months: int) -> date:
    """The first day from which so many months later is *day* or after it."""
    found = add_months(day, -months)
    while add_months(found, months) >= day:
        found -= timedelta(days=1)
    return found + timedelta(days=1)


def slowest(rows: Iterable[Measured]) -> list[Measured]:
    """The slowest first: of timed spans those in which the fewest kept to the limit, else those that took longest;
    where too few durations are known, last."""
    return sorted(rows, key=_slowness)


def _slowness(row: Measured) -> tuple:
    if row.median is None or row.ninth is None:
        return (1, -row.count)
    if row.within is None:
        return (0, -row.median, -row.ninth)
    assert row.span.length
    return (0, row.within / row.count, -row.ninth / row.span.length)
