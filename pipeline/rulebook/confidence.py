"""How sure we are of a rule, and what it may therefore do (docs/adr/0017)."""

from enum import Enum, IntEnum


class Confidence(Enum):
    """Mức tin cậy of one entry. The first three are written in the files, the others follow."""

    TWO_SOURCES = "S2"
    ONE_SOURCE = "S"
    MEMORY = "M"
    INHERITED = "kế thừa"
    """Stands in an earlier edition only; nobody has shown that the edition in force repeats it."""
    CONFIRMED = "đã đối chiếu"
    """The installation has read it in the text itself."""

    @property
    def words(self) -> str:
        return _WORDS[self]

    @property
    def short(self) -> str:
        """As a list says it."""
        return _SHORT[self]

    @property
    def is_confirmed(self) -> bool:
        """Whether a rule may block on it."""
        return self in (Confidence.TWO_SOURCES, Confidence.CONFIRMED)


_WORDS = {
    Confidence.TWO_SOURCES: "hai nguồn trở lên",
    Confidence.ONE_SOURCE: "một nguồn",
    Confidence.MEMORY: "chưa có nguồn, chưa đối chiếu văn bản gốc",
    Confidence.INHERITED: "theo văn bản trước, chưa đối chiếu văn bản gốc",
    Confidence.CONFIRMED: "đã đối chiếu văn bản gốc",
}
_SHORT = {
    Confidence.TWO_SOURCES: "hai nguồn",
    Confidence.ONE_SOURCE: "một nguồn",
    Confidence.MEMORY: "chưa có nguồn",
    Confidence.INHERITED: "chưa đối chiếu",
    Confidence.CONFIRMED: "đã đối chiếu",
}
WRITTEN = {each.value: each for each in (Confidence.TWO_SOURCES, Confidence.ONE_SOURCE, Confidence.MEMORY)}
"""What a file may say."""


class Strength(IntEnum):
    """What a rule that is not met does to a step: it is noted, warned of, or the step is blocked."""

    NOTE = 0
    WARN = 1
    BLOCK = 2


STRENGTHS = {"note": Strength.NOTE, "warn": Strength.WARN, "block": Strength.BLOCK}


def strength_of(confidence: Confidence, at_most: Strength = Strength.BLOCK) -> Strength:
    """Two sources or the installation's own reading may block, one source warns, all else is a note."""
    if confidence.is_confirmed:
        own = Strength.BLOCK
    else:
        own = Strength.WARN if confidence is Confidence.ONE_SOURCE else Strength.NOTE
    return min(own, at_most)
