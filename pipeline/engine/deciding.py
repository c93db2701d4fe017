"""Which unit decides: the nearest one, from the cell upward, that held the capability on the day."""

from dataclasses import dataclass
from datetime import date

from pipeline.engine.facts import Facts, Unit
from pipeline.rulebook.book import Edition

OWN_RULES = "theo quy định riêng"
BODIES = {"standing_committee": "Ban thường vụ", "whole_committee": "Toàn thể cấp ủy"}


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides on a file. `unit` is None where nobody above the cell may, or an own regulation says who."""

    unit: Unit | None = None
    body: str = ""
    words: str = "Cấp ủy có thẩm quyền"
    vote: str = ""
    is_own_rules: bool = False
    override_reason: str = ""


def decider(facts: Facts, edition: Edition, day: date) -> Decision:
    """Who decides on a file whose cell voted on *day* (today, while it has not)."""
    rule = edition.deciding.get("admission")
    if facts.override:
        body = facts.override.body
        words = f"{BODIES.get(body, body)}, {facts.override.unit}"
        return Decision(Unit(facts.override.unit), body, words, rule.votes.get(body, "") if rule else "",
                        override_reason=facts.override.reason)  # fmt: skip
    units = facts.units_on(day)
    if rule is None:
        return Decision()
    holder = next((unit for unit in units if rule.power in unit.powers), None)
    if units and units[0].setting in rule.own_rules and (holder is None or holder.setting != units[0].setting):
        return Decision(words=OWN_RULES[0].upper() + OWN_RULES[1:], is_own_rules=True)
    if holder is None:
        return Decision()
    body = holder.body or rule.default_body
    return Decision(holder, body, f"{BODIES.get(body, body)}, {holder.name}", rule.votes.get(body, ""))


def holder_between(units: tuple[Unit, ...], decides: Decision, power: str) -> Unit | None:
    """The nearest unit above the cell that holds *power* and does not decide itself; None: that step falls away."""
    return next((unit for unit in units[1:] if power in unit.powers and unit != decides.unit), None)
