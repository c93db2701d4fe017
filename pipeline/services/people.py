"""Data of a person and of the place that rules ask about, after the introduction."""

from datetime import date
from typing import Any

from django.db.models import F

from cells.services.errors import RuleError
from core import audit
from core.field_classes import hidden
from pipeline.models import Candidate, CandidateProfile, Case
from pipeline.queries.cases import judge_of
from pipeline.services.duplicates import report_duplicates
from pipeline.services.identity import refuse_unknown_routes, set_identity
from pipeline.services.same_person import carry_to_roll, roll_first
from pipeline.services.settling import changing, settle

PERSON = ("full_name", "born_on", "born_precision", "sex", "education", "occupation", "phone", "sources",
          "in_youth_union", "in_trade_union", "is_citizen")  # fmt: skip
PRIVATE = ("ethnicity", "religion", "home_address", "children_beyond")
SURROUNDINGS = ("kind", "routes", "has_youth_union", "has_trade_union", "is_difficult_area", "former_left_on",
                "former_because", "former_expunged_on", "times_readmitted", "decides_unit", "decides_body",
                "decides_reason")  # fmt: skip


def edit_person(case: Case, *, today: date, version: int, reason: str = "", **values: Any) -> None:
    """Change what is known of the person and the place: columns of PERSON, PRIVATE and SURROUNDINGS, and
    `identity_number`. What the file says is derived anew; of a member the roll says it too. Raises RuleError,
    CaseChangedError."""
    number = values.pop("identity_number", None)
    if unknown := values.keys() - {*PERSON, *PRIVATE, *SURROUNDINGS}:
        raise ValueError(f"not to be edited: {sorted(unknown)}")
    if values.get("born_on") and values["born_on"] >= case.opened_on:
        raise RuleError("Ngày sinh phải trước ngày mở hồ sơ. Hãy sửa lại ngày.")
    if "full_name" in values and not values["full_name"].strip():
        raise RuleError("Hãy ghi họ và tên.")
    if values.get("decides_unit") and not values.get("decides_reason", case.decides_reason):
        raise RuleError("Hãy ghi lý do ghi tay cơ quan quyết định.")
    refuse_unknown_routes(values.get("routes", ()), today)
    with roll_first(case, values, number), changing(case, version):
        person = Candidate.objects.select_related("organization").get(pk=case.candidate_id)
        profile = CandidateProfile.objects.filter(candidate=person).first() or CandidateProfile(candidate=person)
        changes: dict[str, Any] = {}
        changed: dict[str, Any] = {}
        for row, names in ((person, PERSON), (profile, PRIVATE), (case, SURROUNDINGS)):
            new = {name: values[name] for name in names if name in values}
            found = audit.differences({name: getattr(row, name) for name in new}, new)
            for name, value in new.items():
                setattr(row, name, value)
            changes |= hidden(type(row), found, audit.digest)
            changed |= {name: new[name] for name in found}
        if number is not None:
            set_identity(profile, number)
            changes["identity_number"] = "#"
        person.version = F("version") + 1
        person.save()
        person.refresh_from_db()
        profile.save()
        case.save(update_fields=[*SURROUNDINGS])
        case.candidate = person
        carry_to_roll(case, changed, profile.identity_number.open() if number else None, today)
        settle(case, judge_of(today), what="Sửa thông tin", changes=changes, reason=reason)
        report_duplicates(person, today)
