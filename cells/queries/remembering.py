"""Answers that follow from what is stored alone are kept by each process for as long as nothing of it changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from django.db import connection

from cells.models import FactsVersion

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

MOST = 24
"""Answers kept. Of a province with 46,000 organisations the longest takes some ten megabytes."""

_answers: OrderedDict[tuple, Any] = OrderedDict()
_lock = Lock()


def remembered_while(
    state_of: Callable[[], Hashable | None],
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """For functions that are answered from memory where the same was asked at the same state. Nobody may change what
    they return.

    *state_of* tells what is stored now from what was stored at any other time, None where that cannot be told.
    Arguments are hashable and given by place. Within a transaction everything is asked anew: what has been written
    there may yet be taken back, or go on.
    """

    def keeping(ask: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @wraps(ask)
        def remembering(*arguments: Asked.args, **named: Asked.kwargs) -> Answer:
            state = None if connection.in_atomic_block else state_of()
            if state is None:
                return ask(*arguments, **named)
            # The state is read before the answer: what changes meanwhile is kept under a state nobody will ask for.
            key = (ask.__module__, ask.__qualname__, state, arguments, tuple(sorted(named.items())))
            with _lock:
                if key in _answers:
                    _answers.move_to_end(key)
                    return _answers[key]
            answer = ask(*arguments, **named)
            with _lock:
                _answers[key] = answer
                while len(_answers) > MOST:
                    _answers.popitem(last=False)
            return answer

        return remembering

    return keeping


while_facts_stand = remembered_while(FactsVersion.state)
"""For what follows from the tree, the roll and targets."""


def forget() -> None:
    """Ask everything anew."""
    with _lock:
        _answers.clear()
