"""Files for tests: a cell with members, somebody introduced, and the whole way to the cell's vote by the services."""

from datetime import date, timedelta
from itertools import count

from cells.models import Member, Organization
from core.dates import add_months
from pipeline.deriving import DERIVED, derived
from pipeline.models import (
    Candidate,
    CandidateProfile,
    Case,
    CaseDocument,
    Mentorship,
    Relative,
    TrialTask,
    VettingInquiry,
)  # fmt: skip
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import facts_of
from pipeline.services import helpers
from pipeline.services.ballots import Vote
from pipeline.services.bulk import CaseDraft, EventDraft, load_cases
from pipeline.services.cases import perform
from pipeline.services.opening import Consent, Surroundings, open_case
from tests import factories
from tests.replayed import replayed
from tests.today import TODAY

_numbers = count(1)
PLACE = {"has_youth_union": True, "has_trade_union": False}


def official(cell: Organization, full_name: str = "Vũ Văn Thành", **details: object) -> Member:
    """An official member of *cell* since long."""
    return factories.member(cell, full_name=full_name, official_on=date(2011, 5, 19), **details)


@replayed
def peopled(size: int, *cells: str) -> dict[str, Organization]:
    """A district in which each of *cells* (K1) has *size* official members."""
    found = factories.district()
    for key in cells or ("K1",):
        for letter in "ABCDEG"[:size]:
            official(found[key], full_name=f"Lê Văn {letter}")
    return found


def person(full_name: str = "", **details: object) -> Candidate:
    """Somebody who fulfils what is asked, unsaved."""
    given = {"born_on": date(1998, 5, 12), "education": "LOWER_SECONDARY_DIPLOMA", "in_youth_union": True,
             "in_trade_union": False, "is_citizen": True, "sex": "female"}  # fmt: skip
    return Candidate(full_name=full_name or f"Trần Thị Số {next(_numbers)}", **(given | details))


def opened(cell: Organization, on: date | None = None, someone: Candidate | None = None, **details: object) -> Case:
    """A file with its introduction."""
    on = on or add_months(TODAY, -10)
    given = {"by": "Đoàn xã", "consent": Consent(on), "late_reason": "Nhập sổ cũ",
             "surroundings": Surroundings(values=PLACE), "today": TODAY}  # fmt: skip
    return open_case(someone or person(), organization=cell, on=on, **(given | details))


def kept(place: Organization, word: str = "", masked: str = "Tày") -> Case:
    """A file with one of everything, at any place: *word* stands in what is shown, *masked* in what is not."""
    someone = person(f"Trần {word} Thị Nguồn" if word else "", occupation=word, phone="0912 000 000")
    relative = Relative(relation="father", full_name=f"{masked} cha", residence=masked)
    helper = official(place, full_name=f"Đinh {word} Giúp")
    day = add_months(TODAY, -10)
    rows = (
        Mentorship(helper=helper, since=day, together_since=add_months(day, -24), document=word),
        TrialTask(task=f"Vận động làm đường {word}", given_on=day),
        VettingInquiry(relation="father", relative=relative, place=masked, addressee=f"Đảng ủy {word}"),
        CaseDocument(kind="consent", signed_on=day, kept_at=word),
    )
    profile = CandidateProfile(ethnicity=masked, religion=masked, home_address=masked)
    introduced = EventDraft("introduction", day, by=f"Đoàn xã {word}", late_reason="Nhập sổ cũ")
    draft = CaseDraft(someone, place, day, [introduced], profile=profile, relatives=[relative], rows=rows)
    (case,) = load_cases([draft], today=TODAY)
    return case


def done(case: Case, kind: str, on: date | None = None, today: date = TODAY, **details: object):
    """A step or outcome, entered by whoever holds the newest version."""
    return perform(
        case, kind, on=on or today, today=today, version=case.version, **({"late_reason": "sổ cũ"} | details)
    )


def after(case: Case, days: int) -> date:
    return case.opened_on + timedelta(days=days)


def vote(cell: Organization, yes: int | None = None, **details: object) -> Vote:
    """Everybody of *cell* confirmed; all for it, unless *yes* says how many."""
    members = [each for each in Member.objects.filter(organization=cell, on_roll=True) if each.official_on]
    size = len(members)
    given = {"present": size, "confirmed": tuple(each.public_id for each in members)}
    return Vote(yes=size if yes is None else yes, **(given | details))


WAY = ("sympathiser_list", "helper", "trial_tasks", "awareness_class", "application", "curriculum_vitae", "cv_seal",
       "vetting", "cv_certification", "introductions", "union_introduction", "opinions")  # fmt: skip
"""The steps before the cell's vote, in an order in which they may be taken."""


def walk(case: Case, until: str = "opinions", every: int = 14) -> None:
    """Take the steps of WAY up to *until*, one every *every* days, those with a service of their own by that."""
    cell = case.organization
    helper = Member.objects.filter(organization=cell, official_on__isnull=False).order_by("pk").first()
    given = {"today": TODAY, "late_reason": "sổ cũ"}
    for number, kind in enumerate(WAY[: WAY.index(until) + 1], 1):
        day = after(case, number * every)
        match kind:
            case "helper":
                together = add_months(case.opened_on, -24)
                helpers.assign_helper(case, helper, on=day, version=case.version, together_since=together, **given)
            case "trial_tasks":
                helpers.give_task(case, "Vận động làm đường", on=day, version=case.version, **given)
            case "introductions":
                helpers.introduce(case, helper, on=day, version=case.version, **given)
            case "union_introduction":
                done(case, kind, day, by="youth_union")
            case _:
                done(case, kind, day)


def ready(case: Case, until: str = "opinions") -> Case:
    """Everything done up to the step *until*."""
    walk(case, until)
    return case


def agrees(case: Case, today: date = TODAY) -> bool:
    """What the row says is what replay says."""
    case = Case.objects.get(pk=case.pk)
    values = derived(facts_of([case.pk], today)[case.pk], judge_of(today))
    return {name: getattr(case, name) for name in DERIVED} == values
