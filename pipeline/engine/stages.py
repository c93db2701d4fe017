"""Stages of a file: where somebody stands on the way. Derived from events, never typed."""

from enum import Enum


class Stage(Enum):
    """Giai đoạn, in the order of the way."""

    SOURCE = "nguồn"
    SYMPATHISER = "cảm tình Đảng"
    FILE = "đang làm hồ sơ"
    CELL_PASSED = "chi bộ đã thông qua"
    COMMITTEE = "cấp ủy đang xét"
    DECIDED = "đã có quyết định kết nạp"
    PROBATION = "đảng viên dự bị"
    RECOGNITION = "đang xét công nhận chính thức"
    OFFICIAL = "đảng viên chính thức"


ORDER = {stage: number for number, stage in enumerate(Stage)}
