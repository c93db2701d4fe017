"""Files of the demo before they are in a database: people on their way and members admitted, believable, the same for
the same seed."""

from collections import Counter
from dataclasses import asdict
from datetime import date
from statistics import median

import pytest

from cells.profiles import ProfileName
from cells.roles import Role
from core.dates import add_months
from reports.demo import commune, district
from reports.demo.accounts import posts
from reports.demo.case_fates import SHOWN
from reports.demo.case_joined import Joined
from reports.demo.case_rows import Folder
from reports.demo.cases import filed_since
from reports.demo.loader import make_committee
from reports.demo.names import name_words
from tests.today import TODAY

pytestmark = pytest.mark.xdist_group("demo cases")  # what they look at is made once

CLOSED = ("withdrew", "removed", "refused")
MODELS = {ProfileName.DISTRICT: district, ProfileName.COMMUNE: commune}


def made(profile: str = ProfileName.DISTRICT, *, seed: int = 1, today: date = TODAY, tiny: bool = False):
    """A committee without a database, and the files of its people."""
    extent = MODELS[ProfileName(profile)].TINY if tiny else MODELS[ProfileName(profile)].STANDARD
    committee = make_committee(profile, 1, seed, today, extent)
    wanted = posts(committee.chronicle, today, committee.tree.top)
    shown = next(post.place for post in wanted if post.role == Role.CELL_SECRETARY)
    committee.add_people(profile, seed, today, extent, shown)
    return committee, committee.folders


@pytest.fixture(scope="module")
def standard():
    return made()


def of_members(folders: list[Folder]) -> list[Folder]:
    """Files of those whom the roll has admitted, or will have after their ceremony."""
    return [folder for folder in folders if isinstance(folder.walk, Joined)]


def on_their_way(folders: list[Folder]) -> list[Folder]:
    return [folder for folder in folders if not isinstance(folder.walk, Joined)]


@pytest.fixture(scope="module")
def folders(standard) -> list[Folder]:
    return on_their_way(standard[1])


@pytest.fixture(scope="module")
def joined(standard) -> list[Joined]:
    return [folder.walk for folder in of_members(standard[1])]


# --- the standard district, without a database ----------------------------------------------------------------------


def test_fifteen_hundred_people_stand_at_every_step_of_the_way(folders):
    assert len(folders) == 1_500
    ends = Counter(folder.walk.status for folder in folders)
    assert set(ends) == {"open", "returned", "moved", "paused", *CLOSED}
    assert 0.08 <= sum(ends[end] for end in CLOSED) / 1_500 <= 0.18
    kinds = Counter(event.kind for folder in folders for event in folder.walk.happenings)
    assert {"resumed", "applied_again", "relisted", "political_conclusion", "union_introduction"} <= set(kinds)
    assert kinds["introduction"] == 1_500
    assert 90 <= kinds["cell_vote"] <= 220


def test_five_years_of_files_most_of_them_young(folders):
    years = Counter(folder.walk.opened_on.year for folder in folders)
    assert years[TODAY.year] > years[TODAY.year - 1] > years[TODAY.year - 2] > years[TODAY.year - 3]
    assert min(years) >= TODAY.year - 6
    assert all(years[TODAY.year - back] for back in range(5))


def test_vetting_is_the_slow_one_after_the_wait_for_a_class(folders):
    gaps: dict[str, list[int]] = {}
    for folder in folders:
        days = {event.kind: event.on for event in folder.walk.happenings if event.kind != "list_review"}
        for before, after in (
            ("trial_tasks", "awareness_class"), ("curriculum_vitae", "cv_seal"), ("cv_seal", "vetting"),
            ("vetting", "cv_certification"), ("introductions", "opinions"),
        ):  # fmt: skip
            if before in days and after in days and days[after] > days[before]:
                gaps.setdefault(after, []).append((days[after] - days[before]).days)
    middle = {step: median(found) for step, found in gaps.items()}
    assert 60 <= middle["vetting"] <= 160
    assert middle["awareness_class"] > middle["vetting"]
    assert max(middle[step] for step in ("cv_seal", "cv_certification", "opinions")) < middle["vetting"] / 2
    assert max(gaps["vetting"]) > 3 * middle["vetting"]  # a long tail, as of a log-normal


def test_files_go_over_the_cells_as_members_do_and_some_cells_have_none(standard):
    committee, folders = standard[0], on_their_way(standard[1])
    rolls = committee.chronicle.rolls
    cells = [cell.code for cell in committee.tree.cells if cell.is_open(TODAY)]
    there = Counter(folder.walk.cell for folder in folders)
    assert set(there) <= set(cells)
    assert 0.04 <= 1 - len(there) / len(cells) <= 0.2
    assert max(there.values()) <= 25
    large = sorted(cells, key=lambda code: -len(rolls[code]))[: len(cells) // 4]
    assert sum(there[code] for code in large) > 0.3 * len(folders)


def test_names_numbers_and_origins_fit_the_person(standard):
    committee, folders = standard
    words, numbers = name_words(), set()
    minority = {cell.code for cell in committee.tree.cells if cell.is_minority}
    religious = {cell.code for cell in committee.tree.cells if cell.is_religious}
    for folder in folders:
        person, walk = folder.walk.person, folder.walk
        names = [person.full_name, *(kin.full_name for kin in person.family)]
        assert {word for name in names for word in name.split()} <= words
        number = person.identity_number
        assert (len(number), number[:3], number[4:6]) == (12, "099", f"{person.born:%y}")
        assert int(number[3]) == 2 * (person.born.year >= 2000) + person.is_woman
        numbers.add(number)
        assert person.religion != "Công giáo" or walk.opened_in in religious or isinstance(walk, Joined)
        assert 18 <= (walk.opened_on - person.born).days / 365.25 < 60
        assert person.work.occupation
        assert person.work.sources
    assert len(numbers) == len(folders)
    foreign = [folder.walk.person for folder in folders if folder.walk.opened_in in minority]
    assert sum(person.ethnicity != "Kinh" for person in foreign) > 0.4 * len(foreign)
    others = [folder.walk.person for folder in folders if folder.walk.opened_in not in minority]
    assert sum(person.ethnicity != "Kinh" for person in others) < 0.1 * len(others)


def test_certificates_lapse_and_classes_are_repeated(folders):
    lapsed = [folder.walk for folder in folders if folder.walk.fate.end == "lapsed"]
    repeated = [
        folder.walk for folder in folders
        if sum(event.kind == "awareness_class" for event in folder.walk.happenings) == 2
    ]  # fmt: skip
    assert lapsed
    assert repeated
    assert all(add_months(walk.done["awareness_class"], 60) < TODAY for walk in lapsed)
    for walk in repeated:
        first, second = (event.on for event in walk.happenings if event.kind == "awareness_class")
        assert add_months(first, 60) < second


def days(walk: Joined, kind: str) -> list[date]:
    return [event.on for event in walk.happenings if event.kind == kind]


def test_members_admitted_came_the_whole_way_and_vetting_was_the_slowest_of_its_steps(joined):
    assert len(joined) > 550
    assert all(walk.done.keys() > {"vetting", "cell_vote", "decision"} for walk in joined)
    took = median((walk.done["decision"] - walk.opened_on).days for walk in joined)
    assert 365 < took < 3 * 365
    gaps = {
        after: median((walk.done[after] - walk.done[before]).days for walk in joined if before in walk.done)
        for before, after in (("cv_seal", "vetting"), ("vetting", "cv_certification"), ("cell_vote", "decision"))
    }  # fmt: skip
    assert gaps["cv_certification"] < gaps["cell_vote" if "cell_vote" in gaps else "decision"] < gaps["vetting"]


def test_recognition_follows_twelve_months_after_the_ceremony_with_its_papers_before_the_vote(joined):
    recognised = [walk for walk in joined if "recognition_decision" in walk.done]
    assert len(recognised) > 250
    for walk in recognised:
        due, vote = add_months(walk.admission.held_on, 12), walk.done["recognition_vote"]
        assert walk.member.official_on == due
        papers = [walk.done[paper] for paper in ("self_review", "helper_comment", "probation_opinions")]
        assert due <= min(papers) <= max(papers) <= vote
        assert walk.done["new_member_class"] < due < vote < walk.done["recognition_decision"]
        assert walk.happenings[-1].kind in ("card", "left_roll", "recognition_decision")


def test_what_seldom_happens_happens_to_somebody(standard, joined):
    kinds = Counter(event.kind for folder in standard[1] for event in folder.walk.happenings)
    assert kinds["strike_off_decision"] == kinds["cancelled"] == 1
    assert kinds["decision_extension"] >= 1
    assert kinds["left_roll"] >= 1
    assert (
        sum(event.kind == "decision" and event.agreed is False for f in standard[1] for event in f.walk.happenings) >= 5
    )
    assert [walk.former.kind for walk in joined if walk.former] == ["struck_off"]
    open_rounds = [walk for walk in joined if walk.undecided and "recognition_decision" not in walk.done]
    assert 1 <= len(open_rounds) <= 2
    receipts = [receipt for folder in standard[1] for receipt in folder.receipts]
    assert 3 <= sum(receipt.completed_on is None for receipt in receipts) <= 20
    assert 3 <= len(standard[0].chronicle.awaited) <= 40


def test_the_committee_meets_each_month_and_twice_where_much_is_to_be_decided(standard):
    known = standard[0].chronicle.session_days
    months = [(day.year, day.month) for day in known.days]
    last = [add_months(TODAY.replace(day=1), -back) for back in range(1, 25)]
    assert {(day.year, day.month) for day in last} <= set(months)
    assert max(Counter(months).values()) <= 3
    assert [day > TODAY for day in known.coming] == [True, True]
    for folder in standard[1]:
        for item in folder.items:
            assert item.submitted_on <= item.held_on
            if item.decision:
                assert 0 <= (item.decision.on - item.held_on).days <= 31


def test_the_same_seed_and_day_give_the_same_files_and_another_seed_others():
    def told(seed: int) -> list[str]:
        _, folders = made(seed=seed, tiny=True)
        return [
            repr((asdict(folder.walk.person), folder.walk.happenings, folder.walk.helpings, folder.tasks,
                  folder.remarks, folder.asked, folder.papers))
            for folder in folders
        ]  # fmt: skip

    first = told(1)
    assert (told(1) == first, told(2) == first) == (True, False)


@pytest.mark.parametrize("seed", range(1, 9))
def test_whatever_the_seed_the_secretary_has_nine_people(seed):
    _, folders = made(ProfileName.COMMUNE if seed % 2 else ProfileName.DISTRICT, seed=seed, tiny=True)
    shown = Counter(folder.walk.cell for folder in folders if folder.walk.fate in SHOWN)
    assert shown.total() == len(SHOWN) == 9
    assert len(shown) == 1
    for walk in (folder.walk for folder in folders if folder.walk.fate in SHOWN):
        assert walk.fate.reached in walk.done
        assert walk.status == walk.fate.end or (walk.status, walk.fate.end) == ("open", "")


@pytest.mark.parametrize("profile", ProfileName.values)
@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 3), date(2025, 7, 1), date(2032, 2, 29)])
def test_whatever_the_day_nothing_lies_ahead(profile, today):
    committee, folders = made(profile, seed=3, today=today, tiny=True)
    assert len(on_their_way(folders)) == MODELS[ProfileName(profile)].TINY.people
    for folder in folders:
        walk = folder.walk
        days = [event.on for event in walk.happenings]
        assert walk.opened_on == min(days)
        assert max(days) <= today
        assert committee.tree.units[walk.opened_in].is_open(walk.opened_on)
        assert committee.tree.units[walk.cell].is_open(today)
        assert walk.done.keys() - {"introduction"} == {event.kind for event in walk.happenings[1:]} - {"list_review"}
    since = filed_since(today)
    admitted = [move for move in committee.chronicle.moves if move.kind == "admitted" and move.on >= since]
    found = [folder.walk.admission for folder in of_members(folders)]
    assert sorted(map(id, found)) == sorted(map(id, [*admitted, *committee.chronicle.awaited]))
