"""What is checked of a person's data wherever it is written."""

import re
from collections.abc import Iterable
from datetime import date

from cells.models import Member
from cells.services.errors import RuleError
from pipeline.models import CandidateProfile
from pipeline.rulebook.loading import load

NUMBER = CandidateProfile._meta.get_field("identity_number")
_DIGITS = re.compile(r"\d{12}")


def set_identity(profile: CandidateProfile, number: str) -> None:
    """Số định danh cá nhân, sealed, with the digest it is found by. Raises RuleError for what is none."""
    number = re.sub(r"[\s.]", "", number)
    if number and not _DIGITS.fullmatch(number):
        raise RuleError("Số định danh cá nhân có 12 chữ số. Hãy xem lại thẻ căn cước.")
    NUMBER.put(profile, number)


def number_of(row: CandidateProfile | Member | None) -> str:
    """The number that is sealed in *row*; empty where there is none."""
    return row.identity_number.open() if row and row.identity_number else ""


def refuse_unknown_routes(routes: Iterable[str], today: date) -> None:
    """Raise RuleError where no rule of today knows one of *routes*."""
    known = load().on(today).routes
    if unknown := [name for name in routes if name not in known]:
        raise RuleError(f"Không có trường hợp đặc biệt “{unknown[0]}”. Hãy chọn lại.")
