"""About vetting: whom, who is exempt, who may be sent, and that answers are in before anybody signs."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.engine.checks.registry import check
from pipeline.engine.findings import Said
from pipeline.engine.situation import Situation

RELATIONS = {
    "candidate": "người xin vào Đảng", "father": "cha đẻ", "mother": "mẹ đẻ", "fosterer": "người nuôi dưỡng",
    "spouse": "vợ hoặc chồng", "spouse_father": "cha của vợ hoặc chồng", "spouse_mother": "mẹ của vợ hoặc chồng",
    "child": "con đẻ", "sibling": "anh chị em", "grandparent": "ông bà", "uncle_aunt": "cô dì chú bác",
}  # fmt: skip
SPOUSES_SIDE = ("spouse", "spouse_father", "spouse_mother")


@check()
def inquiries_are_answered(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """Every inquiry is answered or exempt by the day."""
    for each in case.facts.inquiries:
        if not each.exempt_because and (each.answered_on is None or each.answered_on > case.on):
            yield Said(f"Chưa có kết quả thẩm tra về {RELATIONS.get(each.relation, each.relation)}.")


@check(relations="list")
def only_whom_the_rule_names(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """More people than must be are not vetted."""
    for each in case.facts.inquiries:
        if each.relation not in given["relations"]:
            yield Said(f"Không phải thẩm tra {RELATIONS.get(each.relation, each.relation)}.")


@check(own_side="list", spouses_side="list")
def exemptions_are_grounded(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """An exemption rests on a member in the family of that side, and on a full and truthful declaration."""
    for each in case.facts.inquiries:
        if not each.exempt_because:
            continue
        grounds = given["spouses_side" if each.relation in SPOUSES_SIDE else "own_side"]
        who = RELATIONS.get(each.relation, each.relation)
        if each.exempt_because not in grounds:
            yield Said(f"Lý do miễn thẩm tra {who} không đúng: không có người thân phù hợp là đảng viên.")
        elif not each.declared_fully:
            yield Said(f"Chỉ miễn thẩm tra {who} khi đã khai đầy đủ, trung thực.")


@check(forbidden="list")
def vetting_person_is_no_relative(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    for each in case.facts.inquiries:
        if each.vetted_by in given["forbidden"]:
            yield Said(f"Không cử {RELATIONS.get(each.vetted_by, each.vetted_by)} đi thẩm tra.")


@check(days="number", abroad_days="number")
def answers_in_time(case: Situation, given: Mapping[str, Any]) -> Iterator[Said]:
    """An answer is waited for no longer than so many working days; then it is chased."""
    for each in case.facts.inquiries:
        if each.requested_on is None or (each.answered_on and each.answered_on <= case.on):
            continue
        due = case.calendar.add(each.requested_on, given["abroad_days" if each.abroad else "days"])
        if due < case.on:
            yield Said(f"Quá hạn trả lời thẩm tra về {RELATIONS.get(each.relation, each.relation)} từ {due:%d/%m/%Y}.")
