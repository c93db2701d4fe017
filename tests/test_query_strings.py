"""Whatever stands in an address after the question mark: no list breaks, and none shows what is out of reach."""

import random

import pytest
from django.test import Client
from django.urls import reverse

from cells.roles import Role
from core.forms import AddressForm
from core.lists import ListFilter
from core.templatetags.sorting import PARAMETER as SORT
from tests import examples, factories
from tests.pages import addresses
from tests.proof import cases, tally

pytestmark = pytest.mark.once

LISTS = (
    "cells:search", "cells:organization-list", "cells:organization-suggestions", "cells:member-list",
    "cells:member-print", "cells:probationer-list", "cells:trail", "cells:job-list", "cells:workbook",
    "reports:overview", "reports:overview-of", "reports:people", "reports:cells-without-admission", "reports:targets",
    "reports:targets-of", "reports:declared", "reports:policy", "reports:report-list", "cells:organization-detail",
)  # fmt: skip
CANARY = "Qwzx"
"""In the name and papers of whoever is out of reach; no name of a unit has it."""
WORDS = [
    "", "0", "-1", "1", "2", "99999999999999999999", "2025", "2026", "1e5", "NaN", "01/01/2026", "31/02/2026",
    "2026-01-01", "ten", "-ten", "ty-le", "-ty-le", "chi-bo", "tat-ca", "K1", "K3", "D2", "H", CANARY, CANARY.lower(),
    "Chi bộ thôn Khê Thượng (K3)", "%", "_", "'", '"', "\\", "\x00", "<b>", "ế" * 300, "a" * 5_000, "xlsx", "on",
    "True", "cell", "da-roi", "mien", "qua-han", "ket-nap", "dau-nam", "co-so", "nam", "🙂", "../../etc", "٣", "¹",
]  # fmt: skip


def _parameters() -> list[str]:
    """Every name that some form reads from an address."""
    forms = [form for base in (AddressForm,) for form in _all_below(base)]
    names = {name for form in forms for name in form.base_fields}
    names |= {name for each in _all_below(ListFilter) for name in each.base_filters}
    return sorted({name.replace("_", "-") for name in names} | {SORT, "page", "tep", "q", "o", "viec", "loai"})


def _all_below(base: type) -> list[type]:
    return [each for child in base.__subclasses__() for each in (child, *_all_below(child))]


def _query(chance: random.Random, names: list[str]) -> list[tuple[str, str]]:
    return [(chance.choice(names), chance.choice(WORDS)) for _ in range(chance.randint(1, 5))]


@pytest.fixture
def officer(db):
    """A client of D1's officer, in a district where D2 is full of canaries, and addresses of what is hers."""
    units = factories.district()
    foreign = factories.member(units["K3"], "QWZX1", f"Trần {CANARY} Đức")
    factories.member(units["K3"], full_name=f"Lê {CANARY} An", joined_on=factories.TODAY.replace(day=1))
    day = factories.TODAY.replace(year=2025)
    examples.roll.transfer(
        foreign, to=units["C"], left_on=day, arrived_on=day, today=factories.TODAY, document=f"GT {CANARY}"
    )
    person = factories.user()
    factories.appointment(person, units["D1"], Role.COMMITTEE_OFFICER)
    client = Client()
    client.force_login(person)
    return client, examples.shared(units["D1"]) | examples.personal(person)


def test_every_list_is_among_those_asked(db):
    """A page with a form in its address, or several pages, belongs above."""
    known = {name for name, _ in addresses()}
    assert set(LISTS) <= known


@pytest.mark.proof
@pytest.mark.parametrize("name", LISTS)
def test_no_query_string_breaks_a_list_or_opens_what_is_out_of_reach(officer, name):
    client, known = officer
    address = reverse(name, kwargs=known.get(name))
    names = _parameters()
    chance = random.Random(f"20261124 {name}")
    for _ in range(cases(quick=20, full=10_000)):
        query = _query(chance, names)
        response = client.get(address, query_params=query)
        assert response.status_code in (200, 302, 404), query
        if response.streaming:
            continue
        text = response.content.decode()
        for typed in (value for _, value in query if value):
            text = text.replace(typed, "")
        assert CANARY not in text, query
    tally(f"query strings on {name}", cases(quick=20, full=10_000))
