"""What a file, a relative, a paper can be: names of the field, no database."""

from django.db import models

from pipeline.engine.checks.vetting import RELATIONS
from pipeline.engine.facts import Education
from pipeline.engine.stages import Stage


class CaseStatus(models.TextChoices):
    """Tình trạng hồ sơ."""

    OPEN = "open", "đang làm"
    PAUSED = "paused", "tạm dừng"
    CLOSED = "closed", "đã thôi"
    DONE = "done", "đã hoàn thành"


ONGOING = (CaseStatus.OPEN, CaseStatus.PAUSED)
"""A person has at most one file of these."""


class CaseKind(models.TextChoices):
    FIRST = "first", "kết nạp"
    READMISSION = "readmission", "kết nạp lại"


class Schooling(models.TextChoices):
    """Học vấn phổ thông, by the names of the engine."""

    UNKNOWN = Education.UNKNOWN.name, "chưa ghi"
    NONE = Education.NONE.name, "chưa qua trường lớp"
    READS_AND_WRITES = Education.READS_AND_WRITES.name, "biết đọc, biết viết chữ quốc ngữ"
    PRIMARY = Education.PRIMARY.name, "hoàn thành chương trình tiểu học"
    LOWER_SECONDARY = Education.LOWER_SECONDARY.name, "hoàn thành chương trình trung học cơ sở"
    LOWER_SECONDARY_DIPLOMA = Education.LOWER_SECONDARY_DIPLOMA.name, "tốt nghiệp trung học cơ sở trở lên"


STAGES = [(stage.name, stage.value) for stage in Stage]
"""Stages as a column holds them."""
RELATION_CHOICES = list(RELATIONS.items())


class ExemptionGround(models.TextChoices):
    """Vì sao miễn thẩm tra: who of that side of the family is a member."""

    PARENT = "parent_is_member", "cha hoặc mẹ đẻ là đảng viên"
    SIBLING = "sibling_is_member", "anh chị em ruột là đảng viên"
    CHILD = "child_is_member", "con đẻ là đảng viên"
    SPOUSE = "spouse_is_member", "vợ hoặc chồng là đảng viên"
    SPOUSE_PARENT = "spouse_parent_is_member", "cha hoặc mẹ vợ (chồng) là đảng viên"
    SPOUSE_SIBLING = "spouse_sibling_is_member", "anh chị em ruột của vợ (chồng) là đảng viên"


class BodyKind(models.TextChoices):
    """Loại nơi thẩm tra, of an entry of the directory."""

    BASE = "base_committee", "cấp ủy cơ sở"
    UPPER = "upper_committee", "cấp ủy cấp trên"
    AUTHORITY = "authority", "cơ quan nhà nước, công an, quân đội"
    ABROAD = "abroad", "cơ quan ở nước ngoài"
    OTHER = "other", "nơi khác"


class PaperKind(models.TextChoices):
    """Giấy tờ của hồ sơ: metadata only. The names of the conclusions are those that rules ask for."""

    CONSENT = "consent", "phiếu đồng ý về dữ liệu cá nhân"
    NOTICE = "notice", "thông báo về dữ liệu cá nhân"
    FORM = "form", "mẫu KNĐ"
    CERTIFICATE = "certificate", "giấy chứng nhận"
    VETTING_LETTER = "vetting_letter", "công văn thẩm tra"
    POLITICAL = "political_conclusion", "kết luận về vấn đề chính trị"
    CONSENT_OVER_60 = "consent_over_60", "văn bản đồng ý về người trên 60 tuổi"
    CONSENT_EDUCATION = "consent_education", "văn bản đồng ý về học vấn"
    CONSENT_READMISSION = "consent_readmission", "văn bản đồng ý kết nạp lại"
    CONSENT_CEREMONY = "late_ceremony_consent", "văn bản đồng ý tổ chức lễ muộn"
    RELIGION = "conclusion_religion", "ý kiến về người có đạo"
    MARRIAGE = "conclusion_foreign_marriage", "ý kiến về kết hôn với người nước ngoài"
    NATURALISED = "conclusion_naturalised", "ý kiến về người nhập quốc tịch"
    ENTREPRENEUR = "conclusion_entrepreneur", "nhận xét về chủ doanh nghiệp"
    ASSIGNED_CELL = "assigned_cell", "văn bản giao chi bộ giúp đỡ"
    HOME_COMMENTS = "home_comments", "nhận xét của nơi cử đi và nơi cư trú"
    OTHER = "other", "giấy tờ khác"


class OpinionFrom(models.TextChoices):
    """Ý kiến của ai, for the 5-KNĐ."""

    WORKPLACE = "workplace", "đoàn thể nơi công tác"
    RESIDENCE = "residence", "chi ủy nơi cư trú"


INTRODUCED_BY = {"youth_union": "Đoàn Thanh niên", "trade_union": "Công đoàn"}
"""What the rules name in `by` of an introduction, in words."""


class LeftBecause(models.TextChoices):
    """Lý do ra khỏi Đảng lần trước, by the names of the rules."""

    STRUCK_OFF = "struck_off", "bị xóa tên"
    EXPELLED = "expelled", "bị khai trừ"
    RESIGNED = "asked_to_leave", "xin ra"
    HARDSHIP = "hardship", "xin ra vì gia đình đặc biệt khó khăn"
    LESS_SERIOUS_CRIME = "less_serious_crime", "bị kết án về tội ít nghiêm trọng"
    SERIOUS_CRIME = "serious_crime", "bị kết án về tội nghiêm trọng trở lên"
    CORRUPTION = "corruption", "tham nhũng"
    POPULATION = "population", "vì chính sách dân số"
    ABANDONED = "abandoned", "bỏ sinh hoạt đảng"
    DISUNITY = "disunity", "gây mất đoàn kết nghiêm trọng"


class SameBecause(models.TextChoices):
    """Vì sao cho là một người."""

    IDENTITY = "identity", "cùng số định danh"
    NAME = "name", "cùng họ tên và ngày sinh"


class ClassKind(models.TextChoices):
    """Loại lớp bồi dưỡng, by the names of the steps of the rules that it fulfils."""

    AWARENESS = "awareness_class", "bồi dưỡng nhận thức về Đảng"
    NEW_MEMBER = "new_member_class", "bồi dưỡng đảng viên mới"


class ClassState(models.TextChoices):
    """Tình trạng của lớp."""

    PLANNED = "planned", "dự kiến"
    OPEN = "open", "đang mở"
    CLOSED = "closed", "đã kết thúc"


class EnrolmentState(models.TextChoices):
    """Việc cử đi học đến đâu."""

    PROPOSED = "proposed", "được đề nghị"
    ACCEPTED = "accepted", "đã nhận vào lớp"
    DECLINED = "declined", "không nhận"
    WITHDRAWN = "withdrawn", "đã rút"


class ClassResult(models.TextChoices):
    """Kết quả học tập."""

    EXCELLENT = "excellent", "giỏi"
    GOOD = "good", "khá"
    AVERAGE = "average", "trung bình"
    FAILED = "failed", "không hoàn thành"


PASSED = (ClassResult.EXCELLENT, ClassResult.GOOD, ClassResult.AVERAGE)
"""Results for which a certificate is given."""
ATTENDING = (EnrolmentState.PROPOSED, EnrolmentState.ACCEPTED)
"""Enrolments that stand."""


class OnRoll(models.TextChoices):
    """What a file has put onto the roll."""

    ADMISSION = "admission", "kết nạp"
    DEPARTURE = "departure", "xóa tên"
    ADJUSTMENT = "adjustment", "điều chỉnh do hủy kết nạp"


class ItemOutcome(models.TextChoices):
    """What became of a file put before a session, where it was no decision."""

    WAITING = "", "chờ xét"
    RETURNED = "returned", "trả lại để bổ sung"
    POSTPONED = "postponed", "để lại phiên sau"


CARD_DAYS = ((2, 3), (5, 19), (9, 2), (11, 7))
"""Đợt phát thẻ đảng viên: (month, day), in the order of the year."""
CARD_DIGITS = 12
