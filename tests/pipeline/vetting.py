"""Inquiries for tests of the desk: of files under way, sent so many days ago."""

from datetime import timedelta
from itertools import count

from cells.models import Organization
from pipeline.models import Case, VettingBody, VettingInquiry
from pipeline.services import vetting
from tests.pipeline import files
from tests.today import TODAY

TAN_LAP = "Đảng ủy xã Tân Lập"
FINDING = "Qwzketluan"
"""What was found: stands on no page."""
PLACE = "Qwznoidung"
"""What is to be looked into: on no page either."""
_numbers = count(1)


def file_of(cell: Organization, name: str = "") -> Case:
    return files.opened(cell, TODAY - timedelta(days=400), files.person(name))


def unsent(case: Case, addressee: str = "", relation: str = "father", **more: object) -> VettingInquiry:
    return vetting.add_inquiry(
        case, relation=relation, addressee=addressee, place=PLACE, today=TODAY, version=fresh(case), **more
    )


def waiting(case: Case, days: int = 10, addressee: str = TAN_LAP, *, abroad: bool = False) -> VettingInquiry:
    """Sent *days* ago, not answered."""
    row = unsent(case, addressee, abroad=abroad)
    return vetting.send_request(
        row, addressee=addressee, on=TODAY - timedelta(days=days), number=f"{next(_numbers)}-CV/ĐU", today=TODAY,
        version=fresh(case), abroad=abroad,
    )  # fmt: skip


def answered(case: Case, days: int = 60) -> VettingInquiry:
    row = waiting(case, days)
    return vetting.record_answer(row, FINDING, on=TODAY - timedelta(days=1), today=TODAY, version=fresh(case))


def exempt(case: Case) -> VettingInquiry:
    return vetting.exempt(unsent(case), "parent_is_member", today=TODAY, version=fresh(case))


def fresh(case: Case) -> int:
    """The version at which the file is now."""
    case.refresh_from_db()
    return case.version


def body(place: Organization, name: str = TAN_LAP, **more: object) -> VettingBody:
    return VettingBody.objects.create(organization=place, name=name, **more)


def html(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()
