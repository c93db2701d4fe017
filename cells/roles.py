"""Who may do what, to what, and how far: the one table that views, forms, exports and jobs ask.

A row is granted by one active appointment, never by mixing the reach of one with the right of another.
"""

from enum import Enum

from django.db import models


class Role(models.TextChoices):
    """Vai trò của một phân công."""

    CELL_SECRETARY = "cell_secretary", "Bí thư chi bộ"
    COMMITTEE_OFFICER = "committee_officer", "Cán bộ cấp ủy cơ sở"
    BOARD_OFFICER = "board_officer", "Cán bộ Ban Tổ chức"
    BOARD_HEAD = "board_head", "Lãnh đạo Ban Tổ chức"
    TRAINING_CENTRE = "training_centre", "Cán bộ Trung tâm Chính trị"
    MASS_ORGANISATION = "mass_organisation", "Cán bộ Mặt trận, đoàn thể"
    INSPECTOR = "inspector", "Cán bộ kiểm tra"
    ADMINISTRATOR = "administrator", "Quản trị kỹ thuật"


class Reach(Enum):
    """How far a right goes from the place of the appointment."""

    OWN = "đơn vị mình"
    SUBTREE = "đơn vị mình và cấp dưới"
    BELOW = "cấp dưới của đơn vị mình"
    LINE = "đơn vị mình, các cấp trên và cấp dưới"
    """For what a unit above offers to those below it: a class."""
    CLASS = "lớp của trung tâm mình"
    """Classes of the own centre, and who attends them."""
    NOMINATIONS = "người do mình giới thiệu"
    MANDATE = "phạm vi được giao kiểm tra"
    ALL = "chung cho mọi đơn vị"
    """Rows that belong to no organisation: the same for everybody."""
    TOP = "chung cho mọi đơn vị, khi công tác ở cấp cao nhất"
    """The same rows, for those whose place has nobody above: what holds for all is not set by one among many."""


class Action(models.TextChoices):
    """What can be done with rows of a model."""

    VIEW = "view", "xem"
    RECORD = "record", "ghi đảng viên, biến động, trạng thái"
    ARRANGE = "arrange", "đổi tên, chuyển, sáp nhập, giải thể tổ chức"
    PLACE = "place", "đặt tổ chức khác vào dưới: lập mới, chuyển đến, sáp nhập vào"
    ASSIGN = "assign", "giao chỉ tiêu"
    PLAN = "plan", "ghi kế hoạch tự đề ra"
    DECLARE = "declare", "khai số liệu năm trước"
    SET_POLICY = "set_policy", "quy định cách tính tỷ lệ"
    IMPORT = "import", "nhập từ Excel"
    REPORT = "report", "lập báo cáo"
    AUDIT = "audit", "xem nhật ký"
    REVEAL = "reveal", "xem thông tin nhạy cảm đang che, có ghi lý do"
    APPOINT = "appoint", "tạo người dùng, ghi phân công"
    APPROVE = "approve", "duyệt phân công cần hai người"
    APPROVE_EXPORT = "approve_export", "duyệt lần xuất dữ liệu cần hai người"
    RECORD_CASE = "record_case", "ghi hồ sơ kết nạp"
    ENROL = "enrol", "cử người đi học lớp bồi dưỡng"
    RUN_CLASS = "run_class", "mở lớp, nhận học viên, ghi kết quả, cấp giấy chứng nhận"
    VET = "vet", "gửi, đôn đốc thẩm tra nhiều hồ sơ một lần, giữ danh bạ nơi thẩm tra"
    COUNT_NEED = "count_need", "xem số người cần học lớp bồi dưỡng, không xem là ai"
    SET_RULES = "set_rules", "ghi đối chiếu quy định, sửa lịch làm việc"


_CASES = (
    "pipeline.candidate",
    "pipeline.candidateprofile",
    "pipeline.relative",
    "pipeline.case",
    "pipeline.caseevent",
    "pipeline.ballot",
    "pipeline.mentorship",
    "pipeline.trialtask",
    "pipeline.helperremark",
    "pipeline.vettinginquiry",
    "pipeline.opinion",
    "pipeline.casedocument",
    "pipeline.rollentry",
    "pipeline.sessionitem",
    "pipeline.filereceipt",
    "pipeline.membercard",
)
"""A person's file. What of it is masked, its models say (`core/field_classes.py`)."""
_CLASS, _STUDENT, _CENTRE = "pipeline.trainingclass", "pipeline.enrolment", "cells.association"
_INQUIRY, _BODY = "pipeline.vettinginquiry", "pipeline.vettingbody"
_AGENDAS = ("pipeline.session", "pipeline.cardbatch")
"""What a committee that decides keeps of its own; of the files on it each sees those of the own units."""
_CONTENT = (
    "cells.organization",
    "cells.member",
    "cells.memberstate",
    "cells.movement",
    "cells.declaredyear",
    "cells.association",
    "cells.residentialpost",
    "cells.areaassignment",
    "reports.target",
    "reports.plan",
    "reports.yearfigures",
    "reports.report",
    *_CASES,
    _STUDENT,
    *_AGENDAS,
)
"""What an office works with; the models of a new page are added here, and nowhere else."""


Rights = dict[tuple[str, str], Reach]
"""(action, model) → how far. An action that needs a place to begin (a member to enter, a report to make) is granted
on `cells.organization` too: the organisations where it may be done."""


def _view(reach: Reach) -> Rights:
    return {(Action.VIEW, model): reach for model in _CONTENT} | {
        (Action.VIEW, model): Reach.LINE for model in (_CLASS, _BODY)
    }


def _without(rights: Rights, *models: str) -> Rights:
    return {key: reach for key, reach in rights.items() if key[1] not in models}


def _do(action: Action, reach: Reach, *models: str) -> Rights:
    return {(action, model): reach for model in ("cells.organization", *models)}


def _enrol(reach: Reach) -> Rights:
    """Of one's own people, in any class that stands open to them."""
    return {(Action.ENROL, _CLASS): Reach.LINE} | {
        (Action.ENROL, model): reach for model in (_STUDENT, "pipeline.case")
    }


_RUN_CLASSES: Rights = {(Action.RUN_CLASS, model): Reach.SUBTREE for model in (_CENTRE, _CLASS, _STUDENT)}
"""The Board enters for a centre without a computer, and where the committee holds the class itself."""
_REVEALED = ("cells.member", "pipeline.candidateprofile", "pipeline.relative", "pipeline.vettinginquiry")
"""Models with masked fields; inspectors see that something is filled in, not what."""


def _reveal(reach: Reach) -> Rights:
    return {(Action.REVEAL, model): reach for model in _REVEALED}


_SEE_POLICY: Rights = {(Action.VIEW, "reports.targetpolicy"): Reach.ALL}
_TRAIL = "core.auditevent"
_LEDGER = "core.exportentry"
_RULES = ("pipeline.ruleconfirmation", "core.calendarday")
_SEE_RULES: Rights = {(Action.VIEW, model): Reach.ALL for model in _RULES}
_SET_RULES: Rights = {(Action.SET_RULES, model): Reach.TOP for model in _RULES}
_SET_POLICY: Rights = {(Action.SET_POLICY, "reports.targetpolicy"): Reach.TOP}


_TWICE = "pipeline.duplicatereport"
"""Belongs to a unit above two cells; neither of them is told."""
_OFFICES = "cells.appointment"
_REQUESTS = "cells.appointmentrequest"
_APPROVE: Rights = {(Action.APPROVE, _REQUESTS): Reach.SUBTREE}


def _office(over_units: Reach) -> Rights:
    """An office that works for a committee.

    *over_units* is how far it decides about units: a committee neither assigns its own target nor merges itself
    away, while the highest office also enters what the level above decided about its committee.
    """
    return (
        _view(Reach.SUBTREE)
        | _SEE_POLICY
        | _do(Action.RECORD, Reach.SUBTREE, "cells.member", "cells.memberstate", "cells.movement")
        | _do(Action.RECORD_CASE, Reach.SUBTREE, *_CASES, *_AGENDAS, _TWICE)
        | _do(Action.VET, Reach.SUBTREE, _INQUIRY, _BODY)
        | {(Action.VIEW, _TWICE): Reach.SUBTREE}
        | _enrol(Reach.SUBTREE)
        | _do(Action.ARRANGE, over_units)
        | _do(Action.PLACE, Reach.SUBTREE)
        | _do(Action.ASSIGN, over_units, "reports.target")
        | _do(Action.PLAN, Reach.SUBTREE, "reports.plan")
        | _do(Action.DECLARE, Reach.SUBTREE, "cells.declaredyear")
        | _do(Action.IMPORT, Reach.SUBTREE)
        | _do(Action.REPORT, Reach.SUBTREE, "reports.report")
        | {(Action.AUDIT, _TRAIL): Reach.SUBTREE}
        | _reveal(Reach.SUBTREE)
        | {(Action.VIEW, _LEDGER): Reach.SUBTREE, (Action.APPROVE_EXPORT, _LEDGER): Reach.SUBTREE}
        | _do(Action.APPOINT, Reach.SUBTREE, _OFFICES)
        | {(Action.VIEW, _OFFICES): Reach.SUBTREE, (Action.VIEW, _REQUESTS): Reach.SUBTREE}
    )


GRANTS: dict[str, Rights] = {
    Role.CELL_SECRETARY: (
        _without(_view(Reach.OWN), *_AGENDAS)  # no cell decides: what becomes of its files stands in them
        | _reveal(Reach.OWN)
        | _SEE_POLICY
        | _do(Action.RECORD_CASE, Reach.OWN, *_CASES)
        | _enrol(Reach.OWN)
        | _do(Action.REPORT, Reach.OWN, "reports.report")
    ),
    Role.COMMITTEE_OFFICER: _office(Reach.BELOW),
    Role.BOARD_OFFICER: _office(Reach.SUBTREE) | _RUN_CLASSES | _SET_POLICY | _SEE_RULES,
    Role.BOARD_HEAD: _office(Reach.SUBTREE) | _RUN_CLASSES | _SET_POLICY | _APPROVE | _SEE_RULES | _SET_RULES,
    # Who attends, never the file: not even that a person is on the way is told before somebody is proposed.
    Role.TRAINING_CENTRE: (
        {(Action.VIEW, model): Reach.CLASS for model in (_CENTRE, _CLASS, _STUDENT)}
        | {(Action.RUN_CLASS, model): Reach.CLASS for model in (_CENTRE, _CLASS, _STUDENT)}
        | {(Action.COUNT_NEED, "pipeline.case"): Reach.SUBTREE}
    ),
    Role.MASS_ORGANISATION: {},
    Role.INSPECTOR: (
        _view(Reach.MANDATE)
        | _SEE_POLICY
        | {(Action.AUDIT, _TRAIL): Reach.MANDATE, (Action.VIEW, _LEDGER): Reach.MANDATE}
    ),
    # Who came and who was refused, never what about: see cells/queries/trail.py.
    Role.ADMINISTRATOR: {(Action.AUDIT, _TRAIL): Reach.ALL},
}


Offices = dict[str, Reach]
"""Role → how far from one's own place it is given."""

_FOR_A_COMMITTEE: Offices = {
    Role.CELL_SECRETARY: Reach.BELOW,
    Role.COMMITTEE_OFFICER: Reach.BELOW,
    Role.MASS_ORGANISATION: Reach.SUBTREE,
}
_FOR_THE_BOARD: Offices = {
    Role.BOARD_OFFICER: Reach.SUBTREE,
    Role.BOARD_HEAD: Reach.SUBTREE,
    Role.ADMINISTRATOR: Reach.TOP,
}
APPOINTS: dict[str, Offices] = {
    Role.COMMITTEE_OFFICER: _FOR_A_COMMITTEE,
    Role.BOARD_OFFICER: _FOR_A_COMMITTEE | {Role.TRAINING_CENTRE: Reach.SUBTREE},
    Role.BOARD_HEAD: (
        _FOR_A_COMMITTEE | {Role.TRAINING_CENTRE: Reach.SUBTREE, Role.INSPECTOR: Reach.SUBTREE} | _FOR_THE_BOARD
    ),
}
"""What `Action.APPOINT` means: who gives and ends which office, and answers for the accounts that hold it."""
PROPOSES: dict[str, Offices] = {Role.BOARD_OFFICER: _FOR_THE_BOARD, Role.BOARD_HEAD: _FOR_THE_BOARD}
"""Who may ask for an office that takes two people: one asks, another with `Action.APPROVE` grants it."""
TWO_PEOPLE = frozenset(_FOR_THE_BOARD)
"""Offices that nobody gives alone: the rights of the Board, and the trail of log-ins."""


def reach_of(role: str, action: str, model: str) -> Reach | None:
    """How far *role* may do *action* with rows of *model* (`cells.member`); None when not at all."""
    return GRANTS[role].get((action, model))
