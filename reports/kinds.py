"""What a rate can be computed on, and what can be reported: names of the field, no database."""

from django.db import models


class Base(models.TextChoices):
    """Mẫu số của tỷ lệ kết nạp."""

    OPENING = "opening", "đảng viên đầu năm"
    CLOSING = "closing", "đảng viên cuối kỳ"
    AVERAGE = "average", "bình quân đầu kỳ và cuối kỳ"
    TERM = "term", "đảng viên đầu nhiệm kỳ"
    TARGET = "target", "chỉ tiêu được giao"


class CountsOn(models.TextChoices):
    """Ngày được tính là ngày kết nạp, cho tử số, số tăng và danh sách như nhau."""

    DECISION = "decision", "ngày quyết định kết nạp"
    CEREMONY = "ceremony", "ngày tổ chức lễ kết nạp"


class ReportKind(models.TextChoices):
    """Loại báo cáo định kỳ."""

    HALF_YEAR = "half-year", "6 tháng đầu năm"
    ANNUAL = "annual", "năm"


class Signer(models.TextChoices):
    """Ai ký: the head of the body that issues, or a deputy in the head's place."""

    HEAD = "head", "cấp trưởng"
    DEPUTY = "deputy", "cấp phó"
