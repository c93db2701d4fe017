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
    CLASS = "học viên của lớp"
    NOMINATIONS = "người do mình giới thiệu"
    MANDATE = "phạm vi được giao kiểm tra"


class Action(models.TextChoices):
    """What can be done with rows of a model."""

    VIEW = "view", "xem"
    IMPORT = "import", "nhập từ Excel"
    REPORT = "report", "lập báo cáo"


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
    "reports.yearfigures",
    "reports.report",
)
"""What an office works with; the models of a new page are added here, and nowhere else."""


def _view(reach: Reach) -> dict[tuple[str, str], Reach]:
    return {(Action.VIEW, model): reach for model in _CONTENT}


_OFFICE = (
    _view(Reach.SUBTREE)
    | {(Action.IMPORT, "cells.organization"): Reach.SUBTREE}
    | {(Action.REPORT, "cells.organization"): Reach.SUBTREE}
)

GRANTS: dict[str, dict[tuple[str, str], Reach]] = {
    Role.CELL_SECRETARY: _view(Reach.OWN) | {(Action.REPORT, "cells.organization"): Reach.OWN},
    Role.COMMITTEE_OFFICER: _OFFICE,
    Role.BOARD_OFFICER: _OFFICE,
    Role.BOARD_HEAD: _OFFICE,
    Role.TRAINING_CENTRE: {},
    Role.MASS_ORGANISATION: {},
    Role.INSPECTOR: _view(Reach.MANDATE),
    Role.ADMINISTRATOR: {},
}


def reach_of(role: str, action: str, model: str) -> Reach | None:
    """How far *role* may do *action* with rows of *model* (`cells.member`); None when not at all."""
    return GRANTS[role].get((action, model))
