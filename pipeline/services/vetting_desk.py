"""Vetting of many files at once: letters sent, addressees reminded, answers entered in a row. All or nothing.

Each inquiry is entered by the service that enters one: under the version of its file that the user saw, with its own
line in the trail. Whoever is refused is named; then nothing is stored.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cells.services.errors import RuleError
from core import audit
from pipeline.kinds import BodyKind
from pipeline.models import VettingBody, VettingInquiry
from pipeline.queries.vetting_list import numbers_of
from pipeline.services.errors import CaseChangedError
from pipeline.services.vetting import chase, record_answer, send_request

MOST = 50
"""So many inquiries at once: about a second of writing, and a page that can be checked by eye."""

Versions = Mapping[int, int]
"""Key of a file → the version at which its user saw it."""
Work = Sequence[tuple[VettingInquiry, Callable[[int], object]]]


@dataclass(frozen=True)
class Letter:
    """One inquiry that goes out. Without *addressee* to whom it names already."""

    inquiry: VettingInquiry
    addressee: str = ""
    body: VettingBody | None = None
    number: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back. *conclusion* is masked once it is stored."""

    inquiry: VettingInquiry
    conclusion: str
    on: date
    number: str = ""


def send_many(letters: Sequence[Letter], *, on: date, today: date, versions: Versions) -> int:
    """Letters of one day; returns how many inquiries they ask. Raises RuleError naming who could not be sent."""

    def send(letter: Letter) -> Callable[[int], object]:
        row = letter.inquiry
        body = letter.body or (None if letter.addressee else row.body)
        return lambda version: send_request(
            row, addressee=letter.addressee or row.addressee, body=body, number=letter.number, on=on, today=today,
            version=version, abroad=row.abroad or is_abroad(body),
        )  # fmt: skip

    return _all_or_none([(letter.inquiry, send(letter)) for letter in letters], versions)


def is_abroad(body: VettingBody | None) -> bool:
    """Whether whoever is asked has the longer time of those abroad."""
    return body is not None and body.kind == BodyKind.ABROAD


def remind_many(inquiries: Collection[VettingInquiry], *, on: date, today: date, versions: Versions) -> int:
    """The addressees were reminded on one day; returns of how many inquiries. Raises RuleError naming who was not."""

    def remind(row: VettingInquiry) -> Callable[[int], object]:
        return lambda version: chase(row, on=on, today=today, version=version)

    return _all_or_none([(row, remind(row)) for row in inquiries], versions)


def answer_many(answers: Sequence[Answer], *, today: date, versions: Versions) -> int:
    """Answers that came in a row; returns how many. Raises RuleError naming whose could not be entered."""

    def enter(answer: Answer) -> Callable[[int], object]:
        return lambda version: record_answer(
            answer.inquiry, answer.conclusion, on=answer.on, number=answer.number, today=today, version=version
        )

    return _all_or_none([(answer.inquiry, enter(answer)) for answer in answers], versions)


def _all_or_none(work: Work, versions: Versions) -> int:
    """Do all of *work*, file by file so that two who do so at once do not wait for each other; several inquiries of a
    file follow each other, each at the version that the one before has left."""
    if not work:
        raise RuleError("Chưa chọn mục nào. Hãy đánh dấu ít nhất một mục.")
    if len(work) > MOST:
        raise RuleError(f"Mỗi lần ghi nhiều nhất {MOST} mục. Hãy chia làm nhiều lần.")
    numbers = numbers_of({row.case_id for row, _ in work})
    reached, refused = dict(versions), []
    with transaction.atomic(), audit.one_change():
        for row, do in sorted(work, key=lambda each: (each[0].case_id, each[0].pk)):
            named = f"{row.case.candidate.full_name}, mục {numbers[row.pk]}"
            try:
                do(reached.get(row.case_id, 0))
            except CaseChangedError as refusal:
                refused.append(f"{row.case.candidate.full_name}: {refusal}")
            except RuleError as refusal:
                refused += [f"{named}: {message}" for message in refusal.messages]
            else:
                reached[row.case_id] += 1
        if refused:
            raise RuleError(["Chưa ghi mục nào.", *dict.fromkeys(refused)])
    return len(work)
