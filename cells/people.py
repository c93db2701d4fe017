"""Finding people across floors: members here, candidates where the pipeline registers them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cells.queries.roll import find_members


@dataclass(frozen=True)
class Person:
    """A person found: *code* is Mã đảng viên, else Mã hồ sơ; *organization* a code; *order* the sorting name."""

    code: str
    name: str
    organization: str
    order: str


def _members(text: str) -> Iterable[Person]:
    for member in find_members(text):
        yield Person(member.code, member.full_name, member.organization.code, member.name_key)


_sources: list[Callable[[str], Iterable[Person]]] = [_members]


def register_people(source: Callable[[str], Iterable[Person]]) -> None:
    """Let `find_people` also ask *source* (upper floors, from AppConfig.ready())."""
    _sources.append(source)


def find_people(text: str) -> list[Person]:
    """Everybody whose folded name contains *text*, in Vietnamese order."""
    found = [person for source in _sources for person in source(text)]
    return sorted(found, key=lambda person: (person.order, person.code))
