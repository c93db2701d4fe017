"""A district with somebody under way in two of its cells; modules that need another have `units` of their own."""

import pytest

from cells.roles import Role
from tests import factories
from tests.pipeline import files
from tests.pipeline.case_pages import client_of
from tests.pipeline.vetting import file_of


@pytest.fixture
def units():
    found = factories.district()
    for key in ("K1", "K2", "K3"):
        files.official(found[key], full_name=f"Vũ Văn {key}")
    return found


@pytest.fixture
def mai(units):
    return file_of(units["K1"], "Trần Thị Mai")


@pytest.fixture
def an(units):
    return file_of(units["K2"], "Lê Văn An")


@pytest.fixture
def office(units):
    return client_of(units["D1"], Role.COMMITTEE_OFFICER)
