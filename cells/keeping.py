"""What of the roll another floor answers for: whoever changes it by hand is sent there.

    keeping.register(keeper)      # in AppConfig.ready()

A keeper is asked about a member, the movements and the fields somebody wants to change by hand, and says why not.
"""

from collections.abc import Callable, Collection

from cells.models import Member, Movement
from cells.services.errors import RuleError

Keeper = Callable[[Member, Collection[Movement], Collection[str]], str]
_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    _keepers.append(keeper)


def refuse_kept(member: Member, movements: Collection[Movement] = (), fields: Collection[str] = ()) -> None:
    """Raise RuleError where somebody answers for one of *movements* (new ones included) or *fields* of *member*."""
    for keeper in _keepers:
        if member.pk and (why := keeper(member, movements, fields)):
            raise RuleError(why)
