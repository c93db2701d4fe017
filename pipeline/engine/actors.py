"""Who takes a step, in words: the unit's own name where the facts give it."""

from pipeline.engine.deciding import holder_between
from pipeline.engine.situation import Situation
from pipeline.rulebook.entries import Outcome, Step

ACTORS = {
    "candidate": "Người xin vào Đảng",
    "probationer": "Đảng viên dự bị",
    "helper": "Đảng viên được phân công giúp đỡ",
    "introducer": "Đảng viên chính thức giới thiệu",
    "mass_organisation": "Mặt trận, đoàn thể",
    "union": "Đoàn Thanh niên hoặc công đoàn cơ sở",
    "cell": "Chi bộ",
    "cell_committee": "Chi ủy",
    "sub_committee": "Đảng ủy bộ phận",
    "base_committee": "Đảng ủy cơ sở",
    "competent_committee": "Cấp ủy có thẩm quyền",
    "board": "Ban tổ chức của cấp ủy quyết định",
    "training_centre": "Trung tâm Chính trị",
    "decider": "Cấp ủy có thẩm quyền",
}


def words_for(rule: Step | Outcome, case: Situation) -> str:
    """Who takes *rule*: `Chi bộ thôn Đông`, `Ban thường vụ, Đảng bộ xã Phú Khê`."""
    units = case.facts.units_on(case.on)
    match rule.actor:
        case "decider":
            return case.decides.words
        case "cell" if units:
            return units[0].name
        case "cell_committee" if units:
            return f"Chi ủy, {units[0].name}"
        case "sub_committee" | "base_committee":
            power = getattr(rule, "power", "") or "resolves"
            unit = holder_between(units, case.decides, power) if units else None
            if unit is None and len(units) > 1:
                unit = next((each for each in units[1:] if "resolves" in each.powers), units[1])
            return unit.name if unit else ACTORS[rule.actor]
        case "board" if case.decides.unit:
            return f"Ban tổ chức, {case.decides.unit.name}"
    return ACTORS.get(rule.actor, rule.actor)
