"""One person has one name: what the file and the roll both say of somebody is corrected in both, in one transaction.

While the file is open it may be corrected in either; once it is done, on the roll alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction

from cells.models import FactsVersion, Member
from cells.services.errors import RuleError
from cells.services.members import change_personal_data
from core import audit, dates
from core.bulk import rows_by_key
from core.field_classes import hidden
from pipeline.models import Candidate, CandidateProfile, Case
from pipeline.queries.cases import judge_of
from pipeline.services.identity import NUMBER, number_of
from pipeline.services.settling import changing, settle

SAID = ("full_name", "born_on", "born_precision", "sex")
MASKED = ("ethnicity", "religion")
"""What both say; the education of a member is any text, that of a file one of a list."""


@contextmanager
def roll_first(case: Case, values: Mapping[str, Any], number: str | None) -> Iterator[None]:
    """Where *values* and *number*, about to be set on a member's file, concern the roll, facts are waited for before
    the file, as whoever changes the roll does. Else they stay as they are, and with them all that is remembered."""
    with transaction.atomic():
        if case.candidate.member_id and (number or _says_else(case.candidate, values)):
            FactsVersion.advance()
        yield


def _says_else(person: Candidate, values: Mapping[str, Any]) -> bool:
    profile = getattr(person, "profile", None)
    return any(
        name in values and values[name] != getattr(row, name, "")
        for row, names in ((person, SAID), (profile, MASKED))
        for name in names
    )


def carry_to_roll(case: Case, changed: Mapping[str, Any], number: str | None, today: date) -> None:
    """What was just *changed* of the person of a file, and the number of the identity paper if one was given, is said
    by the roll as well. Only within `roll_first`. Raises RuleError where the file is done, or the number is another's.
    """
    member = case.candidate.member
    values = {name: changed[name] for name in (*SAID, *MASKED) if changed.get(name)}
    if member is None or not member.on_roll or not (values or number):
        return
    if not case.is_ongoing:
        raise RuleError(
            f"{member.full_name} đã là đảng viên và hồ sơ đã xong. Hãy sửa họ tên, ngày sinh, giới tính, dân tộc, tôn "
            "giáo, số định danh ở trang của đảng viên; hồ sơ sẽ theo đó."
        )
    change_personal_data(member, version=member.version, today=today, values=values, identity_number=number or None)


def follow_the_roll(members: Collection[Member], **_: Any) -> None:
    """Files say what the roll now says of *members*; a file that had it already is left alone."""
    rows = Candidate.objects.select_related("member", "profile")
    for person in rows_by_key(rows, "member", [member.pk for member in members]):
        profile = getattr(person, "profile", None) or CandidateProfile(candidate=person)
        changes = dict(_taken_over(person, profile, person.member))
        if changes:
            case = Case.objects.filter(candidate=person).order_by("-opened_on", "-id")[0]
            with changing(case, case.version):
                person.version += 1
                person.save()
                profile.save()
                case.candidate = person
                settle(case, judge_of(dates.today()), what="Theo danh sách đảng viên", changes=changes)


def said_by_the_roll(member: Member, names: Iterable[str] = SAID) -> dict[str, Any]:
    """Of the columns *names* those that the roll states of *member*."""
    return {name: getattr(member, name) for name in names if getattr(member, name)}


def _taken_over(person: Candidate, profile: CandidateProfile, member: Member) -> Iterable[tuple[str, Any]]:
    """Sets what the roll says otherwise, and gives each change as the trail may tell it. What the roll leaves open
    stays."""
    for row, names in ((person, SAID), (profile, MASKED)):
        said = said_by_the_roll(member, names)
        found = audit.differences({name: getattr(row, name) for name in said}, said)
        for name in found:
            setattr(row, name, said[name])
        yield from hidden(type(row), found, audit.digest).items()
    number = number_of(member)
    if number and number != number_of(profile):
        NUMBER.put(profile, number)
        yield "identity_number", "#"
