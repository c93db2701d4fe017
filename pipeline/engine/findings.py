"""What a gate says: a rule that is not met, in words, with what to do and where it stands."""

from dataclasses import dataclass
from typing import NamedTuple

from pipeline.rulebook.confidence import Confidence, Strength
from pipeline.rulebook.entries import Entry

UNCONFIRMED = "chưa đối chiếu văn bản gốc"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is lacking, doubtful or worth knowing about a step."""

    rule: str
    text: str
    article: str
    edition: str
    confidence: Confidence
    strength: Strength

    def __str__(self) -> str:
        return self.text


class Said(NamedTuple):
    """What a check says of the facts; `doubt` where it is not certain: never more than a warning.

    `at_most` where it rests on a second rule that is less sure.
    """

    text: str
    doubt: bool = False
    at_most: Strength = Strength.BLOCK


def finding(entry: Entry, text: str, edition: str, *, at_most: Strength = Strength.BLOCK) -> Finding:
    """*text* as the rule *entry* says it. An unconfirmed rule says so itself."""
    strength = min(entry.strength, at_most)
    if not entry.confidence.is_confirmed and entry.confidence is not Confidence.ONE_SOURCE:
        text = f"{text} ({UNCONFIRMED})"
    return Finding(entry.id, text, entry.article, edition, entry.confidence, strength)


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a step may be taken on a day. Only `blocks` stand in its way."""

    blocks: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def is_open(self) -> bool:
        return not self.blocks

    @property
    def all(self) -> tuple[Finding, ...]:
        return self.blocks + self.warnings + self.notes


def gate_of(findings: list[Finding]) -> Gate:
    """*findings* by what they do."""
    by = {strength: tuple(each for each in findings if each.strength == strength) for strength in Strength}
    return Gate(by[Strength.BLOCK], by[Strength.WARN], by[Strength.NOTE])
