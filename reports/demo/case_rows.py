"""What lies in a file besides its events: trial tasks, remarks, inquiries about relatives, papers, opinions.

Of inquiries only who was asked and when: what was answered stays on paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from core.dates import add_months
from reports.demo.case_joined import Joined
from reports.demo.case_people import Kin
from reports.demo.case_upward import Card, Item, Receipt, agenda, card_of, receipts
from reports.demo.case_walk import Helping, Walk

REMARKED_QUARTERS = 6
"""How many quarters back remarks are kept; earlier ones are on paper."""
CHASED_AFTER, SOON_CONCLUDED = 46, 40
"""Days after which an addressee is reminded, and after which a vetting with all answers in would be concluded."""
LATE_CEREMONY = 40
"""Days after a decision on which a ceremony may be later than thirty working days."""
VETTED = ("father", "mother", "spouse", "spouse_father", "spouse_mother")
PARENT, SPOUSE_PARENT = "parent_is_member", "spouse_parent_is_member"
TASKS = (
    "Vận động các hộ hiến đất mở rộng đường thôn", "Tham gia tổ công nghệ số cộng đồng", "Phụ trách đội văn nghệ",
    "Vận động đoàn viên tham gia ngày thứ bảy tình nguyện", "Giúp hai hộ cận nghèo phát triển chăn nuôi",
    "Thu gom rác thải nhựa trên các tuyến đường", "Tuyên truyền cài đặt định danh điện tử",
    "Tham gia ban tổ chức ngày hội đại đoàn kết", "Bồi dưỡng học sinh yếu kém", "Phụ trách phong trào thể thao",
    "Vận động thanh niên khám tuyển nghĩa vụ quân sự", "Tham gia tổ hòa giải", "Chăm sóc nghĩa trang liệt sĩ",
)  # fmt: skip
RESULTS = ("Hoàn thành tốt", "Hoàn thành", "Hoàn thành tốt, được biểu dương", "Hoàn thành, còn chậm")
REMARKS = (
    "Chấp hành tốt chủ trương, chính sách; nhiệt tình với phong trào.",
    "Có tinh thần học hỏi, gần gũi với bà con.",
    "Hoàn thành nhiệm vụ được giao, cần mạnh dạn phát biểu hơn.",
    "Giữ gìn đạo đức, lối sống; gia đình gương mẫu.",
    "Tham gia đầy đủ các buổi sinh hoạt, có tiến bộ so với quý trước.",
    "Còn bận việc gia đình nên tham gia chưa đều; đã nhắc nhở.",
    "Động cơ phấn đấu đúng đắn, được quần chúng tín nhiệm.",
)
PAPERS_OF_ROUTES = {"religion": "conclusion_religion", "entrepreneur": "conclusion_entrepreneur"}


@dataclass
class Task:
    task: str
    given_on: date
    due_on: date
    done_on: date | None = None
    result: str = ""


@dataclass
class Remark:
    helping: Helping
    year: int
    quarter: int
    text: str


@dataclass
class Asked:
    """An inquiry about a relative, or about the person (`kin` None)."""

    relation: str
    kin: Kin | None
    place: str
    addressee: str = ""
    requested_on: date | None = None
    request_number: str = ""
    answered_on: date | None = None
    answer_number: str = ""
    exempt_because: str = ""
    abroad: bool = False
    chased_on: date | None = None
    times_chased: int = 0


@dataclass
class Paper:
    kind: str
    signed_on: date
    form: str = ""
    number: str = ""
    issuer: str = ""
    kept_at: str = ""


@dataclass
class View:
    """An opinion on the person."""

    from_whom: str
    body: str
    given_on: date


@dataclass
class Folder:
    """Everything of one file."""

    walk: Walk
    tasks: list[Task] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    card: Card | None = None


def fill(rng: Random, walk: Walk) -> Folder:
    """The folder of a file that was walked."""
    outsiders, today = walk.ground.outsiders, walk.ground.today
    until = max(event.on for event in walk.happenings) if walk.ended_on else today
    folder = Folder(walk)
    folder.papers = list(_papers(rng, walk))
    if given := walk.done.get("trial_tasks"):
        folder.tasks = list(_tasks(rng, given, min(until, walk.done.get("decision", until))))
    for row in walk.helpings:
        folder.remarks += _remarks(rng, row, until, today)
    if declared := [event.on for event in walk.happenings if event.kind == "curriculum_vitae"]:
        outsiders.declare_family(walk.person, declared[0])
    if sealed := walk.done.get("cv_seal"):
        folder.asked = _inquiries(rng, walk, sealed, until)
    if given := walk.done.get("opinions"):
        residence = f"Chi ủy nơi cư trú, {walk.person.home}"[:200]
        folder.views = [View("workplace", walk.happenings[0].by, given), View("residence", residence, given)]
    folder.receipts, folder.items = list(receipts(rng, walk)), list(agenda(rng, walk))
    folder.card = card_of(rng, walk)
    return folder


def _papers(rng: Random, walk: Walk) -> Iterator[Paper]:
    consent = walk.opened_on - timedelta(days=rng.randint(0, 6))
    yield Paper("consent", consent, kept_at="Sổ theo dõi cảm tình Đảng của chi bộ")
    for event in walk.happenings:
        if event.kind == "awareness_class":
            drawn = f"{rng.randint(1, 999):03d}/{event.on.year}"
            number = event.number or drawn
            yield Paper("certificate", event.on, "CN-NTVĐ", number, "Trung tâm Chính trị")
        elif event.kind == "new_member_class":
            yield Paper("certificate", event.on, "CN-ĐVM", event.number, "Trung tâm Chính trị")
        elif event.kind == "political_conclusion":
            yield Paper("political_conclusion", event.on, number=f"{rng.randint(1, 90):02d}-KL/ĐU", issuer="Đảng ủy")
    if certified := walk.done.get("cv_certification"):
        for route in walk.person.routes:
            if kind := PAPERS_OF_ROUTES.get(route):
                yield Paper(kind, certified, number=f"{rng.randint(1, 200):02d}-CV/ĐU", issuer="Đảng ủy")
    if isinstance(walk, Joined):
        yield from _papers_of_admission(rng, walk)


def _papers_of_admission(rng: Random, walk: Joined) -> Iterator[Paper]:
    """Consents of committees above."""
    number, admission = f"{rng.randint(100, 900)}-CV/TU", walk.admission
    if walk.former:
        yield Paper("consent_readmission", walk.done["cell_vote"], number=number, issuer="Ban Thường vụ Tỉnh ủy")
    if admission.held_on and (admission.held_on - admission.on).days > LATE_CEREMONY:
        day = admission.held_on - timedelta(days=3)
        number = f"{rng.randint(100, 900)}-CV/BTCTU"
        yield Paper("late_ceremony_consent", day, number=number, issuer="Ban Tổ chức Tỉnh ủy")


def _tasks(rng: Random, given: date, until: date) -> Iterator[Task]:
    for name in rng.sample(TASKS, rng.choice((1, 1, 2, 2, 3))):
        task = Task(name, given, given + timedelta(days=rng.choice((60, 90, 120, 180))))
        done = given + timedelta(days=rng.randint(30, 200))
        if done <= until:
            task.done_on, task.result = done, rng.choice(RESULTS)
        yield task
        given = done + timedelta(days=rng.randint(20, 120))
        if given > until:
            return


def _remarks(rng: Random, row: Helping, until: date, today: date) -> Iterator[Remark]:
    """Of the quarters that ended while the member helped."""
    if row.since is None:
        return
    begin = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last_day = min(until, row.until or date.max)
    for back in range(REMARKED_QUARTERS, 0, -1):
        quarter = add_months(begin, -3 * back)
        end = add_months(quarter, 3)
        if row.since < add_months(quarter, 2) and end <= last_day and rng.random() < 0.85:
            yield Remark(row, quarter.year, (quarter.month + 2) // 3, rng.choice(REMARKS))


def _inquiries(rng: Random, walk: Walk, sealed: date, until: date) -> list[Asked]:
    person = walk.person
    concluded = walk.done.get("vetting")
    own, spouses = rng.random() < 0.25, rng.random() < 0.2
    asked = [_ask(rng, Asked("candidate", None, person.home, f"Đảng ủy {person.commune}"), sealed, concluded, until)]
    for kin in person.family:
        if kin.relation not in VETTED:
            continue
        row = Asked(kin.relation, kin, kin.residence, f"Đảng ủy {kin.place}")
        if own and kin.relation in ("father", "mother"):
            row.exempt_because, row.addressee = PARENT, ""
        elif spouses and kin.relation.startswith("spouse"):
            row.exempt_because, row.addressee = SPOUSE_PARENT, ""
        else:
            _ask(rng, row, sealed, concluded, until)
        asked.append(row)
    sent = [row for row in asked if row.requested_on]
    if concluded is None and all(row.answered_on for row in sent) and (until - sealed).days > SOON_CONCLUDED:
        sent[-1].answered_on, sent[-1].answer_number = None, ""  # else somebody would have concluded by now
        _chase(sent[-1], until)
    return asked


def _ask(rng: Random, row: Asked, sealed: date, concluded: date | None, until: date) -> Asked:
    """Sent soon after the seal; answered before the vetting was concluded, or not yet."""
    end = concluded or until
    row.requested_on = min(sealed + timedelta(days=rng.randint(1, 18)), end)
    row.request_number = f"{rng.randint(10, 400)}-CV/ĐU"
    row.abroad = rng.random() < 0.008
    answered = row.requested_on + timedelta(days=round(rng.lognormvariate(3.7, 0.7)))
    if concluded:
        answered = min(answered, concluded)
    if answered <= until:
        row.answered_on, row.answer_number = answered, f"{rng.randint(1, 300):02d}-CV/ĐU"
    return _chase(row, until)


def _chase(row: Asked, until: date) -> Asked:
    """Who has not answered for long is reminded."""
    waited = ((row.answered_on or until) - row.requested_on).days if row.requested_on else 0
    if row.requested_on and waited > CHASED_AFTER:
        row.times_chased = min(3, waited // CHASED_AFTER)
        row.chased_on = row.requested_on + timedelta(days=CHASED_AFTER * row.times_chased)
    return row
