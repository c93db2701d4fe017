"""Danh bạ nơi thẩm tra of the committee: those it asks most, with their letters."""

from collections import defaultdict

from cells.models import Organization
from cells.scoping import path_within
from core import audit
from core.bulk import insert_rows, update_by_key
from core.models import AuditEvent
from core.names import fold
from pipeline.kinds import BodyKind
from pipeline.models import VettingBody, VettingInquiry

MOST = 15


def write_directory(code: str) -> None:
    """Store the entries of the committee *code*, and tie the letters to them that are in the database."""
    office = Organization.objects.get(code=code)
    letters = VettingInquiry.objects.filter(path_within("case__organization__path", office.path)).exclude(addressee="")
    asked: dict[str, list[int]] = defaultdict(list)
    for key, addressee in letters.order_by("pk").values_list("pk", "addressee"):
        asked[addressee].append(key)
    names = sorted(asked, key=lambda name: (-len(asked[name]), name))[:MOST]
    bodies = [VettingBody(organization=office, name=name, name_fold=fold(name), kind=BodyKind.BASE) for name in names]
    insert_rows(bodies)
    for body in bodies:
        update_by_key(VettingInquiry.objects.all(), asked[body.name], body=body)
    audit.record_many(audit.event(AuditEvent.Action.CREATE, body, scope_path=office.path) for body in bodies)
