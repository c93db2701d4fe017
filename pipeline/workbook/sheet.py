"""Sheet CAM_TINH of the workbook: people on their way, one row a file.

New files are written whole by the bulk loader, what is new of a file that is there by `extend_cases`; neither is
judged by gates, for the sheet brings what stands on paper already. A day that a file knows already is never changed
here: that is a correction, which the rules judge one by one.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cells.kinds import CELL_KINDS
from cells.models import Member, Organization
from cells.services.errors import RuleError
from cells.workbook.example import ExampleUnits
from cells.workbook.importing import FactsMovedError, Sheet, register_sheet
from cells.workbook.plan import Change, Outcome, changed
from cells.workbook.reading import Row
from cells.workbook.sheets.organizations import OrganizationSheet
from core.bulk import rows_by_key
from core.dates import format_date, format_partial
from core.field_classes import is_masked
from pipeline.models import Candidate, CandidateProfile, Case, Mentorship
from pipeline.services.bulk import CaseDraft, EventDraft, load_cases
from pipeline.services.duplicates import report_many
from pipeline.services.extending import Addition, extend_cases
from pipeline.services.same_person import said_by_the_roll
from pipeline.workbook import example
from pipeline.workbook.checks import Fault, faults_against_roll, faults_of_days
from pipeline.workbook.columns import (
    CEREMONY,
    COLUMNS,
    DAYS,
    DECISION,
    HELPER,
    INTRODUCTION,
    PERSON,
    PRIVATE,
    RECOGNITION,
    SYMPATHISER,
)
from pipeline.workbook.exporting import rows_of
from pipeline.workbook.numbers import fault_of_code
from pipeline.workbook.person import about_person, about_private, days_of, news, shown
from pipeline.workbook.roll import RollToBe
from pipeline.workbook.stored import StoredFile, StoredFiles, Who, who_is
from pipeline.workbook.undo import CasesBack, Former

FROM_WORKBOOK = "Nhập từ sổ Excel"
"""Why an event is entered late."""
ON_ROLL = {DECISION, CEREMONY, RECOGNITION}
"""Days that the roll knows too."""
TOLD = ("full_name", "born_on", "sex")
"""Of SAID what has a column of its own."""


@register_sheet
class CaseSheet(Sheet):
    name = "CAM_TINH"
    about = "Quần chúng, người xin vào Đảng: mỗi dòng một hồ sơ"
    place = 10
    models = (Candidate, CandidateProfile)
    subject = Case
    page = "pipeline:case-detail"
    columns = COLUMNS
    taking_back = CasesBack

    def check(self, rows: list[Row]) -> None:
        self.drafts: list[CaseDraft] = []
        self.additions: list[Addition] = []
        if not rows:
            return
        units = next(each for each in self.work.sheets if isinstance(each, OrganizationSheet))
        self.kinds = {version.organization.code: version.kind for version in units.changes.new if not version.is_closed}
        """Of organisations that this file founds or changes."""
        self.people: dict[Who, Row] = {}
        self.taken: dict[str, Row] = {}
        """By the code of a member: the row of the file that is his."""
        self.files = StoredFiles(rows)
        codes = {row["member"] for row in rows if row.states("member")}
        codes |= {code for row in rows for code in row["helpers"] or ()}
        self.roll = RollToBe(self.work, codes | self.files.member_codes())
        self.owners = self.files.owners_of(self.roll.members.values())
        self.once([row for row in rows if row.states("code")], "code")
        for row in rows:
            self._check(row)

    def _check(self, row: Row) -> None:
        organization = self.organization(row)
        self._check_members(row)
        case = self._meant(row)
        if "code" in row.faulty:
            return
        if case is None:
            self._new(row, organization)
        else:
            self._known(row, self.files.file(case), organization)

    def _meant(self, row: Row) -> Case | None:
        """The stored file that the row speaks of."""
        if (case := self.files.by_code.get(row["code"])) is not None:
            if not self.work.may_touch(case.organization):
                self.error(row, "code", f"Hồ sơ {case.code} nằm ngoài phạm vi của bạn. Hãy bỏ dòng này khỏi tệp.")
            return case
        who = who_is(row)
        if row.states("code") and (fault := fault_of_code(row["code"])):
            self.error(row, "code", fault)
            return None
        if who is None:
            return None
        if (earlier := self.people.setdefault(who, row)) is not row and not (who[1] is None and row.states("code")):
            self.error(
                row, "code", f"Trùng họ tên, ngày sinh và chi bộ với dòng {earlier.number}. Hãy giữ lại một dòng, hoặc "
                "ghi Mã hồ sơ nếu là hai người.",
            )  # fmt: skip
            return None
        return self._by_person(row, self.files.by_person.get(who, []))

    def _by_person(self, row: Row, found: list[Case]) -> Case | None:
        if not row.states("code"):
            if len(found) > 1:
                codes = ", ".join(sorted(case.code for case in found))
                self.error(row, "code", f"Chi bộ có {len(found)} hồ sơ như vậy ({codes}). Hãy ghi Mã hồ sơ.")
            return found[0] if len(found) == 1 else None
        if found and row.states("born_on"):
            self.error(
                row, "code", f"Chi bộ đã có hồ sơ {found[0].code} của người này. Hãy ghi mã đó, hoặc mở hồ sơ mới ở "
                "trang của người này.",
            )  # fmt: skip
        return None

    def _check_members(self, row: Row) -> None:
        for key, codes in (
            ("member", [row["member"]] if row.states("member") else []),
            ("helpers", row["helpers"] or ()),
        ):
            for code in codes:
                if why := self.roll.why_not(code):
                    self.error(row, key, why)
        own = row["member"]
        if own and own in (row["helpers"] or ()):
            self.error(row, "helpers", "Một người không tự giúp đỡ mình. Hãy bỏ mã của chính người này.")
        if own and (earlier := self.taken.setdefault(own, row)) is not row:
            self.error(row, "member", f"Trùng Mã đảng viên với dòng {earlier.number}. Hãy giữ lại một dòng.")

    def _tell(self, row: Row, faults: Iterator[Fault]) -> None:
        for fault in faults:
            (self.error if fault.is_error else self.warn)(row, fault.key, fault.message)

    # --- a file that is not there yet ------------------------------------------------------------------------------

    def _new(self, row: Row, organization: Organization | None) -> None:
        for key in ("full_name", "organization"):
            if not row.states(key) and key not in row.faulty:
                where = key if key in row.present else "code"
                header = self.header(key)
                self.error(row, where, f"Hồ sơ mới phải có {header}. Hãy điền {header}.")
        days = days_of(row)
        self._tell(row, faults_of_days(days, days, self.work.today))
        if not row.faulty & set(DAYS):
            self._tell(row, faults_against_roll(row["member"], days, self.roll))
        self._refuse_taken(row, None)
        opened_on = min((day for day in days.values() if day <= self.work.today), default=self.work.today)
        self._check_birth(row, opened_on)
        if organization is not None:
            self._check_cell(row, organization, opened_on)
        if row.faulty or organization is None:
            return
        events = [EventDraft(kind, day, late_reason=FROM_WORKBOOK) for kind, day in days.items()]
        if not days:  # somebody on a list of sources: known since the list came in
            events = [EventDraft(INTRODUCTION, opened_on, reason=FROM_WORKBOOK)]
        helpers = self._helpers(row, row["helpers"] or [], days.get(SYMPATHISER, opened_on))
        if helpers and SYMPATHISER in days:
            events.append(EventDraft(HELPER, days[SYMPATHISER], late_reason=FROM_WORKBOOK))
        member = self.roll.members.get(row["member"])
        said = self._said_by_the_roll(row, member)
        person = Candidate(member=member, **about_person(row) | said)
        profile = CandidateProfile(**about_private(row))
        draft = CaseDraft(
            person, organization, opened_on, events, profile=profile, rows=helpers, code=row["code"] or ""
        )
        self.drafts.append(draft)
        self.tell(
            row, Outcome.CREATED, draft.code,
            lambda: f"{person.name_with_year}, {organization.name or organization.code}",
        )  # fmt: skip

    def _said_by_the_roll(self, row: Row, member: Member | None) -> dict[str, Any]:
        """What the roll will say of somebody on it: there a member is called as the roll has him, whatever the row
        says; where it says otherwise, that is told."""
        if member is None or not self.roll.on_roll[member.code]:
            return {}
        said, stated = said_by_the_roll(member), about_person(row)
        for name in said.keys() & set(TOLD):
            if name in stated and stated[name] != said[name]:
                self.warn(
                    row, name, f"{self.header(name)} khác với danh sách đảng viên nên hồ sơ ghi theo danh sách. Nếu ô "
                    "này đúng, hãy sửa ở sheet DANG_VIEN.",
                )  # fmt: skip
        return said

    def _check_birth(self, row: Row, opened_on: date) -> None:
        if row.states("born_on") and row["born_on"].value >= opened_on:
            self.error(
                row,
                "born_on",
                f"Ngày sinh phải trước ngày sớm nhất của hồ sơ, {format_date(opened_on)}. Hãy sửa lại ngày.",
            )

    def _check_cell(self, row: Row, organization: Organization, opened_on: date) -> None:
        code = organization.code
        if self.kinds.get(code, organization.kind) not in CELL_KINDS:
            self.error(row, "organization", f"Tổ chức {code} không phải là chi bộ. Hãy ghi mã chi bộ giữ hồ sơ.")
        closed_on = self.work.closing_days.get(code)
        if closed_on and closed_on <= opened_on:
            self.error(
                row, "organization", f"Chi bộ {code} đã thôi hoạt động từ ngày {format_date(closed_on)}. Hãy ghi mã "
                "chi bộ kế thừa.",
            )  # fmt: skip

    def _helpers(self, row: Row, codes: list[str], since: date) -> list[Mentorship]:
        found = []
        for code in codes:
            if code not in self.roll.members:
                continue
            if not self.roll.is_official(code, since):
                self.warn(
                    row, "helpers", f"Đảng viên {code} chưa là đảng viên chính thức vào ngày {format_date(since)}. Hãy "
                    "kiểm tra lại người giúp đỡ.",
                )  # fmt: skip
            found.append(Mentorship(helper=self.roll.members[code], since=since, reason=FROM_WORKBOOK))
        return found

    def _refuse_taken(self, row: Row, person: Candidate | None) -> None:
        """A member is one person: no second one is made of him."""
        member = self.roll.members.get(row["member"])
        owner = self.owners.get(member.pk) if member is not None and member.pk else None
        if owner is not None and (person is None or owner != person.pk):
            self.error(
                row,
                "member",
                f"Đảng viên {row['member']} đã có hồ sơ khác trong hệ thống. Hãy ghi Mã hồ sơ của hồ sơ đó.",
            )

    # --- a file that is there --------------------------------------------------------------------------------------

    def _known(self, row: Row, file: StoredFile, organization: Organization | None) -> None:
        case, person = file.case, file.case.candidate
        self._check_place(row, case, organization)
        self._check_own_code(row, file)
        stored = {key: day for key in DAYS if (day := self._stored_day(file, key))}
        fresh = {}
        for key, day in days_of(row).items():
            if key in stored and stored[key] != day:
                self.error(
                    row, key, f"Hồ sơ {case.code} đã ghi {self.header(key)} là {format_date(stored[key])}. Hãy đính "
                    "chính ở trang hồ sơ, hoặc sửa lại ô này.",
                )  # fmt: skip
            elif key not in stored and (key, day) not in file.days.entered:
                fresh[key] = day
        known = stored | fresh
        self._tell(row, faults_of_days(fresh, known, self.work.today))
        for key, day in fresh.items():
            if day < case.opened_on:
                self.error(row, key, f"Ngày này trước ngày mở hồ sơ {format_date(case.opened_on)}. Hãy sửa lại ngày.")
        member = None
        if row.states("member") and (file.member is None or file.member.code != row["member"]):
            member = self.roll.members.get(row["member"])
            self._refuse_taken(row, person)
        if (member is not None or fresh.keys() & ON_ROLL) and not row.faulty & set(DAYS):
            self._tell(row, faults_against_roll(row["member"] or (file.member and file.member.code), known, self.roll))
        self._check_birth(row, case.opened_on)
        on_record = member or (self.roll.members.get(file.member.code) if file.member else None)
        said = self._said_by_the_roll(row, on_record)
        about = {name: value for name, value in about_person(row).items() if name not in said}
        if member is not None:
            about |= said  # from now on; of a member the roll's own changes reach the file
        addition = Addition(
            case,
            news(about, person),
            news(about_private(row), getattr(person, "profile", None)),
            member=member,
        )
        helpers = [code for code in row["helpers"] or () if code not in file.helpers]
        if row.faulty:
            return
        self._add(row, file, addition, fresh, helpers, known)

    def _add(
        self, row: Row, file: StoredFile, addition: Addition, fresh: dict[str, date], helpers: list[str],
        known: dict[str, date],
    ) -> None:  # fmt: skip
        case = file.case
        since = self.work.today if file.was_helped else known.get(SYMPATHISER, case.opened_on)
        addition.helpers = self._helpers(row, helpers, since)
        events = [EventDraft(kind, day, late_reason=FROM_WORKBOOK) for kind, day in fresh.items()]
        if addition.helpers and SYMPATHISER in known and file.day_of(HELPER) is None and not file.was_helped:
            events.append(EventDraft(HELPER, since, late_reason=FROM_WORKBOOK))
        addition.events = events
        if (events or helpers) and case.status != "open":
            self.error(
                row, "code", f"Hồ sơ {case.code} {case.get_status_display()} nên không nhận thêm việc. Hãy bỏ các ngày "
                "mới, hoặc mở lại hồ sơ ở trang hồ sơ.",
            )  # fmt: skip
            return
        if addition.is_empty:
            self.tell(row, Outcome.UNCHANGED)
            return
        self.additions.append(addition)
        person = case.candidate
        self.tell(
            row, Outcome.UPDATED, case.code, lambda: person.name_with_year,
            lambda: self._differences(file, addition, fresh, helpers),
        )  # fmt: skip

    def _check_place(self, row: Row, case: Case, organization: Organization | None) -> None:
        """The sheet moves no file: that has a day and a reason. Where it was opened may still be named."""
        if organization is not None and organization.pk not in (case.organization_id, case.first_organization_id):
            self.error(
                row, "organization", f"Hồ sơ {case.code} đang ở {case.organization.code}, không phải "
                f"{organization.code}. Hãy ghi việc chuyển chi bộ ở trang hồ sơ, hoặc sửa Mã tổ chức.",
            )  # fmt: skip

    def _check_own_code(self, row: Row, file: StoredFile) -> None:
        if row.states("member") and file.member is not None and file.member.code != row["member"]:
            self.error(
                row, "member", f"Hồ sơ {file.case.code} là của đảng viên {file.member.code}, không phải "
                f"{row['member']}. Hãy sửa Mã đảng viên.",
            )  # fmt: skip

    def _stored_day(self, file: StoredFile, key: str) -> date | None:
        """What the file knows already; of its end the roll says which day counts."""
        day = file.day_of(key)
        return file.member.official_on if key == RECOGNITION and day and file.member else day

    def _differences(
        self, file: StoredFile, addition: Addition, fresh: dict[str, date], helpers: list[str]
    ) -> list[Change]:
        person, profile = file.case.candidate, getattr(file.case.candidate, "profile", None)
        told = {
            self.header(name): (shown(name, getattr(person, name)), shown(name, value))
            for name, value in addition.person.items()
            if name in PERSON
        }
        if "born_on" in addition.person:
            born = addition.person["born_on"], addition.person["born_precision"]
            told[self.header("born_on")] = (person.born_text, format_partial(*born))
        told |= {
            self.header(name): (getattr(profile, name, ""), value) for name, value in addition.profile.items()
        }  # fmt: skip
        told |= {self.header(key): ("", format_date(day)) for key, day in fresh.items()}
        if helpers:
            told[self.header("helpers")] = (
                "; ".join(sorted(file.helpers)),
                "; ".join([*sorted(file.helpers), *helpers]),
            )
        if addition.member is not None:
            told[self.header("member")] = ("", addition.member.code)
        return changed(told, hidden=[self.header(name) for name in PRIVATE if is_masked(CandidateProfile, name)])

    # --- writing and reading back ----------------------------------------------------------------------------------

    def write(self) -> date | None:
        self.former_rows = Former()
        if not (self.drafts or self.additions):
            return None
        codes = {draft.organization.code for draft in self.drafts}
        units = {unit.code: unit for unit in rows_by_key(Organization.objects.all(), "code", codes)}
        for draft in self.drafts:
            draft.organization = units[draft.organization.code]  # as the sheet of organisations has just written it
        try:
            self.former_rows.before(self.additions)
            extend_cases(self.additions, today=self.work.today)
            load_cases(self.drafts, today=self.work.today, savepoint=False)
            report_many((draft.person for draft in self.drafts), self.work.today)
        except RuleError as refusal:  # somebody was faster: what was checked no longer holds
            raise FactsMovedError from refusal
        self.former_rows.after(self.drafts, self.additions)
        return None

    def former(self) -> Any:
        return self.former_rows.as_json()

    @classmethod
    def example(cls, units: ExampleUnits) -> Iterator[dict[str, Any]]:
        return example.files(units)

    @classmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        return rows_of(scope)
