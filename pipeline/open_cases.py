"""Open files, for whoever asks the rules about all of them; who keeps the files registers how to get them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.engine.facts import Facts


@dataclass(frozen=True)
class OpenCase:
    """One open file within a person's reach, with its facts gathered."""

    code: str
    name: str
    organization: str
    url: str
    facts: Facts


Source = Callable[[Any, date], Iterable[OpenCase]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """*source* gives the open files that a user may see on a day, each with facts gathered by one query for all."""
    if source not in _sources:
        _sources.append(source)


def open_cases(user: Any, today: date) -> list[OpenCase]:
    """All open files within the reach of *user*."""
    return [case for source in _sources for case in source(user, today)]
