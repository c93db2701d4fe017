"""What an installation has confirmed, laid over the rulebook: "đã đối chiếu", with the text in which it was read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.rulebook.book import Edition, Rulebook
from pipeline.rulebook.confidence import Confidence
from pipeline.rulebook.entries import Entry, Setting


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One rule of one edition that somebody has read in the text itself; `answer` for an open question."""

    edition: str
    rule: str
    text: str
    answer: str = ""


def overlaid(book: Rulebook, confirmed: Iterable[Confirmed]) -> Rulebook:
    """*book* with what an installation has confirmed. What a later release no longer has is left out."""
    by_edition: dict[str, list[Confirmed]] = {}
    for each in confirmed:
        by_edition.setdefault(each.edition, []).append(each)
    if not by_edition:
        return book
    return Rulebook(tuple(_overlaid(edition, by_edition.get(edition.id, [])) for edition in book))


def _overlaid(edition: Edition, confirmed: list[Confirmed]) -> Edition:
    entries = dict(edition.entries)
    for each in confirmed:
        entry = entries.get(each.rule)
        if entry is not None:
            entries[each.rule] = _confirmed(entry, each)
    return replace(edition, entries=entries)


def _confirmed(entry: Entry, given: Confirmed) -> Entry:
    sure = replace(entry, confidence=Confidence.CONFIRMED, local_text=given.text)
    if isinstance(sure, Setting) and given.answer in sure.choices:
        return replace(sure, answer=given.answer)
    return sure
