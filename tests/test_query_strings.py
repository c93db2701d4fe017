"""Whatever stands in an address after the question mark: no list breaks, and none shows what is out of reach.

A Board officer and the secretary of a cell ask in turn. Units out of reach are full of canaries (tests/test_walls.py);
what is typed is never a whole one, so a page that only repeats what was typed shows none.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django_htmx.middleware import HtmxDetails

from cells.kinds import OrganizationKind
from cells.models import Organization
from cells.queries import remembering
from cells.roles import Role
from core.forms import AddressForm
from core.lists import ListFilter
from core.models import AuditEvent, Job
from core.templatetags.sorting import PARAMETER as SORT
from tests import examples, factories
from tests.pages import addresses
from tests.proof import cases, tally
from tests.test_mutations import DOORS
from tests.test_walls import canary, fill, read

pytestmark = pytest.mark.once

LISTS = (
    "cells:search", "cells:organization-list", "cells:organization-suggestions", "cells:organization-detail",
    "cells:member-list", "cells:member-print", "cells:probationer-list", "cells:trail", "cells:job-list",
    "cells:user-list", "cells:workbook", "cells:import-rows", "cells:import-units", "cells:import-faults",
    "reports:people", "reports:cells-without-admission", "reports:targets-of", "reports:declared", "reports:policy",
    "reports:report-list", "reports:overview-of", "reports:steps-of", "pipeline:case-list", "pipeline:case-list-print",
    "pipeline:class-list", "pipeline:class-need", "pipeline:class-done", "pipeline:class-propose",
    "pipeline:duplicate-list", "pipeline:session-list", "pipeline:card-list", "cells:export-list",
    "pipeline:vetting-list", "pipeline:vetting-print",
    "pipeline:vetting-ageing", "pipeline:vetting-sent", "pipeline:vetting-send", "pipeline:vetting-remind",
    "pipeline:vetting-answers", "pipeline:body-list",
)  # fmt: skip
NO_LISTS = {
    "reports:overview": "the view of reports:overview-of, for the own unit",
    "reports:steps": "the view of reports:steps-of, for the own unit",
    "reports:targets-print": "a year of reports:targets-of",
    "reports:targets-file": "a year of reports:targets-of",
    "cells:member-export": "the rows of cells:member-list as a file",
    "cells:probationer-export": "the rows of cells:probationer-list as a file",
    "pipeline:class-export": "the register of one class as a file",
    "pipeline:session-export": "the extract list of one session as a file",
    "pipeline:card-batch-export": "the cards of one batch as a file",
    "pipeline:case-documents": "the papers of one file",
    "pipeline:case-list-documents": "the papers of the rows of pipeline:case-list, as a file",
    **dict.fromkeys(("login", "confirm", "pipeline:inquiry-record"), "where to go on to"),
    **dict.fromkeys(
        (
            "cells:member-new",
            "cells:user-new",
            "cells:office-give",
            "cells:import-reading",
            "pipeline:case-new",
            "pipeline:body-new",
        ),
        "where a form begins",
    ),
    **dict.fromkeys(("pipeline:edition", "pipeline:edition-comparison"), "the rules, the same for everybody"),
    "pipeline:calendar": "one year, the same for everybody",
}
"""Other addresses that read something after the question mark, and why they are no lists of their own."""
SHOW_WHAT_IS_SEEN: dict[str, tuple[tuple[str, str], ...]] = {
    "cells:search": (("q", "Qwzx"),),
    "cells:organization-list": (("ten", "Qwzx"),),
    "cells:organization-suggestions": (("o", "x"), ("x", "Qwzx")),
    "cells:trail": (("ve", "Qwzx"),),
    **dict.fromkeys(
        ("cells:member-list", "cells:member-print", "cells:probationer-list", "cells:job-list", "cells:user-list",
         "reports:report-list", "pipeline:case-list", "pipeline:case-list-print", "pipeline:vetting-list",
         "pipeline:vetting-print", "pipeline:vetting-send"),
        (),
    ),
}  # fmt: skip
"""Lists of all that one sees, and what to ask them so that a canary would be among the first. The others are about one
unit, one file or one year."""
WORDS = [
    "", "0", "-1", "1", "2", "99999999999999999999", "2025", "2026", "1e5", "NaN", "01/01/2026", "31/02/2026",
    "2026-01-01", "ten", "-ten", "ty-le", "-ty-le", "chi-bo", "tat-ca", "K1", "K3", "D2", "H", "X1", "XK", "Qwzx",
    "qwzxk", "QWK3", "qwxk", "Chi bộ thôn Khê Thượng (K3)", "Chi bộ Qwzx (XK)", "%", "_", "'", '"', "\\", "\x00", "<b>",
    "ế" * 300, "a" * 5_000, "xlsx", "on", "True", "cell", "da-roi", "mien", "qua-han", "ket-nap", "dau-nam", "co-so",
    "nam", "🙂", "../../etc", "٣", "¹",
]  # fmt: skip
THROUGH_EVERYTHING = 200
"""So many of each list go through all middleware, with menu and head; what follows goes to the view alone, which takes
0.6 of the time: nothing around a page reads what stands after the question mark."""
REFUSALS = {Http404: 404, PermissionDenied: 403}
FRAMELESS = SimpleNamespace(user=None, served=None)

Answering = Callable[[str, Sequence[tuple[str, str]]], HttpResponse]


@dataclass(frozen=True)
class Asker:
    """Somebody logged in, the parameters of what is theirs, and what they must never meet."""

    client: Client
    known: examples.Parameters
    foreign: re.Pattern

    def address(self, name: str) -> str:
        return reverse(name, kwargs=self.known.get(name))

    def whole(self) -> Answering:
        """What answers (address, query) as it would in service, but for the test client's copies of every context."""
        handler = self.client.handler
        handler.load_middleware()
        requests = RequestFactory(headers={"cookie": self.client.cookies.output(header="", sep=";")})
        return lambda address, query: handler.get_response(requests.get(address, query_params=query))

    def bare(self) -> Answering:
        """What answers (address, query) by the view alone; what no view may raise is raised."""
        requests, session = RequestFactory(), self.client.session
        user = get_user(SimpleNamespace(session=session))

        def ask(address: str, query: Sequence[tuple[str, str]]) -> HttpResponse:
            request = requests.get(address, query_params=query)
            request.user, request.session, request.served = user, session, None
            request.htmx, request._messages = HtmxDetails(request), CookieStorage(request)
            return _answer_of(request)

        return ask


def _answer_of(request: HttpRequest) -> HttpResponse:
    view, arguments, named = resolve(request.path)
    try:
        response = view(request, *arguments, **named)
    except tuple(REFUSALS) as refusal:
        return HttpResponse(status=REFUSALS[type(refusal)])
    return response.render() if hasattr(response, "render") else response


def _asker(role: str, place: Organization, known: examples.Parameters, foreign: list[str]) -> Asker:
    person = factories.user()
    factories.appointment(person, place, role)
    client = Client()
    client.force_login(person)
    return Asker(client, known | examples.personal(person), re.compile(rf"Qwzx({'|'.join(foreign)})"))


@pytest.fixture(scope="module")
def settled(django_db_setup, django_db_blocker) -> Iterator[list[Asker]]:
    """The officer of H and the secretary of K1; X1 and XK stand in another tree, their very names are canaries.

    Written once: every test takes back what it writes beside it, and in the end all of it goes.
    """
    around = transaction.atomic()
    around._from_testcase = True  # as around Django's own tests: what insists on being a whole transaction may begin
    with django_db_blocker.unblock(), around:
        yield _settle()
        transaction.set_rollback(True)


def _settle() -> list[Asker]:
    units = factories.district()
    units["X1"] = factories.organization("X1", f"Đảng bộ xã {canary('X1')}", OrganizationKind.BASE_COMMITTEE)
    units["XK"] = factories.organization("XK", f"Chi bộ {canary('XK')}", parent=units["X1"])
    stranger = factories.user(full_name=f"Trần {canary('X1')} Hà")
    factories.appointment(stranger, units["X1"], Role.COMMITTEE_OFFICER)
    Job.objects.create(owner=stranger, kind="x", title=f"Lập báo cáo {canary('X1')}", state=Job.State.RUNNING)
    for code in ("D1", "K1", "D2", "K3", "X1", "XK"):
        fill(units[code])
    at_d1, at_k1 = examples.shared(units["D1"], beside=units["C"]), examples.shared(units["K1"], beside=units["K2"])
    officer = _asker(Role.BOARD_OFFICER, units["H"], at_d1, ["X1", "XK"])
    secretary = _asker(Role.CELL_SECRETARY, units["K1"], at_k1, ["D1", "D2", "K3", "X1", "XK"])
    return [officer, secretary]


@pytest.fixture
def askers(settled, db, monkeypatch) -> Iterator[list[Asker]]:
    # No fact changes any more: figures are remembered for both, as they are outside a test.
    remembering.forget()
    monkeypatch.setattr(remembering, "connection", SimpleNamespace(in_atomic_block=False))
    yield settled
    remembering.forget()


def _parameters() -> list[str]:
    """Every name that some form reads from an address."""
    names = {name for form in _all_below(AddressForm) for name in form.base_fields}
    names |= {name for each in _all_below(ListFilter) for name in each.base_filters}
    return sorted({name.replace("_", "-") for name in names} | {SORT, "page", "tep", "q", "o", "viec", "loai"})


def _all_below(base: type) -> list[type]:
    return [each for child in base.__subclasses__() for each in (child, *_all_below(child))]


def _read_by(asker: Asker, name: str) -> list[str]:
    """The names that the page reads from its address, when nothing stands there."""
    names = set()

    def noting(method: Callable) -> Callable:
        def noted(query: QueryDict, key: str, *rest: object) -> object:
            if not query._mutable:  # what is sent in a form, or being built
                names.add(key)
            return method(query, key, *rest)

        return noted

    with pytest.MonkeyPatch.context() as patches:
        for method in ("get", "getlist", "__getitem__", "__contains__"):
            patches.setattr(QueryDict, method, noting(getattr(QueryDict, method)))
        asker.whole()(asker.address(name), [])
    return sorted(names - {""})


def _query(chance: random.Random, names: list[list[str]]) -> list[tuple[str, str]]:
    return [(chance.choice(chance.choice(names)), _value(chance)) for _ in range(chance.randint(1, 5))]


def _value(chance: random.Random) -> str:
    match chance.randrange(6):
        case 0:
            return f"{chance.randint(0, 32)}/{chance.randint(0, 13)}/{chance.randint(1900, 2100)}"
        case 1:
            return str(chance.randint(-(10 ** chance.randint(1, 6)), 10 ** chance.randint(1, 22)))
        case 2:
            return "".join(chr(chance.randint(32, 0x1FFF)) for _ in range(chance.randint(1, 8)))
    return chance.choice(WORDS)


def test_every_address_that_reads_what_stands_after_the_question_mark_is_asked_or_told_why_not(askers):
    officer, _ = askers
    reading = {
        name
        for name, address in addresses()
        if name != "logout" and (name in officer.known or "0000-" not in address) and _read_by(officer, name)
    }
    assert reading == set(LISTS) | NO_LISTS.keys()


def test_the_own_canaries_are_met_so_the_others_would_be(askers):
    for asker in askers:
        for answering in (asker.whole(), asker.bare()):
            text = read(answering(asker.address("cells:member-list"), [("ten", "Qwzx")]))
            assert "QwzxK1" in text
            assert asker.foreign.search(text) is None


@pytest.mark.parametrize("name", SHOW_WHAT_IS_SEEN)
def test_without_walls_the_canaries_are_met(askers, name, monkeypatch):
    for rows in DOORS:
        monkeypatch.setattr(rows, "visible_to", lambda rows, *_, **__: rows.all())
    monkeypatch.setattr("cells.views.trail.trail_of", lambda *_: AuditEvent.objects.order_by("-pk"))
    officer, _ = askers
    assert officer.foreign.search(read(officer.whole()(officer.address(name), SHOW_WHAT_IS_SEEN[name])))


@pytest.mark.proof
@pytest.mark.parametrize("name", LISTS)
def test_no_query_string_breaks_a_list_or_opens_what_is_out_of_reach(askers, name, monkeypatch):
    chance, count = random.Random(f"20261130 {name}"), cases(quick=20, full=10_000)
    names = [_parameters(), _read_by(askers[0], name)]
    asking = [(asker.whole(), asker, asker.address(name)) for asker in askers]
    opened = 0
    for number in range(count):
        if number == THROUGH_EVERYTHING:
            asking = [(asker.bare(), asker, asker.address(name)) for asker in askers]
            monkeypatch.setattr("cells.context_processors.Surroundings", lambda _: FRAMELESS)
        ask, asker, address = asking[number % len(asking)]
        query = _query(chance, names)
        response = ask(address, query)
        assert response.status_code in (200, 302, 403, 404), query
        assert asker.foreign.search(read(response)) is None, query
        opened += response.status_code == 200
    assert opened > count / 20, "else what was asked says little"
    tally(f"query strings on {name}", count)
