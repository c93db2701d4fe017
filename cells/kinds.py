"""What an organisation, a movement or a state can be: names of the field, no database."""

from django.db import models


class OrganizationKind(models.TextChoices):
    """Loại hình tổ chức đảng."""

    UPPER_COMMITTEE = "upper_committee", "đảng bộ cấp trên trực tiếp cơ sở"
    BASE_COMMITTEE = "base_committee", "đảng bộ cơ sở"
    BASE_CELL = "base_cell", "chi bộ cơ sở"
    SUB_COMMITTEE = "sub_committee", "đảng bộ bộ phận"
    CELL = "cell", "chi bộ"


BASE_KINDS = (OrganizationKind.BASE_COMMITTEE, OrganizationKind.BASE_CELL)
"""Base organisations (tổ chức cơ sở đảng): the rows of the printed appendix."""

CELL_KINDS = (OrganizationKind.BASE_CELL, OrganizationKind.CELL)
"""Organisations that hold members themselves."""


INNER_KINDS = (OrganizationKind.CELL, OrganizationKind.SUB_COMMITTEE)
"""Organisations inside a base organisation; many have the same name, so that their parent is named with them."""


TRAITS = ("sector", "is_residential", "is_ethnic_minority_area", "is_religious_area", "has_sources")
"""What an organisation is like besides its name, kind and place: columns of its versions."""
KINDS_BELOW: dict[str, tuple[OrganizationKind, ...]] = {
    OrganizationKind.UPPER_COMMITTEE: (*BASE_KINDS, OrganizationKind.UPPER_COMMITTEE),
    OrganizationKind.BASE_COMMITTEE: (OrganizationKind.CELL, OrganizationKind.SUB_COMMITTEE),
    OrganizationKind.SUB_COMMITTEE: (OrganizationKind.CELL,),
    OrganizationKind.BASE_CELL: (),
    OrganizationKind.CELL: (),
}
"""What may be put directly below an organisation of a kind. Lists of other offices may say otherwise, and stay so."""


class MovementKind(models.TextChoices):
    """Loại biến động; the words are those of the workbook and of statistical form 1."""

    ADMITTED = "admitted", "kết nạp"
    TRANSFERRED_IN = "transferred_in", "chuyển đến"
    REINSTATED = "reinstated", "phục hồi"
    TRANSFERRED_OUT = "transferred_out", "chuyển đi"
    DIED = "died", "từ trần"
    EXPELLED = "expelled", "khai trừ"
    STRUCK_OFF = "struck_off", "xóa tên"
    RESIGNED = "resigned", "xin ra"


INCREASES = (MovementKind.ADMITTED, MovementKind.TRANSFERRED_IN, MovementKind.REINSTATED)
DECREASES = (
    MovementKind.TRANSFERRED_OUT,
    MovementKind.DIED,
    MovementKind.EXPELLED,
    MovementKind.STRUCK_OFF,
    MovementKind.RESIGNED,
)
"""Together with INCREASES every kind there is: closing = opening + increases − decreases."""


class StateKind(models.TextChoices):
    """Trạng thái của đảng viên; changes who counts at a vote, never the roll."""

    EXEMPT = "exempt", "được miễn công tác và sinh hoạt đảng"
    AWAY = "away", "chuyển sinh hoạt tạm thời đi nơi khác"
    HERE = "here", "sinh hoạt tạm thời tại đây"
    SUSPENDED = "suspended", "bị đình chỉ sinh hoạt đảng"


STATE_IN_SHORT = {
    StateKind.EXEMPT: "miễn sinh hoạt",
    StateKind.AWAY: "tạm chuyển đi",
    StateKind.HERE: "tạm chuyển đến",
    StateKind.SUSPENDED: "bị đình chỉ",
}
"""As a list says it, where the full name has no room."""


class CapabilityKind(models.TextChoices):
    """Thẩm quyền của một tổ chức; which organisation decides is data with dates."""

    DECIDES = "decides", "quyết định kết nạp"
    DECIDES_BY = "decides_by", "tập thể quyết định"
    RESOLVES = "resolves", "ra nghị quyết đề nghị"
    APPRAISES = "appraises", "thẩm định"
    ISSUES_CARDS = "issues_cards", "phát thẻ đảng viên"
    RUNS_CLASSES = "runs_classes", "mở lớp bồi dưỡng"
    HAS_BOARD = "has_board", "có ban tổ chức"


class DecidingBody(models.TextChoices):
    """Who votes where a committee decides (the value of DECIDES_BY)."""

    STANDING_COMMITTEE = "standing_committee", "ban thường vụ"
    WHOLE_COMMITTEE = "whole_committee", "toàn thể cấp ủy"


class AssociationKind(models.TextChoices):
    """Loại tổ chức đứng cạnh tổ chức đảng."""

    FRONT = "front", "Mặt trận Tổ quốc"
    YOUTH_UNION = "youth_union", "Đoàn Thanh niên"
    WOMENS_UNION = "womens_union", "Hội Liên hiệp Phụ nữ"
    FARMERS = "farmers", "Hội Nông dân"
    VETERANS = "veterans", "Hội Cựu chiến binh"
    TRADE_UNION = "trade_union", "Công đoàn"
    TRAINING_CENTRE = "training_centre", "Trung tâm Chính trị"


class PostKind(models.TextChoices):
    """Chức danh ở khu dân cư."""

    VILLAGE_HEAD = "village_head", "trưởng thôn, tổ trưởng tổ dân phố"
    VILLAGE_DEPUTY = "village_deputy", "phó trưởng thôn, tổ phó tổ dân phố"
    FRONT_HEAD = "front_head", "trưởng ban công tác Mặt trận"
    FRONT_DEPUTY = "front_deputy", "phó ban công tác Mặt trận"
    BRANCH_HEAD = "branch_head", "chi hội trưởng"
    BRANCH_DEPUTY = "branch_deputy", "chi hội phó"


class Sex(models.TextChoices):
    MALE = "male", "nam"
    FEMALE = "female", "nữ"
