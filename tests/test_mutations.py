"""Without any one of its checks of scope or right, a view answers somebody otherwise than it should: that is noticed.

Every call of `visible_to`, `may` and `reaches` in the views is taken away in turn; what then opens, or shows more,
differs from the answers that tests/test_access.py, test_relations.py and test_walls.py prove right.
"""

import ast
import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from cells.kinds import AssociationKind
from cells.models import Association, Organization
from cells.roles import Role
from cells.services import accounts, appointments, arranging, roll
from cells.services.arranging import Decision
from core.models import Job, User
from pipeline.services import moving
from tests import examples, factories
from tests.pages import addresses
from tests.pipeline.files import kept, official, opened, walk
from tests.proof import FULL, tally
from tests.repository import ROOT
from tests.test_walls import canary, fill
from tests.today import TODAY

pytestmark = pytest.mark.once

VIEWS = [path for floor in ("cells", "pipeline", "reports") for path in (ROOT / floor / "views").glob("*.py")]
CHECKS = ("visible_to", "may", "reaches")
DOORS = {
    rows
    for model in apps.get_models()
    for rows in type(model._default_manager.all()).__mro__
    if "visible_to" in vars(rows)
}
"""Where a class of rows says who sees them."""
SEARCHES = {
    "cells:search": ("?q=tran", "?q=chi bo"),
    "cells:organization-suggestions": ("?o=x&x=K",),
    "pipeline:case-list": ("", "?tep=xlsx"),
}
"""What must be asked for to be found."""
SENT: dict[str, tuple[dict[str, str], ...]] = {
    "cells:organization-undo": ({}, {"reason": "Ghi nhầm"}, {"reason": "Ghi nhầm", "ghi": ""}),
    "cells:organization-dissolve": (
        {},
        {"on": "20/11/2026", "document": "Quyết định số 7-QĐ/ĐU", "receiver": "Chi bộ thôn Đông Thịnh (K2)"},
    ),
    "cells:movement-correct": ({}, {"bo-reason": "Ghi nhầm"}),
    "pipeline:case-step": ({}, {"version": "1", "on": "22/11/2026", "moved_to": "K3", "reason": "Chuyển nơi ở"}),
    "pipeline:case-reveal": ({}, {"reason": "Chuẩn bị họp chi bộ"}),
}
"""What is sent to an address, where nothing is not enough to reach the check."""
SERVES = {"pipeline.views.case_finding": ("pipeline.views.case_page", "pipeline.views.case_steps")}
"""Modules without addresses of their own, and of which views they find the rows: enough of them to miss each check."""
SECOND_LOCKS = {
    ("cells.views.accounts._scope_of", "Appointment.objects.visible_to(request.user)"):
        "managed_or_404 has found the person through such an office; says only in whose trail the change is told",
    ("cells.views.arranging.organization_undo", "Organization.objects.visible_to(request.user)"):
        "undo_change asks Action.PLACE of every unit touched: whoever may take back sees what he is led to",
    ("cells.views.member_page.member_detail",
     "reaches(request.user, Action.VIEW, 'cells.organization', member.organization)"):
        "visible_to of the member: in the table of rights, whoever sees a member sees the cell",
    ("cells.views.members._cells", "reaches(user, Action.REVEAL, 'cells.member', member.organization)"):
        "may(REVEAL) in member_export; somebody who may here but not there: tests/cells/test_exports.py",
    ("pipeline.views.classes.class_list", "may(request.user, Action.ENROL, STUDENT)"):
        "a button: class_propose asks again",
    ("pipeline.views.classes._is_own", "reaches(request.user, Action.ENROL, STUDENT, row.cell_place)"):
        "a button: enrolment_withdraw asks again",
    ("pipeline.views.class_results._tell",
     "reaches(request.user, Action.VIEW, 'pipeline.case', cell, dates.today())"):
        "only where a certificate does not enter its file: tests/pipeline/test_class_pages.py",
    ("pipeline.views.vetting.vetting_ageing", "may(request.user, Action.VET, INQUIRY)"):
        "links: vetting_answers and vetting_remind ask again",
    ("pipeline.views.duplicates.duplicate_detail",
     "reaches(request.user, Action.RECORD_CASE, MODEL, report.organization, today)"):
        "visible_to of the report: in the table of rights, whoever sees one may answer it",
    ("cells.views.organizations.organization_list", "may(request.user, Action.IMPORT, 'cells.organization')"):
        "the hint in an empty tree: the tree of whoever may import is never empty; cells:workbook asks again",
    ("cells.views.organizations.organization_detail",
     "reaches(request.user, Action.VIEW, 'cells.member', organization)"):
        "visible_to of the organisation: in the table of rights, whoever sees a cell sees its members",
    ("cells.views.organizations._members", "Organization.objects.visible_to(user, of='cells.movement')"):
        "may_see_members in organization_detail, of the same cell",
    ("cells.views.organizations._members", "Member.objects.visible_to(user)"):
        "may_see_members in organization_detail, of the same cell",
    ("pipeline.views.case_page.case_detail",
     "reaches(request.user, Action.VIEW, 'cells.organization', case.organization)"):
        "visible_to of the file: in the table of rights, whoever sees a file sees its cell",
    ("pipeline.views.case_revealing.case_reveal", "Relative.objects.visible_to(request.user, Action.REVEAL)"):
        "visible_to of the private part of the same person; in the table of rights, who reveals one reveals the other",
    ("pipeline.views.case_revealing.case_reveal", "VettingInquiry.objects.visible_to(request.user, Action.REVEAL)"):
        "the same, of the same file",
    ("pipeline.views.cases._cells", "reaches(user, Action.REVEAL, PROFILE, case.organization)"):
        "may(REVEAL) in _file; somebody who may here but not there: tests/pipeline/test_case_list.py",
    ("reports.views.overview._movements", "Organization.objects.visible_to(request.user)"):
        "visible_to of the organisation in _visible: what was merged into a visible cell is visible too",
    ("reports.views.overview.people", "Organization.objects.visible_to(request.user)"):
        "visible_to of the organisation in _visible, and of the rows in people_list: their places lie within it",
    ("reports.views.policy.policy", "TargetPolicy.objects.visible_to(request.user)"):
        "may(VIEW) at the top of the page, whose reach is ALL for every role that has it",
}  # fmt: skip
"""(function, check removed): which other check stands behind it, and why nobody misses this one. An entry that is
missed after all, or whose check is gone, fails; whatever else nobody misses is a survivor."""
LEAST_NOTICED = 0.98
"""Of the checks that are no second locks; the rest is listed."""
UNSTEADY = re.compile(r"csrfmiddlewaretoken\S+ value=\"\w+\"|value=\"\w{64}\"|\d\d:\d\d(:\d\d)?")


@dataclass(frozen=True)
class Check:
    """One call that asks for a right, in the source of a view."""

    path: Path
    first: int
    last: int
    asks: str
    function: str
    source: str

    @property
    def module(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts)

    @property
    def pair(self) -> tuple[str, str]:
        """As the table of second locks names it."""
        return f"{self.module}.{self.function}", self.source

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.first} {self.asks}"


def checks() -> list[Check]:
    found = []
    for path in sorted(VIEWS):
        for function in ast.parse(path.read_text(encoding="utf-8")).body:
            for node in ast.walk(function):
                name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
                if name in CHECKS:
                    where = getattr(function, "name", "")
                    last = node.end_lineno or node.lineno
                    found.append(Check(path, node.lineno, last, name, where, ast.unparse(node)))
    return found


@contextmanager
def without(check: Check) -> Iterator[None]:
    """Inside the block that call lets everything through."""

    def is_asked() -> bool:
        frame = sys._getframe(2)
        for _ in range(4):  # a manager stands between
            if frame.f_code.co_filename == str(check.path):
                return check.first <= frame.f_lineno <= check.last
            frame = frame.f_back
        return False

    def letting_through(asked: Callable, everything: Callable) -> Callable:
        def ask(*arguments: Any, **named: Any) -> Any:
            return everything(*arguments) if is_asked() else asked(*arguments, **named)

        return ask

    module = import_module(check.module)
    if check.asks == "visible_to":
        with ExitStack() as patches:
            for rows in DOORS:
                replaced = letting_through(rows.visible_to, lambda rows, *_: rows.all())
                patches.enter_context(patch.object(rows, "visible_to", replaced))
            yield
    else:
        kept = getattr(module, check.asks)
        with patch.object(module, check.asks, letting_through(kept, lambda *_: True)):
            yield


@pytest.fixture
def people(db):
    """Somebody of each role, and what there is to ask for: of the own unit and of one out of reach."""
    units = factories.district()
    for code in ("D1", "K1", "K3"):
        fill(units[code])
    beside = Association.objects.create(
        code="TT", name="Trung tâm", kind=AssociationKind.TRAINING_CENTRE, organization=units["D1"]
    )
    places = {Role.CELL_SECRETARY: units["K1"], Role.ADMINISTRATOR: None}
    found = []
    for role in Role:
        person, details = factories.user(), {}
        if role in (Role.TRAINING_CENTRE, Role.MASS_ORGANISATION):
            details["association"] = beside
        if role == Role.INSPECTOR:
            details["valid_until"] = TODAY.replace(year=2027)
        place = None if "association" in details else places.get(role, units["D1"])
        factories.appointment(person, place, role, **details)
        client = Client(raise_request_exception=False)
        client.force_login(person)
        found.append((client, person))
    found += [_holding(units), _in_an_empty_cell(units)]
    # Who left K1 went out of the reach of its officers.
    own, foreign = examples.shared(units["K1"], beside=units["K3"]), examples.shared(units["K3"])
    head = {"cells:user-detail": {"public_id": next(who for _, who in found if _holds(who, Role.BOARD_HEAD)).public_id}}
    moved, arrived = _moved_units(units), _arrived(units)
    _moved_away(units)
    _need_a_class(units)
    going = {"pipeline:case-step": {"public_id": kept(units["K1"]).public_id, "step": "moved"}}
    return [own, foreign, _across(units, own), _finished_job(found[-1][1]), head, moved, arrived, going], found


def _need_a_class(units: dict[str, Organization]) -> None:
    """Files of K1 and of K3 whose people wait for the awareness class."""
    for code in ("K1", "K3"):
        official(units[code], full_name=f"Lục {canary(code)} Giúp")
        walk(opened(units[code]), until="trial_tasks")


def _moved_units(units: dict[str, Organization]) -> dict[str, dict]:
    """A cell that D1 got from D2, and one that it gave away, with somebody on its roll of the first of January."""
    got = factories.organization("K8", "Chi bộ thôn Tiếp Nhận", parent=units["D2"])
    given = factories.organization("K9", "Chi bộ thôn Đã Giao", parent=units["D1"])
    factories.member(given)
    decision = Decision(date(2026, 11, 2), TODAY, "Quyết định số 9-QĐ/HU")
    change = arranging.move(got, decision, parent=units["D1"])
    arranging.move(given, decision, parent=units["D2"])
    return {
        "cells:organization-undo": {"public_id": got.public_id, "batch": change.batch},
        "reports:people": {"public_id": units["D1"].public_id, "what": "dau-nam"},
    }


def _moved_away(units: dict[str, Organization]) -> None:
    """A file that K1 had, and K3 has now."""
    file = kept(units["K1"])
    moving.move_case(file, to=units["K3"], on=TODAY, today=TODAY, version=file.version, reason="Chuyển nơi ở")


def _arrived(units: dict[str, Organization]) -> dict[str, dict]:
    """Somebody whom a transfer brought over the wall: once it is taken back, he stands on the other side again."""
    person, days = factories.member(units["K3"]), {"left_on": date(2026, 3, 2), "arrived_on": date(2026, 3, 9)}
    _, arrival = roll.transfer(person, to=units["K1"], today=TODAY, **days)
    return {"cells:movement-correct": {"public_id": arrival.public_id}}


def _holds(person: User, role: str) -> bool:
    return person.appointments.filter(role=role).exists()


def _log_in(person: User) -> tuple[Client, User]:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client, person


def _holding(units: dict[str, Organization]) -> tuple[Client, User]:
    """Somebody who sees one unit and works in another: what one office shows, the other must not touch."""
    person = factories.user()
    factories.appointment(person, units["K3"], Role.CELL_SECRETARY)
    factories.appointment(person, units["D1"], Role.COMMITTEE_OFFICER)
    return _log_in(person)


def _in_an_empty_cell(units: dict[str, Organization]) -> tuple[Client, User]:
    person = factories.user()
    factories.appointment(person, units["K2"], Role.CELL_SECRETARY)
    return _log_in(person)


def _across(units: dict[str, Organization], own: dict) -> dict[str, dict]:
    """Somebody with offices and requests on both sides of the wall, and a relative who has gone over it."""
    person, asks = factories.user(), factories.user()
    for code in ("K1", "K3"):
        factories.appointment(person, units[code], Role.CELL_SECRETARY)
        details = {"valid_from": TODAY, "reason": "Bổ sung", "by": asks}
        appointments.request_appointment(person, Role.BOARD_OFFICER, organization=units[code], **details)
    officer = User.objects.get(public_id=own["cells:user-detail"]["public_id"])
    relative = accounts.declare_conflict(officer, factories.member(units["K3"]), relation="chị dâu")
    return {
        "cells:user-detail": {"public_id": person.public_id},
        "cells:relative-end": {"public_id": relative.public_id},
    }


def _finished_job(owner: User) -> dict[str, dict]:
    """The file that somebody's background work has left."""
    (Path(settings.FILES_DIR) / "xong.txt").write_text("xong", encoding="utf-8")
    job = Job.objects.create(owner=owner, kind="x", title="Xong", state=Job.State.DONE, result_file="xong.txt")
    return {"cells:job-file": {"public_id": job.public_id}, "cells:job-detail": {"public_id": job.public_id}}


def requests(module: str, known: list, people: list) -> Iterator[tuple[Client, str, str, dict]]:
    """(client, method, address, what is sent) of all that could be asked of the views in *module* about *known*."""
    names = {name for name, address in addresses() if _module_of(name) in SERVES.get(module, (module,))}
    other = examples.personal(people[1][1])  # for all but one somebody else's
    for client, person in people:
        own = examples.personal(person)
        for name, bare in addresses():
            if name not in names:
                continue
            asked = {reverse(name, kwargs=some[name]) for some in (*known, own, other) if name in some} or {bare}
            asked = {f"{address}{search}" for address in asked for search in SEARCHES.get(name, ("",))}
            for address in sorted(asked):
                yield client, "get", address, {}
                for data in SENT.get(name, ({},)):
                    yield client, "post", address, data


def _module_of(name: str) -> str:
    resolver, *rest = get_resolver(), *name.split(":")
    for namespace in rest[:-1]:
        resolver = resolver.namespace_dict[namespace][1]
    callback = next(p.callback for p in _flat(resolver) if p.name == rest[-1])
    return getattr(callback, "view_class", callback).__module__


def _flat(resolver: Any) -> Iterator[Any]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            if not pattern.namespace:
                yield from _flat(pattern)
        else:
            yield pattern


def answer(client: Client, method: str, address: str, data: dict[str, str]) -> tuple[int, str, str]:
    """What comes back, and where it leads; whatever it did is taken back, and what it would tell the next page."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method)(address, data)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies = cookies
    is_text = response.headers.get("Content-Type", "").startswith("text/")
    content = UNSTEADY.sub("", body.decode()).encode() if is_text else body
    return response.status_code, response.get("Location", ""), hashlib.sha256(content).hexdigest()


@pytest.mark.proof
def test_every_check_of_a_view_is_missed_when_it_is_gone(people, monkeypatch):
    monkeypatch.setattr("cells.views.members.LONGEST_PRINT", 1)  # so that the choice of what to print is asked for
    known, everybody = people
    chosen = checks()
    assert len(chosen) > 50
    if not FULL:
        chosen = [check for check in chosen if check.path.name == "jobs.py"]
    asked: dict[str, list] = {}
    steady: dict[str, list] = {}
    survivors, missed_by_nobody = [], set()
    for check in chosen:
        if check.module not in asked:
            asked[check.module] = list(requests(check.module, known, everybody))
            first = [answer(*each) for each in asked[check.module]]
            again = [answer(*each) for each in asked[check.module]]
            steady[check.module] = [one if one == other else None for one, other in zip(first, again, strict=True)]
        with without(check):
            noticed = any(
                right is not None and answer(*each) != right
                for each, right in zip(asked[check.module], steady[check.module], strict=True)
            )
        if noticed:
            tally("checks of views taken away, noticed")
            continue
        tally(f"checks of views taken away, {'second locks' if check.pair in SECOND_LOCKS else 'NOT noticed'}")
        missed_by_nobody.add(check.pair)
        if check.pair not in SECOND_LOCKS:
            survivors.append(str(check))
    print("survivors:", *(survivors or ["none"]), sep="\n  ")
    if FULL:
        stale = SECOND_LOCKS.keys() - missed_by_nobody
        assert stale == set(), "no second locks: they are missed"
    locks = len([check for check in chosen if check.pair in SECOND_LOCKS])
    assert len(survivors) <= (1 - LEAST_NOTICED) * (len(chosen) - locks), survivors


def test_every_second_lock_names_a_check_that_is_there():
    assert SECOND_LOCKS.keys() - {check.pair for check in checks()} == set()
