"""What kind of people were admitted: counts and shares on the number admitted. No database, no names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cells.kinds import Sex
from core.names import fold

MAJORITY = {"kinh", "viet"}
NO_RELIGION = {"khong", "khong co", "khong ton giao", "khong theo ton giao", "luong"}
YOUNG_FROM, YOUNG_TO = 18, 30
"""Full years at admission, both ends included: the first age group of the official form."""

# Only the highest degree of a person counts; what somebody still studies for does not.
_STUDYING = re.compile(r"[^;,.()]*\b(?:dang hoc|sinh vien|hoc sinh)\b[^;,.()]*")
_DEGREES = ("dai hoc", "cu nhan", "ky su", "bac si", "duoc si", "thac si", "tien si", "tren dai hoc", "sau dai hoc")
_MIDDLE = ("cao dang", "trung cap", "trung hoc chuyen nghiep")


@dataclass(frozen=True)
class Admission:
    """One admitted person as far as the structure asks. Empty texts and None are unknown."""

    sex: str = ""
    ethnicity: str = ""
    religion: str = ""
    age: int | None = None
    education: str = ""

    @property
    def is_minority(self) -> bool:
        return bool(self.ethnicity) and fold(self.ethnicity) not in MAJORITY

    @property
    def is_religious(self) -> bool:
        return bool(self.religion) and fold(self.religion) not in NO_RELIGION

    @property
    def is_young(self) -> bool:
        return self.age is not None and YOUNG_FROM <= self.age <= YOUNG_TO

    @property
    def level(self) -> str:
        """`degree`, `middle`, `other` or, unknown, an empty text."""
        if not self.education:
            return ""
        finished = _STUDYING.sub("", fold(self.education))
        if any(word in finished for word in _DEGREES):
            return "degree"
        return "middle" if any(word in finished for word in _MIDDLE) else "other"


@dataclass(frozen=True)
class Structure:
    """Numbers of people among *people* admitted; the `unknown_…` could not be told."""

    people: int = 0
    women: int = 0
    minority: int = 0
    religious: int = 0
    young: int = 0
    degree: int = 0
    middle: int = 0
    unknown_sex: int = 0
    unknown_ethnicity: int = 0
    unknown_religion: int = 0
    unknown_age: int = 0
    unknown_education: int = 0

    def knows(self, field: str) -> bool:
        """Whether *field* (`sex`, `ethnicity`, …) is known of anybody at all."""
        return getattr(self, f"unknown_{field}") < self.people


def structure_of(admissions: Iterable[Admission]) -> Structure:
    people = list(admissions)
    return Structure(
        people=len(people),
        women=sum(person.sex == Sex.FEMALE for person in people),
        minority=sum(person.is_minority for person in people),
        religious=sum(person.is_religious for person in people),
        young=sum(person.is_young for person in people),
        degree=sum(person.level == "degree" for person in people),
        middle=sum(person.level == "middle" for person in people),
        unknown_sex=sum(not person.sex for person in people),
        unknown_ethnicity=sum(not person.ethnicity for person in people),
        unknown_religion=sum(not person.religion for person in people),
        unknown_age=sum(person.age is None for person in people),
        unknown_education=sum(not person.education for person in people),
    )


def full_years(born_on: date | None, on: date) -> int | None:
    """Full years of age on a day; where only the year or month of birth is known, as if born on its first day."""
    if born_on is None:
        return None
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
