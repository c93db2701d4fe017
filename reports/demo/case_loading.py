"""Folders of the demo into the database, by the bulk loader of files."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from cells.kinds import Sex
from cells.models import Member, Organization
from core.bulk import chunks
from pipeline.kinds import CaseKind, LeftBecause
from pipeline.models import (
    Candidate,
    CandidateProfile,
    CaseDocument,
    CaseRow,
    FileReceipt,
    HelperRemark,
    MemberCard,
    Mentorship,
    Opinion,
    Relative,
    SessionItem,
    TrialTask,
    VettingInquiry,
)
from pipeline.services.bulk import CaseDraft, EventDraft, load_cases
from pipeline.services.cases import NO_DOCUMENT, Document
from pipeline.services.identity import set_identity
from pipeline.services.opening import Surroundings
from reports.demo.case_joined import Joined
from reports.demo.case_people import Kin, Outsider, has_trade_union
from reports.demo.case_rows import Folder
from reports.demo.case_upward import Card, Item
from reports.demo.case_walk import Happening, Walk
from reports.demo.committee_books import Books
from reports.demo.people import member_prefix
from reports.demo.tree import Tree

AT_ONCE = 300
"""Files written in one transaction."""
CARD_NUMBER = MemberCard._meta.get_field("number")


def write_cases(folders: list[Folder], tree: Tree, today: date) -> Iterator[float]:
    """Store *folders*, whose cells and members are in the database, some at a time so that others can write between;
    tells after each part which share is done."""
    if not folders:
        return
    books = Books(folders[0].walk.ground, folders)
    books.write()
    writer, done = _Writer(folders, tree, books), 0
    for part in chunks(folders, AT_ONCE):
        load_cases([writer.draft(folder) for folder in part], today=today, savepoint=False)
        done += len(part)
        yield done / len(folders)


class _Writer:
    """Turns codes into rows: each member and cell is read once."""

    def __init__(self, folders: list[Folder], tree: Tree, books: Books) -> None:
        self._tree, self._books = tree, books
        self._units: dict[str, Organization] = Organization.objects.in_bulk(list(tree.units), field_name="code")
        self._people: dict[str, Candidate] = {}
        """Members who have a file already: who was struck off may have a second one."""
        codes = {row.member for folder in folders for row in folder.walk.helpings}
        codes |= {folder.walk.member_code for folder in folders}
        for folder in folders:
            for event in folder.walk.happenings:
                codes.update(event.confirmed)
        prefix = member_prefix(tree.number)
        own = Member.objects.filter(code__gte=prefix, code__lt=f"{prefix}:")  # what comes after all digits
        known = own.values_list("code", "pk", "public_id")
        found = {code: (key, public_id) for code, key, public_id in known if code in codes}
        self._keys: dict[str, int] = {code: key for code, (key, _) in found.items()}
        self._ids: dict[str, UUID] = {code: public_id for code, (_, public_id) in found.items()}

    def draft(self, folder: Folder) -> CaseDraft:
        walk = folder.walk
        cell = self._tree.units[walk.opened_in]
        person = walk.person
        relatives = [_relative(kin) for kin in person.family]
        values = {
            "has_youth_union": person.near_youth_union, "has_trade_union": has_trade_union(cell),
            "is_difficult_area": person.is_difficult_area,
        }  # fmt: skip
        kind = CaseKind.FIRST
        if isinstance(walk, Joined) and walk.former:
            kind = CaseKind.READMISSION
            values |= {"former_left_on": walk.former.on, "former_because": LeftBecause.STRUCK_OFF}
        rows = self._rows(folder, relatives)
        items = [(item.decision, self._item(item)) for item in folder.items]
        decided = {id(decision): row for decision, row in items if decision}
        return CaseDraft(
            self._candidate(walk), self._units[walk.opened_in], walk.opened_on,
            [self._event(event, decided.get(id(event))) for event in walk.happenings], profile=_profile(person),
            relatives=relatives, rows=[*rows, *(row for _, row in items)],
            surroundings=Surroundings(kind, person.routes, values),
        )  # fmt: skip

    def _candidate(self, walk: Walk) -> Candidate:
        code = walk.member_code
        if code and code in self._people:
            return self._people[code]
        made = _candidate(walk.person)
        if code:
            made.member_id = self._keys[code]
            self._people[code] = made
        return made

    def _event(self, event: Happening, item: SessionItem | None) -> EventDraft:
        document = Document(event.number, event.on) if event.number else NO_DOCUMENT
        on_behalf = ""
        if item:
            issuer = item.session.organization.name
            document = replace(document, issuer=issuer)
            on_behalf = f"{item.session.get_body_display()} {issuer}"[:120]
        return EventDraft(
            event.kind, event.on, agreed=event.agreed, figures=event.ballot,
            confirmed=sorted(str(self._ids[code]) for code in event.confirmed), steps=event.steps, by=event.by,
            document=document, on_behalf=on_behalf,
            moved_to=self._units[event.moved_to] if event.moved_to else None, reason=event.reason,
            at=self._units[event.cell] if event.cell else None, session_item=item,
        )  # fmt: skip

    def _item(self, item: Item) -> SessionItem:
        return SessionItem(
            session=self._books.sessions[item.held_on], position=self._books.place_on(item.held_on), step=item.step,
            submitted_on=item.submitted_on, notified_on=item.notified_on, outcome=item.outcome,
            outcome_reason=item.reason,
        )  # fmt: skip

    def _card(self, card: Card) -> MemberCard:
        row = MemberCard(batch=self._books.batches[card.batch], handed_on=card.handed_on)
        if card.number:
            CARD_NUMBER.put(row, card.number)
        return row

    def _rows(self, folder: Folder, relatives: list[Relative]) -> list[CaseRow]:
        rows: list[CaseRow] = []
        helpers: dict[int, Mentorship] = {}
        for row in folder.walk.helpings:
            helpers[id(row)] = Mentorship(
                helper_id=self._keys[row.member], since=row.since, until=row.until, ended_because=row.ended_because,
                together_since=row.together_since, replaces=helpers[id(row.replaces)] if row.replaces else None,
                reason="Thay người giúp đỡ" if row.replaces else "", introduced_on=row.introduced_on,
            )  # fmt: skip
        rows += helpers.values()
        rows += [
            HelperRemark(mentorship=helpers[id(row.helping)], year=row.year, quarter=row.quarter, text=row.text)
            for row in folder.remarks
        ]
        rows += [TrialTask(**vars(row)) for row in folder.tasks]
        rows += [CaseDocument(**vars(row)) for row in folder.papers]
        rows += [Opinion(**vars(row)) for row in folder.views]
        rows += [
            FileReceipt(organization=self._units[row.committee], handed_by="Bí thư chi bộ",
                        **{name: value for name, value in vars(row).items() if name != "committee"})
            for row in folder.receipts
        ]  # fmt: skip
        if folder.card:
            rows.append(self._card(folder.card))
        kin = {id(each): row for each, row in zip(folder.walk.person.family, relatives, strict=True)}
        for asked in folder.asked:
            values = {name: value for name, value in vars(asked).items() if name != "kin"}
            rows.append(VettingInquiry(relative=kin[id(asked.kin)] if asked.kin else None, **values))
        return rows


def _candidate(person: Outsider) -> Candidate:
    return Candidate(
        full_name=person.full_name, born_on=person.born, sex=Sex.FEMALE if person.is_woman else Sex.MALE,
        education=person.education, occupation=person.work.occupation, phone=person.phone,
        sources=person.work.sources, in_youth_union=person.in_youth_union, in_trade_union=person.in_trade_union,
        is_citizen=True,
    )  # fmt: skip


def _profile(person: Outsider) -> CandidateProfile:
    profile = CandidateProfile(
        ethnicity=person.ethnicity, religion=person.religion, home_address=person.home,
        has_political_question=person.has_political_question,
    )  # fmt: skip
    set_identity(profile, person.identity_number)
    return profile


def _relative(kin: Kin) -> Relative:
    return Relative(
        relation=kin.relation, full_name=kin.full_name, birth_year=kin.birth_year, residence=kin.residence
    )  # fmt: skip
