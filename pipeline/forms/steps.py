"""The form of a step or outcome, built from what the edition says of it; and those of steps that need more."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from core.dates import format_date
from core.forms import DayField
from pipeline.engine.facts import Ballot as Figures
from pipeline.engine.votes import count
from pipeline.forms.case_forms import (
    OPTIONAL,
    PAPER_ROW,
    AnyCellField,
    CaseForm,
    LateReasonField,
    Paper,
    day_field,
)  # fmt: skip
from pipeline.kinds import INTRODUCED_BY
from pipeline.models import Case
from pipeline.queries.helping import official_members, present_helpers
from pipeline.queries.voters import Voters
from pipeline.rulebook import entries as rules
from pipeline.rulebook.entries import Outcome, Step
from pipeline.services.ballots import Vote, is_cell_vote
from pipeline.services.cases import NEEDS_REASON
from pipeline.services.upward import RESOLUTIONS

AGREED = [("co", "Đồng ý"), ("khong", "Không đồng ý")]
UNIONS = [*INTRODUCED_BY.items()]
REASONED = ("withdrew", "redo_ordered", "remedied", "readmission")
"""Outcomes that say why, besides those whose effect asks for it."""
NUMBERS = ("members", "present", "yes", "no", "blank")
IsLate = Callable[[date], bool]


def number_field(label: str, **options: Any) -> forms.IntegerField:
    field = forms.IntegerField(label=label, min_value=0, max_value=100_000, **options)
    field.error_messages |= {"invalid": "Hãy ghi một số, ví dụ 9.", "min_value": "Số này không thể âm."}
    field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
    return field


class StepForm(CaseForm, Paper):
    """A step that was taken, or an outcome that befell the file; asks only what the rule *rule* needs."""

    asks: tuple[str, ...] = ("rule", "again")
    on = day_field("Ngày diễn ra")
    by = forms.CharField(label="Ai làm", max_length=120, **OPTIONAL)
    agreed = forms.ChoiceField(label="Kết luận", choices=AGREED, widget=forms.RadioSelect)
    steps = forms.MultipleChoiceField(label="Việc phải làm lại hoặc bổ sung", widget=forms.CheckboxSelectMultiple)
    moved_to = AnyCellField(label="Chuyển đến chi bộ")
    members = number_field("Tổng số thành viên", **OPTIONAL)
    present = number_field("Có mặt", **OPTIONAL)
    yes = number_field("Tán thành", **OPTIONAL)
    no = number_field("Không tán thành", **OPTIONAL)
    blank = number_field("Phiếu trắng, hỏng", **OPTIONAL)
    reason = forms.CharField(label="Lý do", max_length=255)
    late_reason = LateReasonField()
    seen = forms.CharField(widget=forms.HiddenInput, **OPTIONAL)

    rows = (
        (("on", 4), ("by", 8)),
        (("moved_to", 12),),
        (("agreed", 12),),
        (("reason", 12),),
        (("steps", 12),),
        (("members", 4), ("present", 4)),
        (("yes", 4), ("no", 4), ("blank", 4)),
        PAPER_ROW,
        (("late_reason", 12),),
    )

    def __init__(
        self, data: Any = None, *, user: Any, case: Case, rule: Step | Outcome, today: date, is_late: IsLate,
        again: list[tuple[str, str]], seen: str,
    ) -> None:  # fmt: skip
        initial = {"on": format_date(today), "seen": seen}
        super().__init__(data, user=user, case=case, initial=initial)
        self.rule = rule
        self.fields["steps"].choices = again
        keep = self._kept()
        for name in [*self.fields]:
            if name not in keep:
                del self.fields[name]
        self._dress()
        self.ask_why_late(is_late)

    def _kept(self) -> set[str]:
        rule = self.rule
        kept = {"version", "seen", "on", "late_reason", "document_number", "document_date", "document_issuer"}
        if isinstance(rule, Outcome):
            kept |= {"reason"} if rule.effect in NEEDS_REASON or rule.name in REASONED else set()
            kept |= {"moved_to"} if rule.name == "moved" else set()
            kept |= {"steps", "reason"} if rule.name == "returned" else set()
            return kept
        kept |= {"by"}
        resolves = rule.name in RESOLUTIONS
        if rule.on_failure or resolves:
            kept |= {"agreed", "reason"}
        if rule.vote or resolves or rule.actor == "decider":
            kept |= {*NUMBERS, "agreed"} if rule.name != "card" else set()
        return kept

    def _dress(self) -> None:
        fields, rule = self.fields, self.rule
        if isinstance(rule, Step):
            fields["by"].label = (
                "Tổ chức giới thiệu" if rule.actor in ("union", "mass_organisation") else "Ai làm, ai ký"
            )
            if rule.name == "union_introduction":
                fields["by"] = forms.ChoiceField(label="Tổ chức giới thiệu", choices=UNIONS, widget=forms.RadioSelect)
            if rule.form:
                fields["document_number"].help_text = f"Mẫu {rule.form}; không có số thì bỏ trống."
            if "reason" in fields:
                fields["reason"].required = False
                fields["reason"].help_text = "Bắt buộc khi không đồng ý."
        if "members" in fields:
            fields["members"].help_text = "Biên bản không ghi số phiếu thì bỏ trống cả năm ô."

    @property
    def submit(self) -> str:
        return "Ghi vào hồ sơ"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "agreed" in self.fields:
            cleaned["agreed"] = {"co": True, "khong": False}.get(cleaned.get("agreed"))
        if cleaned.get("agreed") is False and "reason" in self.fields and not cleaned.get("reason"):
            self.add_error("reason", "Hãy ghi vì sao không đồng ý: người trong cuộc và chi bộ cần biết để làm tiếp.")
        given = [name for name in ("members", "yes") if cleaned.get(name) is not None]
        if len(given) == 1:
            lacking = "yes" if given == ["members"] else "members"
            self.add_error(lacking, "Đã ghi số phiếu thì hãy ghi đủ tổng số người và số tán thành.")
        return cleaned

    @property
    def vote(self) -> Vote | None:
        """The figures of a committee's vote, None where none were given."""
        cleaned = self.cleaned_data
        if cleaned.get("yes") is None:
            return None
        return Vote(
            yes=cleaned["yes"], no=cleaned.get("no") or 0, blank=cleaned.get("blank") or 0,
            present=cleaned.get("present"), members=cleaned.get("members"),
        )  # fmt: skip


class CellVoteForm(CaseForm, Paper):
    """The cell's meeting about one person: official members confirmed name by name, then the figures."""

    asks = ("rule", "voters_of")
    on = DayField(label="Ngày họp chi bộ")
    confirmed = forms.MultipleChoiceField(
        label="Đảng viên chính thức của chi bộ ngày họp", widget=forms.CheckboxSelectMultiple,
        help_text="Đánh dấu từng người sau khi đối chiếu với danh sách của chi bộ, cả người vắng mặt.",
    )  # fmt: skip
    present = number_field("Có mặt", help_text="Chỉ đếm đảng viên chính thức.")
    exempt_present = number_field("Người được miễn sinh hoạt mà vẫn dự", **OPTIONAL)
    yes = number_field("Tán thành")
    no = number_field("Không tán thành", initial=0)
    blank = number_field("Phiếu trắng, hỏng", initial=0)
    late_reason = LateReasonField()
    seen = forms.CharField(widget=forms.HiddenInput, **OPTIONAL)

    rows = (
        (("on", 4),),
        (("confirmed", 12),),
        (("present", 4), ("exempt_present", 6)),
        (("yes", 4), ("no", 4), ("blank", 4)),
        PAPER_ROW,
        (("late_reason", 12),),
    )
    submit = "Ghi kết quả họp"

    def __init__(
        self, data: Any = None, *, user: Any, case: Case, rule: Step, today: date, is_late: IsLate, voters_of: Any,
        seen: str,
    ) -> None:  # fmt: skip
        super().__init__(data, user=user, case=case, initial={"on": today, "seen": seen})
        self.rule = rule
        self.voters: Voters = voters_of(self.sent_day() or today)
        self.fields["confirmed"].choices = [
            (str(member.public_id), self._named(member)) for member in self.voters.members
        ]
        if not any(state == "exempt" for state in self.voters.states.values()):
            del self.fields["exempt_present"]
        if rule.form:
            self.fields["document_number"].help_text = f"Nghị quyết {rule.form}"
        self.ask_why_late(is_late)

    def _named(self, member: Any) -> str:
        words = {"exempt": "được miễn sinh hoạt", "away": "tạm thời sinh hoạt nơi khác", "suspended": "bị đình chỉ"}
        state = words.get(self.voters.states.get(member.pk, ""))
        return member.name_with_year + (f" · {state}" if state else "")

    def needed(self, rule: rules.Vote | None) -> str:
        """How many must agree, before anybody has voted."""
        if rule is None or not self.voters.members:
            return ""
        found = count(self._figures(yes=0), rule)
        return f"Cần ít nhất {found.needed} phiếu tán thành trên {found.base} đảng viên chính thức được tính."

    @property
    def vote(self) -> Vote:
        cleaned = self.cleaned_data
        return Vote(
            yes=cleaned["yes"], no=cleaned["no"], blank=cleaned["blank"], present=cleaned["present"],
            exempt_present=cleaned.get("exempt_present") or 0, confirmed=tuple(map(UUID, cleaned["confirmed"])),
        )  # fmt: skip

    @property
    def figures(self) -> Figures:
        """The same as the rules count it, before anything is stored."""
        cleaned = self.cleaned_data
        names = ("yes", "no", "blank", "present")
        given = {name: cleaned[name] for name in names} | {"exempt_present": cleaned.get("exempt_present") or 0}
        return self._figures(**given)

    def _figures(self, **given: int) -> Figures:
        states = {name: self.voters.count(name) for name in ("away", "exempt", "suspended")}
        return Figures(members=len(self.voters.members), **states, **given)


class _MemberForm(CaseForm):
    """Somebody of the cell's official members is named."""

    def offer(self, name: str, today: date) -> None:
        self.members = {str(each.public_id): each for each in official_members(self.case.organization, today)}
        choices = [("", "chọn một đảng viên chính thức")]
        choices += [(key, _named(each)) for key, each in self.members.items()]
        self.fields[name].choices = choices


def _named(member: Any) -> str:
    busy = f" · đang giúp {member.helps} người" if member.helps else ""
    return f"{member.name_with_year}{busy}"


class HelperForm(_MemberForm, Paper):
    """Somebody is assigned to help, by the cell's resolution."""

    helper = forms.ChoiceField(label="Đảng viên giúp đỡ")
    on = DayField(label="Phân công từ ngày")
    together_since = DayField(
        label="Cùng công tác, học tập hoặc cư trú từ", help_text="Quy định hỏi đủ 12 tháng đến ngày phân công.",
        **OPTIONAL,
    )  # fmt: skip
    replaces = forms.ChoiceField(label="Thay cho", **OPTIONAL)
    reason = forms.CharField(label="Lý do", max_length=255, help_text="Bắt buộc khi thay người.", **OPTIONAL)
    late_reason = LateReasonField()
    seen = forms.CharField(widget=forms.HiddenInput, **OPTIONAL)

    rows = (
        (("helper", 12),),
        (("on", 4), ("together_since", 8)),
        (("replaces", 6), ("reason", 6)),
        PAPER_ROW,
        (("late_reason", 12),),
    )
    submit = "Ghi phân công"

    def __init__(
        self, data: Any = None, *, user: Any, case: Case, today: date, is_late: IsLate, seen: str
    ) -> None:  # fmt: skip
        super().__init__(data, user=user, case=case, initial={"on": today, "seen": seen})
        self.offer("helper", today)
        self.present = {str(row.public_id): row for row in present_helpers(case)}
        if self.present:
            self.fields["replaces"].choices = [("", "không thay ai, giúp thêm")] + [
                (key, row.helper.full_name) for key, row in self.present.items()
            ]
        else:
            del self.fields["replaces"], self.fields["reason"]
        self.fields["document_number"].label = "Nghị quyết số"
        self.ask_why_late(is_late)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["helper"] = self.members.get(cleaned.get("helper", ""))
        cleaned["replaces"] = self.present.get(cleaned.get("replaces", ""))
        if cleaned["replaces"] and not cleaned.get("reason"):
            self.add_error("reason", "Hãy ghi lý do thay người giúp đỡ.")
        return cleaned


class IntroductionForm(_MemberForm):
    """An official member has written the 3-KNĐ."""

    member = forms.ChoiceField(label="Đảng viên viết giấy giới thiệu (3-KNĐ)")
    on = DayField(label="Ngày viết")
    together_since = DayField(label="Cùng công tác, học tập hoặc cư trú từ", **OPTIONAL)
    late_reason = LateReasonField()
    seen = forms.CharField(widget=forms.HiddenInput, **OPTIONAL)

    rows = ((("member", 12),), (("on", 4), ("together_since", 8)), (("late_reason", 12),))
    submit = "Ghi giấy giới thiệu"

    def __init__(
        self, data: Any = None, *, user: Any, case: Case, today: date, is_late: IsLate, seen: str
    ) -> None:  # fmt: skip
        super().__init__(data, user=user, case=case, initial={"on": today, "seen": seen})
        self.offer("member", today)
        helping = next(iter(present_helpers(case)), None)
        if helping and str(helping.helper.public_id) in self.members:
            self.initial["member"] = str(helping.helper.public_id)
        self.ask_why_late(is_late)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["member"] = self.members.get(cleaned.get("member", ""))
        return cleaned


class TaskForm(CaseForm):
    """A trial task is given."""

    task = forms.CharField(label="Nhiệm vụ", max_length=255, help_text="Ví dụ: vận động năm hộ góp đất làm đường.")
    on = DayField(label="Ngày giao")
    due_on = DayField(label="Hạn", **OPTIONAL)
    late_reason = LateReasonField()
    seen = forms.CharField(widget=forms.HiddenInput, **OPTIONAL)

    rows = ((("task", 12),), (("on", 4), ("due_on", 4)), (("late_reason", 12),))
    submit = "Giao nhiệm vụ"

    def __init__(
        self, data: Any = None, *, user: Any, case: Case, today: date, is_late: IsLate, seen: str
    ) -> None:  # fmt: skip
        super().__init__(data, user=user, case=case, initial={"on": today, "seen": seen})
        self.ask_why_late(is_late)


FORMS: dict[str, type[CaseForm]] = {
    "helper": HelperForm, "introductions": IntroductionForm, "trial_tasks": TaskForm,
}  # fmt: skip
"""Steps that need more than a day and a paper."""


def form_class(rule: Step | Outcome) -> type[CaseForm]:
    if isinstance(rule, Step) and is_cell_vote(rule):
        return CellVoteForm
    return FORMS.get(rule.name, StepForm)
