"""What stands beside the tree: mass organisations, village posts, and who looks after which area."""

import uuid

from django.db import models
from django.db.models import F, Q

from cells.kinds import AssociationKind, PostKind
from cells.models.members import Member
from cells.models.organizations import DatedQuerySet, Organization
from cells.scoping import ScopedQuerySet
from core.field_classes import classes


class ScopedDatedQuerySet(ScopedQuerySet, DatedQuerySet):
    pass


class Association(models.Model):
    """Đoàn thể, Trung tâm Chính trị: beside an organisation, never counted among organisations or members."""

    scope_path = "organization__path"
    centre_path = "pk"
    field_classes = classes(public="public_id code name kind organization phone version")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("mã", max_length=40, unique=True)
    name = models.CharField("tên", max_length=255)
    kind = models.CharField("loại", max_length=20, choices=AssociationKind)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="associations", verbose_name="bên cạnh tổ chức đảng"
    )
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "đoàn thể, trung tâm"
        verbose_name_plural = "đoàn thể, trung tâm"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ResidentialPost(models.Model):
    """Chức danh ở thôn, tổ dân phố: who holds it, and whether that person is a member yet."""

    scope_path = "organization__path"
    field_classes = classes(
        public="public_id organization place kind branch version",
        basic="holder_name holder valid_from valid_until",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="residential_posts", verbose_name="chi bộ nơi cư trú"
    )
    place = models.CharField("thôn, tổ dân phố", max_length=200)
    kind = models.CharField("chức danh", max_length=20, choices=PostKind)
    branch = models.CharField("chi hội", max_length=20, choices=AssociationKind, blank=True)
    holder_name = models.CharField("người giữ chức danh", max_length=200, blank=True)
    holder = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="residential_posts", verbose_name="là đảng viên"
    )
    valid_from = models.DateField("từ ngày")
    valid_until = models.DateField("đến trước ngày", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedDatedQuerySet.as_manager()

    class Meta:
        verbose_name = "chức danh khu dân cư"
        verbose_name_plural = "chức danh khu dân cư"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="residential_post_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.place}"


class AreaAssignment(models.Model):
    """Phân công cấp ủy viên phụ trách: a committee member looks after a cell, an area or a sector."""

    scope_path = "organization__path"
    field_classes = classes(public="version", basic="member organization area sector document valid_from valid_until")

    member = models.ForeignKey(Member, models.PROTECT, related_name="area_assignments", verbose_name="cấp ủy viên")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="area_assignments", verbose_name="tổ chức được phụ trách"
    )
    area = models.CharField("địa bàn", max_length=200, blank=True)
    sector = models.CharField("lĩnh vực", max_length=100, blank=True)
    document = models.CharField("văn bản phân công", max_length=120, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_until = models.DateField("đến trước ngày", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedDatedQuerySet.as_manager()

    class Meta:
        verbose_name = "phân công phụ trách"
        verbose_name_plural = "phân công phụ trách"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="area_assignment_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.organization}"
