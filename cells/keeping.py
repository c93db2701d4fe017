"""What of the roll another floor answers for: whoever changes it by hand is sent there.

    keeping.register(keeper)      # in AppConfig.ready()

A keeper is asked about a member, the movements and the fields somebody wants to change by hand, and says why not. Whose
recognition it sees to, a floor says by `register_tended`: the roll then reminds nobody of them a second time. The files
that the page of a member leads to come by `register_files`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cells.models import Member, Movement
from cells.services.errors import RuleError


@dataclass(frozen=True)
class File:
    """A file of a member that whoever asks may see; while it is open, his recognition is entered there."""

    code: str
    url: str
    is_open: bool


Files = Callable[[Member, Any], list[File]]
Keeper = Callable[[Member, Collection[Movement], Collection[str]], str]
Left = Callable[[QuerySet[Member]], QuerySet[Member]]
_keepers: list[Keeper] = []
_left: list[Left] = []
_files: list[Files] = []


def register(keeper: Keeper) -> None:
    _keepers.append(keeper)


def register_tended(left: Left) -> None:
    """*left* gives of some members those whom the floor does not see to."""
    _left.append(left)


def register_files(files: Files) -> None:
    _files.append(files)


def files_of(member: Member, user: Any) -> list[File]:
    """The files of *member* that *user* may see, the latest first."""
    return [file for files in _files for file in files(member, user)]


def left_to_the_roll(members: QuerySet[Member]) -> QuerySet[Member]:
    """Of *members* those whose recognition no other floor sees to."""
    for left in _left:
        members = left(members)
    return members


def refuse_kept(member: Member, movements: Collection[Movement] = (), fields: Collection[str] = ()) -> None:
    """Raise RuleError where somebody answers for one of *movements* (new ones included) or *fields* of *member*."""
    for keeper in _keepers:
        if member.pk and (why := keeper(member, movements, fields)):
            raise RuleError(why)
