"""What becomes of a file: how far it comes, what it meets on the way, how it ends; as legs, each some days long."""

from dataclasses import dataclass
from random import Random

from reports.demo.case_timing import WAY, Leg, duration

AT = {step: place for place, step in enumerate(WAY)}
CLOSING = ("withdrew", "removed", "refused")
_REACHED = dict(zip(WAY, (10, 8, 10, 22, 14, 5, 3, 15, 3, 2, 1.5, 1.5, 3, 8), strict=True))
"""Of files under way: the step taken last, by weight."""
UPWARD = ("appraisal", "base_resolution", "file_check")
"""Between the cell's vote and the decision."""
_GOT_TO = {"": 32.0, "appraisal": 8.0, "base_resolution": 24.0, "file_check": 36.0}
"""Of those for whom the cell has voted: the last of these steps that was taken."""
SLOW, EXTENDED = 0.1, 0.06
"""Of the files that committees have: late by now, and with more time given."""
_ENDS = {"": 84.0, "paused": 3.0, "returned": 1.2, "not_yet": 0.8, "moved": 0.6, "lapsed": 1.0, "withdrew": 4.2,
         "removed": 5.0, "refused": 1.4}  # fmt: skip
_DETOURS = {"": 80.0, "paused": 5.0, "moved": 4.0, "applied_again": 1.6, "relisted": 1.0, "returned": 5.0,
            "not_yet": 2.2, "repeated": 1.2}  # fmt: skip
_WITHIN = {
    "paused": ("helper", "opinions"), "returned": ("cv_seal", "cell_vote"), "not_yet": ("opinions", "opinions"),
    "moved": ("helper", "vetting"), "lapsed": ("application", "cv_seal"), "withdrew": ("sympathiser_list", "vetting"),
    "removed": ("sympathiser_list", "awareness_class"), "refused": ("cell_vote", "cell_vote"),
    "applied_again": ("application", "cv_seal"), "relisted": ("sympathiser_list", "cv_seal"),
    "repeated": ("application", "cv_seal"),
}  # fmt: skip
"""How far a file has come that ends like this, or that has met this: from which step, to which."""
_LEAD_ON = ("paused", "applied_again", "relisted", "returned", "not_yet")
CERTIFICATE_DAYS = 1_830
"""Sixty months and some days."""

WHY = {
    "paused": ("Đi lao động ở tỉnh khác", "Nghỉ chăm con nhỏ", "Đi học tập trung", "Điều trị bệnh dài ngày"),
    "resumed": ("Đã trở về địa phương", "Đã đi làm lại"),
    "withdrew": ("Hoàn cảnh gia đình", "Xin thôi để đi làm ăn xa", "Thấy chưa đủ điều kiện phấn đấu"),
    "applied_again": ("Đã ổn định gia đình, xin tiếp tục",),
    "removed": ("Không tham gia sinh hoạt, nhiệm vụ được giao", "Đã chuyển hẳn khỏi địa bàn", "Vi phạm hương ước",
                "Sáu tháng liền không có tiến bộ"),
    "relisted": ("Đã sửa chữa, tích cực trở lại",),
    "decision_extension": ("Phải thẩm tra bổ sung ở địa phương khác", "Chờ kết luận về đơn phản ánh"),
    "returned": ("Lý lịch khai thiếu thời gian đi làm xa", "Lý lịch khai thiếu phần ông bà, anh chị em",
                 "Ý kiến nơi cư trú chưa ghi số người tham gia"),
    "moved": ("Chuyển nơi cư trú", "Chuyển nơi công tác"),
    "refused": ("Chưa rõ một số điểm về lịch sử chính trị của gia đình", "Còn đơn thư chưa giải quyết xong"),
}  # fmt: skip


@dataclass(frozen=True)
class Fate:
    """`upward`: the step taken last behind the cell's vote. `waited`: days since the last thing; `due_in`: days until
    the list is to be reviewed. None: as it comes."""

    reached: str
    end: str = ""
    detour: str = ""
    upward: str = ""
    is_slow: bool = False
    is_extended: bool = False
    waited: int | None = None
    due_in: int | None = None


SHOWN = (
    Fate("introduction", waited=12),
    Fate("sympathiser_list", waited=5, due_in=25),
    Fate("trial_tasks", due_in=-17, waited=90),
    Fate("awareness_class", due_in=3, waited=40),
    Fate("cv_seal", due_in=12, waited=75),
    Fate("cv_seal", "returned", due_in=19, waited=15),
    Fate("opinions", due_in=2, waited=6),
    Fate("cell_vote", waited=24),
    Fate("helper", "paused", waited=80),
)
"""In the cell whose secretary has a log-in: somebody at each stage; one thing overdue, two due this week."""


def draw(rng: Random) -> Fate:
    """A fate as they are spread over many files."""
    end = _one(rng, _ENDS)
    reached = _within(rng, end) if end else _one(rng, _REACHED)
    detour = _one(rng, _DETOURS)
    if end in ("lapsed", "moved") or (end == "returned" and reached != "cv_seal") or reached == "introduction":
        return Fate(reached, end)
    if detour in _WITHIN and detour not in ("", end):
        low, high = _WITHIN[detour]
        far_enough = {"returned": "vetting", "not_yet": "cell_vote"}.get(detour, low)
        if AT[reached] < AT[far_enough] or (detour == "repeated" and AT[reached] > AT[high]):
            detour = ""
    detour = detour if detour != end else ""
    if reached != "cell_vote" or end:
        return Fate(reached, end, detour)
    upward, is_extended = _one(rng, _GOT_TO), rng.random() < EXTENDED
    return Fate(reached, end, detour, upward, is_slow=is_extended or rng.random() < SLOW, is_extended=is_extended)


def draw_joined(rng: Random) -> Fate:
    """The fate of somebody who came to be admitted."""
    detour = _one(rng, _DETOURS)
    return Fate("cell_vote", detour=detour if detour in _LEAD_ON else "")


def _one(rng: Random, weights: dict[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _within(rng: Random, what: str) -> str:
    low, high = (AT[step] for step in _WITHIN[what])
    if what == "returned":
        return rng.choice((WAY[low], WAY[high]))
    steps = WAY[low : high + 1]
    return _one(rng, {step: _REACHED[step] for step in steps})


def script(rng: Random, fate: Fate, *, two_introduce: bool, political: bool) -> list[Leg]:
    """The legs of a file after its introduction."""
    legs: list[Leg] = []
    detour_at = _detour_at(rng, fate)
    for place, step in enumerate(WAY[: AT[fate.reached] + 1]):
        if step == "introduction" or (step == "union_introduction" and two_introduce):
            continue
        legs.append(Leg(step, _gap(rng, step, fate)))
        if step == "cell_vote" and fate.detour == "not_yet":
            legs[-1].fails = True
            legs.append(Leg(step, rng.randint(90, 200)))
        if step == "vetting" and political:
            legs.append(Leg("political_conclusion", duration(rng, "political_conclusion")))
        if place == detour_at:
            legs += _detour(rng, fate, step)
    if fate.upward:
        legs += [Leg(step, duration(rng, step)) for step in UPWARD[: UPWARD.index(fate.upward) + 1]]
    if fate.is_extended:
        legs.append(Leg("decision_extension", rng.randint(30, 50), rng.choice(WHY["decision_extension"])))
    return legs + _end(rng, fate)


def waiting(rng: Random, fate: Fate) -> int:
    """Days since the last thing that happened to an open file."""
    if fate.waited is not None:
        return fate.waited
    if fate.end:
        return {"paused": rng.randint(20, 300), "moved": rng.randint(3, 25), "lapsed": rng.randint(10, 60)}.get(
            fate.end, rng.randint(5, 60)
        )
    if fate.upward or fate.is_extended:
        return rng.randint(60, 90) if fate.is_slow and not fate.is_extended else rng.randint(2, 26)
    if fate.reached == "cell_vote":
        return rng.randint(90, 140) if rng.random() < 0.08 else rng.randint(2, 75)
    following = WAY[AT[fate.reached] + 1]
    return max(1, round(duration(rng, following) * rng.uniform(0.05, 1)))


def _gap(rng: Random, step: str, fate: Fate) -> int:
    gap = duration(rng, step)
    if "repeated" in fate.detour or fate.end == "lapsed":
        return min(gap, 25)  # of years in which not much happened there are enough
    return gap


def _detour_at(rng: Random, fate: Fate) -> int:
    match fate.detour:
        case "" | "not_yet":
            return -1
        case "returned":
            return AT["cell_vote"] if fate.reached == "cell_vote" and rng.random() < 0.6 else AT["cv_seal"]
        case "relisted":
            low, high = AT["sympathiser_list"], AT["awareness_class"]
        case _:
            low, high = (AT[step] for step in _WITHIN[fate.detour])
    return rng.randint(low, max(low, min(high, AT[fate.reached])))


def _detour(rng: Random, fate: Fate, after: str) -> list[Leg]:
    match fate.detour:
        case "paused":
            return [_told(rng, "paused"), _told(rng, "resumed")]
        case "moved":
            return [_told(rng, "moved"), Leg("helper", rng.randint(8, 40))]
        case "applied_again":
            return [_told(rng, "withdrew"), _told(rng, "applied_again"), Leg("application", rng.randint(1, 6))]
        case "relisted":
            return [_told(rng, "removed"), _told(rng, "relisted"), Leg("sympathiser_list", rng.randint(1, 4))]
        case "returned":
            return _returned(rng, late=after == "cell_vote")
        case "repeated":
            return [*_long_pause(rng), Leg("awareness_class", rng.randint(20, 120))]
    return []


def _returned(rng: Random, *, late: bool) -> list[Leg]:
    step = "opinions" if late else "curriculum_vitae"
    return [_told(rng, "returned", steps=(step,)), Leg(step, rng.randint(8, 45))]


def _long_pause(rng: Random) -> list[Leg]:
    away = _told(rng, "paused")
    return [away, _told(rng, "resumed", gap=CERTIFICATE_DAYS + rng.randint(2, 60) - away.gap)]


def _end(rng: Random, fate: Fate) -> list[Leg]:
    match fate.end:
        case "":
            return []
        case "lapsed":
            return _long_pause(rng)
        case "returned":
            step = "opinions" if fate.reached == "cell_vote" else "curriculum_vitae"
            return [_told(rng, "returned", steps=(step,))]
        case "not_yet":
            return [Leg("cell_vote", duration(rng, "cell_vote"), fails=True)]
        case "refused":
            last = Leg("decision", duration(rng, "decision"), rng.choice(WHY["refused"]), fails=True)
            return [*(Leg(step, duration(rng, step)) for step in UPWARD), last]
    return [_told(rng, fate.end)]


def _told(rng: Random, kind: str, *, gap: int | None = None, steps: tuple[str, ...] = ()) -> Leg:
    why = WHY[kind]
    if kind == "returned":
        why = why[2:] if "opinions" in steps else why[:2]
    return Leg(kind, duration(rng, kind) if gap is None else gap, rng.choice(why), steps)
