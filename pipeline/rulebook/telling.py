"""How pages show rules: the colour and words of a confidence, what a rule does, where its sources are."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from pipeline.rulebook.book import Edition
from pipeline.rulebook.confidence import Confidence, Strength
from pipeline.rulebook.entries import Entry

SOURCES = Path(__file__).resolve().parent / "sources.toml"
TONES = {
    Confidence.TWO_SOURCES: "ok", Confidence.CONFIRMED: "ok", Confidence.ONE_SOURCE: "soon",
    Confidence.MEMORY: "mute", Confidence.INHERITED: "mute",
}  # fmt: skip
_EFFECTS = {
    Strength.BLOCK: "chặn bước nếu không đạt",
    Strength.WARN: "nhắc nếu không đạt",
    Strength.NOTE: "ghi chú nếu không đạt",
}
_MARK = re.compile(r"\[([0-9A-Za-z]+)\]")


def told_effect(entry: Entry) -> str:
    """What the rule does to a step where it is not met; empty for what is no requirement."""
    return _EFFECTS[entry.strength] if entry.table in ("requirements", "validities") else ""


@lru_cache(maxsize=1)
def _sources() -> dict[str, str]:
    return tomllib.loads(SOURCES.read_text(encoding="utf-8"))["sources"]


def source_lines(edition: Edition, entry: Entry | None = None) -> list[tuple[str, str]]:
    """(mark, what it is) of the sources that *entry* names, or all rules of *edition*."""
    entries = [entry] if entry else edition.entries.values()
    marks = dict.fromkeys(mark for each in entries for mark in _MARK.findall(each.source))
    known = _sources()
    return sorted(((mark, known[mark]) for mark in marks if mark in known), key=_in_order)


def _in_order(line: tuple[str, str]) -> tuple[bool, int, str]:
    mark = line[0]
    digits = re.sub(r"\D", "", mark)
    return mark.startswith("C"), int(digits or 0), mark
