"""How a check is written: a function of a situation and the rule's parameters that says what is not met."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.engine.findings import Said
from pipeline.engine.situation import Situation

Function = Callable[[Situation, Mapping[str, Any]], Iterable[Said]]


@dataclass(frozen=True)
class Check:
    """A check with its parameters: name → step, clock, milestone, number, text or list."""

    function: Function
    parameters: Mapping[str, str]


CHECKS: dict[str, Check] = {}


def check(**parameters: str) -> Callable[[Function], Function]:
    """Register a function under its name, with what a rule file must give it."""

    def register(function: Function) -> Function:
        CHECKS[function.__name__] = Check(function, parameters)
        return function

    return register
