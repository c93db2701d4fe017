"""Every address with an object × role × where the object stands: own unit, below, beside, above, in another tree.

A row says which right the address asks for; what must open follows from the table of rights alone.
"""

import pytest
from django.test import Client
from django.urls import reverse

from cells.kinds import AssociationKind, OrganizationKind
from cells.models import Association
from cells.roles import GRANTS, Action, Reach, Role
from core.models import AuditEvent
from tests import examples, factories
from tests.pages import addresses
from tests.today import TODAY

pytestmark = pytest.mark.once  # that paths are compared alike on both databases: tests/cells/test_scoping.py

SEES = {Reach.OWN: {"own"}, Reach.SUBTREE: {"own", "child"}, Reach.MANDATE: {"own", "child"}, Reach.BELOW: {"child"},
        Reach.LINE: {"own", "child", "ancestor"}}  # fmt: skip
RELATIONS = ("own", "child", "sibling", "ancestor", "other tree")

VIEW_UNIT = (Action.VIEW, "cells.organization")
VIEW_MEMBER, RECORD = (Action.VIEW, "cells.member"), (Action.RECORD, "cells.member")
RECORD_STATE, RECORD_MOVE = (Action.RECORD, "cells.memberstate"), (Action.RECORD, "cells.movement")
FIGURES, REPORT = (Action.VIEW, "reports.yearfigures"), (Action.VIEW, "reports.report")
TARGETS, DECLARED = (Action.VIEW, "reports.target"), (Action.VIEW, "cells.declaredyear")
ARRANGE = (Action.ARRANGE, "cells.organization")
VIEW_CASE, RECORD_CASE = (Action.VIEW, "pipeline.case"), (Action.RECORD_CASE, "pipeline.case")
CLASS, SESSION, BATCH = "pipeline.trainingclass", "pipeline.session", "pipeline.cardbatch"
RIGHTS = {
    "cells:organization-detail": VIEW_UNIT,
    "cells:organization-change": ARRANGE,
    "cells:organization-move": ARRANGE,
    "cells:organization-merge": ARRANGE,
    "cells:organization-dissolve": ARRANGE,
    "cells:organization-undo": ARRANGE,
    **dict.fromkeys(
        (
            "cells:user-detail",
            "cells:user-edit",
            "cells:user-lock",
            "cells:user-sheet",
            "cells:user-factor",
            "cells:office-give",
            "cells:office-end",
            "cells:office-hand-over",
            "cells:office-deputy",
            "cells:relative-end",
        ),
        (Action.APPOINT, "cells.appointment"),
    ),
    "cells:request-decide": (Action.VIEW, "cells.appointmentrequest"),
    "cells:member-detail": VIEW_MEMBER,
    "cells:member-edit": RECORD,
    "cells:member-reveal": (Action.REVEAL, "cells.member"),
    "cells:member-move": RECORD,
    "cells:member-transfer": RECORD,
    "cells:member-recognise": RECORD,
    "cells:member-state": RECORD_STATE,
    "cells:movement-correct": RECORD_MOVE,
    "cells:state-end": RECORD_STATE,
    "cells:state-reverse": RECORD_STATE,
    "cells:export-detail": (Action.VIEW, "core.exportentry"),
    "cells:transfer-receipt": (Action.VIEW, "cells.movement"),
    "pipeline:duplicate-detail": (Action.VIEW, "pipeline.duplicatereport"),
    "reports:overview-of": FIGURES,
    "reports:people": FIGURES,
    "reports:cells-without-admission": FIGURES,
    "reports:steps-of": FIGURES,
    "reports:targets-of": TARGETS,
    "reports:targets-file": TARGETS,
    "reports:declared": DECLARED,
    "reports:report-detail": REPORT,
    "reports:report-file": REPORT,
    "reports:revision-delete": (Action.REPORT, "reports.report"),
    "pipeline:body-edit": (Action.VET, "pipeline.vettingbody"),
    "pipeline:case-detail": VIEW_CASE,
    "pipeline:case-sheet": VIEW_CASE,
    "pipeline:file-receipt": VIEW_CASE,
    "pipeline:case-documents": VIEW_CASE,
    "pipeline:case-reveal": (Action.REVEAL, "pipeline.candidateprofile"),
    **dict.fromkeys(examples.KEPT, RECORD_CASE),
    **dict.fromkeys(
        ("pipeline:session-detail", "pipeline:session-print", "pipeline:session-export", "pipeline:item-sheet"),
        (Action.VIEW, SESSION),
    ),
    **dict.fromkeys(
        ("pipeline:session-edit", "pipeline:session-submit", "pipeline:session-order", "pipeline:item-postpone",
         "pipeline:item-return", "pipeline:item-notify"),
        (Action.RECORD_CASE, SESSION),
    ),
    **dict.fromkeys(("pipeline:card-batch", "pipeline:card-batch-export"), (Action.VIEW, BATCH)),
    **dict.fromkeys(("pipeline:card-batch-decision", "pipeline:card-batch-put"), (Action.RECORD_CASE, BATCH)),
    **dict.fromkeys(("pipeline:class-detail", "pipeline:class-print", "pipeline:class-export"), (Action.VIEW, CLASS)),
    "pipeline:class-propose": (Action.ENROL, CLASS),
    **dict.fromkeys(
        ("pipeline:class-edit", "pipeline:class-accept", "pipeline:class-results", "pipeline:class-certificates"),
        (Action.RUN_CLASS, CLASS),
    ),
    "pipeline:enrolment-withdraw": (Action.ENROL, "pipeline.enrolment"),
    "pipeline:enrolment-correct": (Action.RUN_CLASS, "pipeline.enrolment"),
}  # fmt: skip
WRITES = {
    "pipeline:card-batch": ((Action.RECORD_CASE, BATCH),),
    "pipeline:duplicate-detail": ((Action.RECORD_CASE, "pipeline.duplicatereport"),),
    "reports:targets-of": ((Action.ASSIGN, "reports.target"), (Action.PLAN, "reports.plan")),
    "reports:declared": ((Action.DECLARE, "cells.declaredyear"),),
    "cells:export-detail": ((Action.APPROVE_EXPORT, "core.exportentry"),),
    "cells:request-decide": ((Action.APPROVE, "cells.appointmentrequest"),),
}
"""Pages that more people read than fill in: the rights of which what is sent takes one."""
ELSEWHERE = {
    "reports:targets-print": "a cell shares nothing out: tests/reports/test_targets_page.py",
    **dict.fromkeys(
        ("cells:import-detail", "cells:import-reading", "cells:import-rows", "cells:import-units",
         "cells:import-faults", "cells:import-marked-file", "cells:import-check", "cells:import-apply",
         "cells:import-discard", "cells:import-undo", "cells:job-detail", "cells:job-file"),
        "belongs to who began it, wherever it is: tests/cells/test_import_pages.py, test_jobs_page.py",
    ),
    "cells:organization-found": "a cell founds nothing below it: tests/cells/test_arranging_pages.py",
    "cells:member-new": "names no object, but a way of entering",
    **dict.fromkeys(
        ("pipeline:class-state", "pipeline:class-enter"), "take what is sent only: tests/pipeline/test_class_pages.py"
    ),
    "pipeline:session-close": "takes what is sent only: tests/pipeline/test_session_pages.py",
    "cells:behalf-begin": "only cells are served: tests/cells/test_user_pages.py",
    **dict.fromkeys(
        ("pipeline:edition", "pipeline:edition-comparison", "pipeline:edition-cases", "pipeline:rule"),
        "the rules belong to no organisation: tests/pipeline/test_rule_pages.py",
    ),
}  # fmt: skip
"""Addresses with parameters that name nothing of an organisation, and where they are proved."""


@pytest.fixture
def units(db):
    found = factories.district()
    other = factories.organization("X", "Đảng bộ huyện Khác", OrganizationKind.UPPER_COMMITTEE)
    place = factories.organization("X1", "Đảng bộ xã Khác", OrganizationKind.BASE_COMMITTEE, other)
    return {
        "own": found["D1"], "child": found["K1"], "sibling": found["D2"], "ancestor": found["H"], "other tree": place
    }  # fmt: skip


@pytest.fixture
def clients(units):
    beside = Association.objects.create(
        code="TT", name="Trung tâm Chính trị", kind=AssociationKind.TRAINING_CENTRE, organization=units["own"]
    )
    found = {}
    for role in Role:
        person, details = factories.user(), {}
        if role in (Role.TRAINING_CENTRE, Role.MASS_ORGANISATION):
            details["association"] = beside
        if role == Role.INSPECTOR:
            details["valid_until"] = TODAY.replace(year=2027)
        place = None if details.get("association") or role == Role.ADMINISTRATOR else units["own"]
        factories.appointment(person, place, role, **details)
        found[role] = Client()
        found[role].force_login(person)
    return found


def test_every_address_with_an_object_has_its_row(units):
    with_parameters = {name for name, address in addresses() if "0000-" in address or "/x/" in address}
    assert with_parameters == RIGHTS.keys() | ELSEWHERE.keys()
    assert not RIGHTS.keys() & ELSEWHERE.keys()


@pytest.fixture
def nothing_is_drawn(monkeypatch):
    """Whether an address opens is settled before its page is drawn; whether it can be is tests/test_access.py's."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_, **__: "")


@pytest.mark.usefixtures("nothing_is_drawn")
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_opens_follows_from_the_table_of_rights_alone(units, clients, method):
    known = {relation: examples.shared(unit) for relation, unit in units.items() if relation != "ancestor"}
    known["ancestor"] = examples.shared(units["ancestor"], beside=units["sibling"])
    wrong, asked = [], 0
    for name, right in RIGHTS.items():
        for role, client in clients.items():
            rights = WRITES.get(name, (right,)) if method == "post" else (right,)
            seen = set().union(*(SEES.get(GRANTS[role].get(each), set()) for each in rights))
            for relation in RELATIONS:
                status = getattr(client, method)(reverse(name, kwargs=known[relation][name])).status_code
                opens = status in ((200, 302) if method == "get" else (200, 302, 405))
                refuses = status in ((403, 404) if method == "get" else (403, 404, 405))
                asked += 1
                if not (opens if relation in seen else refuses):
                    wrong.append((name, role.value, relation, status))
    assert wrong == []
    assert asked == len(RIGHTS) * len(Role) * len(RELATIONS)


def test_what_is_sent_to_things_out_of_reach_changes_nothing(units, clients):
    known = {relation: examples.shared(units[relation]) for relation in ("sibling", "other tree")}
    client = clients[Role.COMMITTEE_OFFICER]
    before = AuditEvent.objects.exclude(action=AuditEvent.Action.REFUSE).count()
    for name in RIGHTS:
        for relation in known:
            client.post(reverse(name, kwargs=known[relation][name]), {"reason": "thử", "day": "01/01/2026"})
    assert AuditEvent.objects.exclude(action=AuditEvent.Action.REFUSE).count() == before
