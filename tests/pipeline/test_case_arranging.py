"""What a change of units does to files is told before it is made."""

from datetime import timedelta

import pytest

from cells.models import Organization
from cells.queries.organizations import lines_of
from cells.rehearsal import Scene, rehearse
from cells.services import arranging
from cells.services.arranging import Decision
from pipeline.models import Case
from pipeline.services.nightly import refresh_cases
from tests import factories
from tests.pipeline import files
from tests.today import TODAY

pytestmark = pytest.mark.django_db

DAY = TODAY - timedelta(days=10)


@pytest.fixture
def units():
    found = factories.district()
    for key in ("K1", "K2"):
        files.official(found[key])
    return found


def told(units, perform) -> list[tuple[str, bool]]:
    officer = factories.user()
    factories.appointment(officer, units["H"])
    everything = lines_of([units["K1"], units["K2"]], Organization.objects.visible_to(officer))
    remarks = rehearse(Scene(officer, tuple(everything), DAY, TODAY), perform).remarks
    return [(each.text, each.warns) for each in remarks if "hồ sơ kết nạp" in each.text]


def decided() -> Decision:
    return Decision(DAY, TODAY, "Quyết định số 5-QĐ/ĐU")


def test_files_that_go_along_with_a_merger_are_counted(units):
    files.opened(units["K1"])
    files.opened(units["K1"])
    found = told(units, lambda: arranging.merge(units["K1"], decided(), successor=units["K2"]))
    assert found == [("2 hồ sơ kết nạp đang làm chuyển theo sang Chi bộ thôn Đông Thịnh.", False)]
    arranging.merge(units["K1"], decided(), successor=units["K2"])
    refresh_cases(TODAY)
    assert {case.organization for case in Case.objects.all()} == {units["K2"]}


def test_files_left_in_a_cell_that_is_dissolved_are_warned_of(units):
    files.opened(units["K1"])
    ((text, warns),) = told(units, lambda: arranging.dissolve(units["K1"], decided(), receiver=units["K2"]))
    assert text.startswith("1 hồ sơ kết nạp đang làm còn ở Chi bộ thôn Đồng Tâm, đơn vị sẽ thôi hoạt động.")
    assert warns


def test_a_new_name_does_nothing_to_files(units):
    files.opened(units["K1"])
    assert told(units, lambda: arranging.change(units["K1"], decided(), name="Chi bộ khác")) == []
