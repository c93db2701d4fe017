"""Every address × role: what opens, what does not. An address without its row fails here.

A row says what GET answers each role about things of the own unit (cell K1 for the secretary, D1 for the committee
officer, H for Board and inspector), then what the secretary and the committee officer get for things of a unit
elsewhere (D2). `y` opens, `r` leads on, `n` is refused (403 or 404), `p` takes POST only.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cells.access_table import as_markdown
from cells.kinds import AssociationKind
from cells.models import Association
from cells.roles import Role
from tests import examples, factories
from tests.pages import addresses
from tests.repository import ROOT

pytestmark = pytest.mark.once

ROLES = (
    Role.CELL_SECRETARY, Role.COMMITTEE_OFFICER, Role.BOARD_OFFICER, Role.BOARD_HEAD, Role.TRAINING_CENTRE,
    Role.MASS_ORGANISATION, Role.INSPECTOR, Role.ADMINISTRATOR,
)  # fmt: skip

EVERYBODY, OFFICES, UNITS = "yyyy yyyy", "nyyy nnnn", "yyyy nnyn"
VIEWERS = UNITS
BOARD = "nnyy nnnn"
AGENDAS = "nyyy nnyn"
"""Sessions and card batches: for everybody above the cells."""
KEEPERS = "yyyy nnnn"
"""Who keeps files: the cell, and those above that enter for it."""
MATRIX = {
    # What belongs to the one who asks, and what is no page of anybody's.
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "home": "rrrr rrrr",
    "duties": EVERYBODY,
    "login": "rrrr rrrr",
    "logout": "pppp pppp",
    "password-change": EVERYBODY,
    "confirm": EVERYBODY,
    "login-code": "rrrr rrrr",
    "second-factor": "rrrr rrrr",  # nobody here has one: led to where it is set up
    "second-factor-set": EVERYBODY,
    "second-factor-off": "rrrr rrrr",
    "recovery-codes": "rrrr rrrr",
    "session-list": EVERYBODY,
    "session-end": "pppp pppp",
    "cells:account": EVERYBODY,
    "cells:relative-declare": UNITS,
    # People who log in, and their offices. The one shown works for the mass organisation beside the unit.
    "cells:user-list": OFFICES,
    "cells:user-new": OFFICES,
    "cells:user-detail": f"{OFFICES} nn",
    "cells:user-edit": f"{OFFICES} nn",
    "cells:user-lock": f"{OFFICES} nn",
    "cells:user-sheet": f"{OFFICES} nn",
    "cells:user-factor": f"{OFFICES} nn",
    "cells:office-give": f"{OFFICES} nn",
    "cells:office-end": f"{OFFICES} nn",
    "cells:office-hand-over": f"{OFFICES} nn",
    "cells:office-deputy": f"{OFFICES} nn",
    "cells:request-decide": f"{OFFICES} nn",
    "cells:relative-end": f"{OFFICES} nn",
    "cells:behalf-begin": "pppp pppp pp",
    "cells:behalf-end": "pppp pppp",
    "cells:job-list": EVERYBODY,
    "cells:job-detail": EVERYBODY,
    "cells:job-file": "nnnn nnnn",  # the job shown has no file
    "cells:organization-suggestions": EVERYBODY,
    "cells:search": EVERYBODY,
    # Organisations. The secretary has one cell, and is led to its page.
    "cells:organization-list": "ryyy yyyy",
    "cells:organization-detail": f"{UNITS} nn",
    "cells:trail": "nyyy nnyy",
    "cells:safeguards": "nyyy nnyy",
    "cells:access-help": EVERYBODY,
    # Decisions about organisations. The secretary's unit is founded below its committee.
    "cells:organization-found": f"{OFFICES} nn",
    "cells:organization-change": f"{OFFICES} nn",
    "cells:organization-move": f"{OFFICES} nn",
    "cells:organization-merge": f"{OFFICES} nn",
    "cells:organization-dissolve": f"{OFFICES} nn",
    "cells:organization-undo": f"{OFFICES} nn",
    # The workbook.
    "cells:workbook": OFFICES,
    "cells:workbook-template": OFFICES,
    "cells:workbook-example": OFFICES,
    "cells:import-detail": OFFICES,
    "cells:import-reading": OFFICES,
    "cells:import-rows": OFFICES,
    "cells:import-units": OFFICES,
    "cells:import-faults": OFFICES,
    "cells:import-marked-file": OFFICES,
    "cells:import-undo": OFFICES,
    "cells:import-check": "pppp pppp",
    "cells:import-apply": "pppp pppp",
    "cells:import-discard": "pppp pppp",
    # The roll.
    "cells:export-list": EVERYBODY,
    "cells:export-detail": "nyyy nnyn nn",
    "cells:member-list": EVERYBODY,
    "cells:member-print": VIEWERS,
    "cells:member-export": VIEWERS,
    "cells:probationer-list": EVERYBODY,
    "cells:probationer-export": VIEWERS,
    "cells:member-detail": f"{UNITS} nn",
    "cells:transfer-receipt": f"{UNITS} nn",
    "cells:member-new": OFFICES,
    "cells:member-reveal": "yyyy nnnn nn",
    "cells:member-edit": f"{OFFICES} nn",
    "cells:member-move": f"{OFFICES} nn",
    "cells:member-transfer": f"{OFFICES} nn",
    "cells:member-recognise": f"{OFFICES} nn",
    "cells:member-state": f"{OFFICES} nn",
    "cells:movement-correct": f"{OFFICES} nn",
    "cells:state-end": f"{OFFICES} nn",
    "cells:state-reverse": f"{OFFICES} nn",
    # Figures and reports.
    "reports:overview": EVERYBODY,
    "reports:overview-of": f"{UNITS} nn",
    "reports:people": f"{UNITS} nn",
    "reports:steps": EVERYBODY,
    "reports:steps-of": f"{UNITS} nn",
    "reports:cells-without-admission": f"{UNITS} nn",
    # Targets and declared years. The secretary's cell shares nothing out, so there is nothing to print.
    "reports:targets": "rrrr yyry",
    "reports:targets-of": f"{UNITS} nn",
    "reports:targets-print": "nnnn nnnn nn",
    "reports:targets-file": f"{UNITS} nn",
    "reports:declared": f"{UNITS} nn",
    "reports:policy": UNITS,
    "reports:report-list": EVERYBODY,
    "reports:report-detail": f"{UNITS} nn",
    "reports:report-file": f"{UNITS} nn",
    "reports:revision-delete": "yyyy nnnn nn",
    # People on their way.
    "pipeline:case-list": EVERYBODY,
    "pipeline:case-list-print": VIEWERS,
    "pipeline:case-left": VIEWERS,
    "pipeline:case-new": KEEPERS,
    "pipeline:case-detail": f"{UNITS} nn",
    "pipeline:case-sheet": f"{UNITS} nn",
    "pipeline:file-receipt": f"{UNITS} nn",
    "pipeline:case-documents": f"{UNITS} nn",
    "pipeline:case-list-documents": VIEWERS,
    "pipeline:case-reveal": f"{KEEPERS} nn",
    **dict.fromkeys(examples.KEPT, f"{KEEPERS} nn"),
    # The vetting desk: who sees files sees it; letters are those of offices.
    **dict.fromkeys(
        (
            "pipeline:vetting-list",
            "pipeline:vetting-print",
            "pipeline:vetting-ageing",
            "pipeline:vetting-sent",
            "pipeline:body-list",
        ),
        VIEWERS,
    ),
    **dict.fromkeys(
        ("pipeline:vetting-send", "pipeline:vetting-remind", "pipeline:vetting-answers", "pipeline:body-new"), OFFICES
    ),
    "pipeline:body-edit": f"{OFFICES} nn",
    # The rules and the working calendar: for everybody of the Board, whatever the unit.
    "pipeline:rules": BOARD,
    "pipeline:edition": f"{BOARD} nn",
    "pipeline:edition-comparison": f"{BOARD} nn",
    "pipeline:edition-cases": f"{BOARD} nn",
    "pipeline:rule": f"{BOARD} nn",
    "pipeline:calendar": BOARD,
    "pipeline:duplicate-list": "nyyy nnnn",
    "pipeline:duplicate-detail": "nyyy nnnn nn",
    # Sessions and batches of cards. Those shown are of the unit itself.
    # The committee officer's unit does not decide, and is told so.
    "pipeline:session-list": AGENDAS,
    "pipeline:session-new": "nryy nnnn",
    "pipeline:session-detail": f"{AGENDAS} nn",
    "pipeline:session-print": f"{AGENDAS} nn",
    "pipeline:session-export": f"{AGENDAS} nn",
    "pipeline:item-sheet": f"{AGENDAS} nn",
    **dict.fromkeys(
        (
            "pipeline:session-edit",
            "pipeline:session-submit",
            "pipeline:session-order",
            "pipeline:item-postpone",
            "pipeline:item-return",
            "pipeline:item-notify",
            "pipeline:card-batch-decision",
            "pipeline:card-batch-put",
        ),
        f"{OFFICES} nn",
    ),
    "pipeline:session-close": "pppp pppp pp",
    "pipeline:card-list": AGENDAS,
    "pipeline:card-batch-new": "nryy nnnn",
    "pipeline:card-batch": f"{AGENDAS} nn",
    "pipeline:card-batch-export": f"{AGENDAS} nn",
    # Classes. The one shown is held beside the unit; the training centre asked here is another one's.
    "pipeline:class-list": "yyyy ynyn",
    "pipeline:class-new": "nnyy ynnn",
    "pipeline:class-need": UNITS,
    "pipeline:class-done": "yyyy ynyn",
    "pipeline:class-detail": f"{UNITS} nn",
    "pipeline:class-print": f"{UNITS} nn",
    "pipeline:class-export": f"{UNITS} nn",
    "pipeline:class-propose": "yyyy nnnn nn",
    "pipeline:class-edit": f"{BOARD} nn",
    "pipeline:class-accept": f"{BOARD} nn",
    "pipeline:class-results": f"{BOARD} nn",
    "pipeline:class-certificates": f"{BOARD} nn",
    "pipeline:class-state": "pppp pppp pp",
    "pipeline:class-enter": "pppp pppp pp",
    "pipeline:enrolment-withdraw": "yyyy nnnn nn",
    "pipeline:enrolment-correct": f"{BOARD} nn",
}


PERSONAL = {name for name in MATRIX if name.startswith(("cells:import-", "cells:job-", "cells:member-new"))}
SENT = {
    "login": "rrrr rrrr",
    "password-change": EVERYBODY,
    "confirm": EVERYBODY,
    "login-code": "rrrr rrrr",
    "second-factor-set": "rrrr rrrr",
    "second-factor-off": "rrrr rrrr",
    "recovery-codes": "rrrr rrrr",
    "session-end": "rrrr rrrr",
    "cells:relative-declare": UNITS,
    "cells:member-reveal": "yyyy nnnn",
    "cells:export-detail": "nyyy nnnn",
    "cells:member-export": VIEWERS,
    "cells:probationer-export": VIEWERS,
    "reports:targets-file": UNITS,
    "cells:behalf-begin": "nrrr nnnn",
    "cells:behalf-end": "rrrr rrrr",
    "cells:request-decide": "nnny nnnn",
    "cells:workbook": OFFICES,
    "cells:import-reading": "nrrr nnnn",
    "cells:import-units": "nrrr nnnn",
    "cells:import-check": "nrrr nnnn",
    "cells:import-apply": OFFICES,
    "cells:import-discard": "nrrr nnnn",
    "cells:import-undo": OFFICES,
    "reports:targets-of": "nrrr nnnn",
    "reports:declared": "nrrr nnnn",
    "reports:policy": "nnyy nnnn",
    "reports:report-list": EVERYBODY,
    "reports:revision-delete": "yyyy nnnn",
    "pipeline:rule": "nnny nnnn",
    "pipeline:calendar": "nnny nnnn",
    "pipeline:duplicate-detail": "nyyy nnnn",
    **dict.fromkeys(
        ("pipeline:case-new", "pipeline:case-reveal", *examples.KEPT),
        KEEPERS,
    ),
    "pipeline:session-close": "nrrr nnnn",
    "pipeline:session-export": AGENDAS,
    "pipeline:card-batch": "nrrr nnnn",  # nothing is filled in
    "pipeline:card-batch-export": AGENDAS,
    **dict.fromkeys(("pipeline:session-new", "pipeline:card-batch-new"), "nryy nnnn"),
    **dict.fromkeys(
        ("pipeline:session-edit", "pipeline:session-submit", "pipeline:session-order",
         "pipeline:item-postpone", "pipeline:item-return", "pipeline:item-notify",
         "pipeline:card-batch-decision", "pipeline:card-batch-put"),
        OFFICES,
    ),
    **dict.fromkeys(
        ("pipeline:vetting-send", "pipeline:vetting-remind", "pipeline:vetting-answers", "pipeline:body-new",
         "pipeline:body-edit"),
        OFFICES,
    ),
    "pipeline:class-new": "nnyy ynnn",
    "pipeline:class-export": UNITS,
    "pipeline:case-documents": UNITS,
    "pipeline:case-list-documents": VIEWERS,
    "pipeline:class-propose": "yyyy nnnn",
    "pipeline:class-state": "nnnn nnnn",  # nothing is pressed
    "pipeline:class-enter": "nnrr nnnn",
    "pipeline:enrolment-withdraw": "yyyy nnnn",
    **dict.fromkeys(
        ("pipeline:class-edit", "pipeline:class-accept", "pipeline:class-results", "pipeline:class-certificates",
         "pipeline:enrolment-correct"),
        BOARD,
    ),
    **dict.fromkeys(
        ("cells:organization-found", "cells:organization-change", "cells:organization-move",
         "cells:organization-merge", "cells:organization-dissolve", "cells:organization-undo", "cells:member-new",
         "cells:member-edit", "cells:member-move", "cells:member-transfer", "cells:member-recognise",
         "cells:user-new", "cells:user-edit", "cells:user-lock", "cells:user-sheet", "cells:user-factor",
         "cells:office-give", "cells:office-end", "cells:office-hand-over", "cells:office-deputy", "cells:relative-end",
         "cells:member-state", "cells:movement-correct", "cells:state-end", "cells:state-reverse"),
        OFFICES,
    ),
}  # fmt: skip
"""What POST answers, where it is not that the address takes GET only."""


def answer(client: Client, address: str) -> str:
    status = client.get(address).status_code
    return {200: "y", 302: "r", 403: "n", 404: "n", 405: "p"}[status]


@pytest.fixture
def units(db):
    return factories.district()


@pytest.fixture
def people(units):
    """One person for each role, with a client of their own."""
    beside = Association.objects.create(
        code="TT", name="Trung tâm Chính trị", kind=AssociationKind.TRAINING_CENTRE, organization=units["H"]
    )
    places = {Role.CELL_SECRETARY: units["K1"], Role.COMMITTEE_OFFICER: units["D1"], Role.ADMINISTRATOR: None}
    found = {}
    for role in ROLES:
        person = factories.user()
        if role in (Role.TRAINING_CENTRE, Role.MASS_ORGANISATION):
            factories.appointment(person, None, role, association=beside)
        else:
            end = {"valid_until": factories.TODAY.replace(year=2027)} if role == Role.INSPECTOR else {}
            factories.appointment(person, places.get(role, units["H"]), role, **end)
        client = Client()
        client.force_login(person)
        found[role] = (person, client)
    return found


def test_every_address_opens_to_whom_its_row_says(units, people):
    own, foreign = examples.shared(units["K1"]), examples.shared(units["K3"])
    personal = {role: examples.personal(person) for role, (person, _) in people.items()}
    found = {}
    for name, address in addresses():
        row = ""
        for role in ROLES:
            _, client = people[role]
            known = own | personal[role]
            row += answer(client, reverse(name, kwargs=known[name]) if name in known else address)
        row = f"{row[:4]} {row[4:]}"
        if name in foreign:
            address = reverse(name, kwargs=foreign[name])
            row += " " + "".join(answer(people[role][1], address) for role in ROLES[:2])
        found[name] = row
    assert found == MATRIX


def test_every_address_takes_what_is_sent_from_whom_its_row_says(units, people):
    """With nothing filled in: a form is shown again (`y`), something is done (`r`), or it is refused (`n`)."""
    known = examples.shared(units["K1"])
    found = {}
    for name, address in addresses():
        if name == "logout":  # nobody would be there for the rest
            continue
        row = ""
        for role in ROLES:
            person, client = people[role]
            own = known | (examples.personal(person) if name in PERSONAL else {})
            asked = reverse(name, kwargs=own[name]) if name in own else address
            with transaction.atomic():
                row += {200: "y", 302: "r", 403: "n", 404: "n", 405: "p"}[client.post(asked).status_code]
                transaction.set_rollback(True)
        if row != "pppppppp":
            found[name] = f"{row[:4]} {row[4:]}"
    assert found == SENT


def test_what_opens_to_strangers_only_becomes_less():
    assert {"login", "login-code", "logout", "healthz", "readyz"} >= examples.PUBLIC


def test_addresses_with_parameters_have_something_to_show(units, people):
    """Else their row above would only say that nothing was found."""
    person, _ = people[Role.BOARD_OFFICER]
    known = examples.shared(units["K1"]) | examples.personal(person)
    with_parameters = {name for name, address in addresses() if "0000-" in address or "/x/" in address}
    assert with_parameters == known.keys()


def test_the_table_of_rights_stands_in_the_documentation_as_it_is():
    """Written anew by `manage.py access_table > docs/access.md`."""
    assert (ROOT / "docs" / "access.md").read_text(encoding="utf-8") == as_markdown()
