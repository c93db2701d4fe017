"""What must agree between the tables of an edition: a rule that names another one must find it."""

from collections.abc import Iterator

from pipeline.engine.actors import ACTORS
from pipeline.engine.checks import CHECKS
from pipeline.engine.conditions import CONDITIONS
from pipeline.engine.stages import Stage
from pipeline.rulebook.book import Edition
from pipeline.rulebook.entries import Entry
from pipeline.rulebook.schema import fault


def check_agreement(edition: Edition, ever_known: set[str]) -> None:
    """Raises RulebookError for the first name that leads nowhere.

    What an edition has taken out may still be named in lists that it takes over: there is nothing there then.
    *ever_known* are the ids of all rules of all editions.
    """
    for entry in edition.entries.values():
        for key, name, known in _names(entry, ever_known):
            if name and name not in known:
                where = f"{entry.id}.{key}"
                raise fault(f"{entry.stated_in}.toml", where, f"“{name}” không có trong {edition.number}.",
                            f"Hãy chọn: {', '.join(sorted(known))}.")  # fmt: skip
        if entry.table == "requirements":
            _check_parameters(edition, entry)
    _check_order(edition)


def _names(entry: Entry, ever_known: set[str]) -> Iterator[tuple[str, str, set[str]]]:
    """(key, name that it gives, names there are) of every reference of *entry*."""

    def names(table: str) -> set[str]:
        return {rule.split(".", 1)[1] for rule in ever_known if rule.startswith(f"{table}.")}

    steps, requirements, outcomes, votes = map(names, ("steps", "requirements", "outcomes", "votes"))
    milestones = names("milestones")
    many = {
        "steps": (("after", steps), ("requires", requirements), ("completes", steps)),
        "validities": (("of", steps), ("redo", steps)),
        "routes": (("waives", requirements),),
        "outcomes": (("reopens", steps),),
    }
    one = {
        "steps": (("when", {*CONDITIONS}), ("unless", {*CONDITIONS}), ("vote", votes),
                  ("on_failure", outcomes), ("leads_to", outcomes),
                  ("not_before", milestones), ("repeats_until", steps),
                  ("stage", {*Stage.__members__})),
        "requirements": (("check", {*CHECKS}),),
        "clocks": (("starts", steps | milestones), ("other_start", steps), ("ends", steps),
                   ("extended_by", outcomes)),
        "validities": (("tested_at", steps),),
        "milestones": (("of", steps), ("known_after", steps)),
        "outcomes": (("back", outcomes),),
        "deciding": (("judged_on", steps),),
    }  # fmt: skip
    for key, known in many.get(entry.table, ()):
        for name in getattr(entry, key):
            yield key, name, known
    for key, known in one.get(entry.table, ()):
        yield key, getattr(entry, key), known
    if entry.table == "routes":
        for step, added in entry.adds.items():
            yield "adds", step, steps
            for name in added:
                yield f"adds.{step}", name, requirements
    if entry.table == "deciding":
        for body, vote in entry.votes.items():
            yield f"votes.{body}", vote, votes
    if entry.table in ("steps", "outcomes"):
        yield "actor", entry.actor, {*ACTORS}
    if entry.table == "settings":
        yield "default", entry.default, {*entry.choices}


def _check_parameters(edition: Edition, entry: Entry) -> None:
    wanted = CHECKS[entry.check].parameters
    if {*entry.parameters} - {*wanted} or {*wanted} - {*entry.parameters}:
        raise fault(
            f"{entry.stated_in}.toml", f"{entry.id}.with", f"phép kiểm “{entry.check}” không khớp tham số.",
            f"Hãy ghi đúng: {', '.join(wanted) or 'không có tham số nào'}.",
        )  # fmt: skip
    for key, kind in wanted.items():
        known = {"step": edition.steps, "clock": edition.clocks, "milestone": edition.milestones}.get(kind)
        if known is not None and entry.parameters[key] not in known:
            raise fault(
                f"{entry.stated_in}.toml", f"{entry.id}.with.{key}", f"“{entry.parameters[key]}” không có.",
                f"Hãy chọn: {', '.join(sorted(known))}.",
            )  # fmt: skip
        if known is None and not isinstance(entry.parameters[key], {"number": int, "text": str, "list": list}[kind]):
            raise fault(
                f"{entry.stated_in}.toml", f"{entry.id}.with.{key}", "giá trị sai kiểu.",
                f"Hãy ghi {'số nguyên' if kind == 'number' else 'chữ' if kind == 'text' else 'danh sách'}.",
            )  # fmt: skip


def _check_order(edition: Edition) -> None:
    """No step may wait for itself."""
    try:
        before = edition.before
    except RecursionError:
        before = {name: frozenset({name}) for name in edition.steps}
    for name, earlier in before.items():
        if name in earlier:
            raise fault(f"{edition.steps[name].stated_in}.toml", f"steps.{name}.after", "bước chờ lẫn nhau.",
                        "Hãy bỏ một trong các bước ở after.")  # fmt: skip
