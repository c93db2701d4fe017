"""People on their way: who they are, what of it is private, their families."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from cells.kinds import Sex
from cells.models import Member, Organization
from cells.scoping import ScopedQuerySet
from core.field_classes import classes
from core.models.people import NamedPerson
from core.sealed import DigestField, SealedField
from pipeline.kinds import RELATION_CHOICES, SameBecause, Schooling


class Candidate(NamedPerson):
    """Quần chúng được giới thiệu, người xin vào Đảng: the person, whatever becomes of the file.

    `organization` is a copy: the cell of the present file, or of the last one. Written by `pipeline.services` only.
    """

    scope_path = "organization__path"
    file_path = ""
    field_classes = classes(
        public="public_id organization version",
        basic="sex education occupation phone sources in_youth_union in_trade_union is_citizen member",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sex = models.CharField("giới tính", max_length=6, choices=Sex, blank=True)
    education = models.CharField(
        "học vấn phổ thông", max_length=24, choices=Schooling, default=Schooling.UNKNOWN, blank=True
    )
    occupation = models.CharField("chức danh, nghề nghiệp", max_length=200, blank=True)
    phone = models.CharField("điện thoại", max_length=40, blank=True)
    sources = models.CharField("nguồn", max_length=200, blank=True, help_text="Several with a semicolon")
    in_youth_union = models.BooleanField("là đoàn viên thanh niên", null=True)
    in_trade_union = models.BooleanField("là đoàn viên công đoàn", null=True)
    is_citizen = models.BooleanField("có quốc tịch Việt Nam", null=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="candidates", verbose_name="chi bộ (hiện nay hoặc cuối cùng)"
    )
    member = models.OneToOneField(
        Member, models.PROTECT, null=True, blank=True, related_name="candidate", verbose_name="đảng viên",
        help_text="Once admitted",
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "quần chúng, người xin vào Đảng"
        verbose_name_plural = "quần chúng, người xin vào Đảng"
        ordering = ["name_key", "born_on", "id"]
        indexes = [models.Index(fields=["name_fold", "born_on"], name="candidate_by_name")]


class CandidateProfile(models.Model):
    """Phần riêng tư của một người: masked everywhere, revealed with a reason."""

    scope_path = "candidate__organization__path"
    file_path = "candidate"
    field_classes = classes(
        public="public_id candidate",
        sensitive="ethnicity religion home_address identity_number identity_digest children_beyond",
        vetting="has_political_question",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.OneToOneField(Candidate, models.CASCADE, related_name="profile", verbose_name="của ai")
    ethnicity = models.CharField("dân tộc", max_length=60, blank=True)
    religion = models.CharField("tôn giáo", max_length=60, blank=True)
    home_address = models.CharField("nơi cư trú", max_length=255, blank=True)
    identity_number = SealedField("số định danh cá nhân", blank=True, default="", found_by="identity_digest")
    identity_digest = DigestField("dấu của số định danh", db_index=True, default="")
    has_political_question = models.BooleanField("có vấn đề chính trị cần xem xét", default=False)
    children_beyond = models.PositiveSmallIntegerField(
        "con thứ mấy ngoài quy định trước đây", default=0, help_text="0 where there is none"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "phần riêng tư của hồ sơ"
        verbose_name_plural = "phần riêng tư của hồ sơ"

    def __str__(self) -> str:
        return f"Phần riêng tư của {self.candidate}"


class Relative(models.Model):
    """Người thân khai trong lý lịch."""

    scope_path = "candidate__organization__path"
    file_path = "candidate"
    field_classes = classes(
        public="public_id candidate", sensitive="relation full_name birth_year residence declared_fully"
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="relatives", verbose_name="của ai")
    relation = models.CharField("quan hệ", max_length=20, choices=RELATION_CHOICES)
    full_name = models.CharField("họ và tên người thân", max_length=200)
    birth_year = models.PositiveSmallIntegerField("năm sinh", null=True, blank=True)
    residence = models.CharField("nơi ở", max_length=255, blank=True)
    declared_fully = models.BooleanField("đã khai đầy đủ, trung thực", default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "người thân"
        verbose_name_plural = "người thân"
        ordering = ["candidate", "id"]

    def __str__(self) -> str:
        return f"Người thân của {self.candidate}"


class DuplicateReport(models.Model):
    """Báo trùng: two files, or a file and a member, seem to be of one person.

    Belongs to the lowest unit above both places: nobody below it learns that the other is on file.
    """

    scope_path = "organization__path"
    file_path = "candidate"
    field_classes = classes(
        public="public_id organization because reported_on settled_on settled_by", basic="candidate other member answer"
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="reports", verbose_name="hồ sơ mới")
    other = models.ForeignKey(
        Candidate, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="hồ sơ đã có"
    )
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="đảng viên đã có"
    )
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="báo cho")
    because = models.CharField("vì", max_length=10, choices=SameBecause)
    reported_on = models.DateField("ngày báo")
    settled_on = models.DateField("ngày trả lời", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người trả lời"
    )
    answer = models.CharField("trả lời", max_length=255, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "báo trùng hồ sơ"
        verbose_name_plural = "báo trùng hồ sơ"
        ordering = ["-reported_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other__isnull=False) ^ Q(member__isnull=False), name="duplicate_of_one_other"
            )
        ]

    def __str__(self) -> str:
        return f"Báo trùng: {self.candidate}"
