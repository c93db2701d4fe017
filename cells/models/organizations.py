"""The tree of organisations: current copies for scope, dated versions for the truth."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q

from cells.kinds import CapabilityKind, DecidingBody, OrganizationKind
from cells.scoping import ScopedQuerySet
from core.dates import BEGINNING
from core.field_classes import classes
from core.fields import BytewiseCharField
from core.models import Fact, FactQuerySet


class DatedQuerySet(models.QuerySet):
    """Rows with a half-open span `[valid_from, valid_until)`."""

    def on(self, day: date):
        """Rows valid on *day*."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)


class DatedFactQuerySet(DatedQuerySet, FactQuerySet):
    pass


class Organization(models.Model):
    """Tổ chức đảng. Name, kind, parent, path and closing day are copies of what holds today.

    Written only by :mod:`cells.services.tree` and `tree_write`. A closed organisation keeps its row: it hangs under
    its successor, so that its past counts there. One whose founding was taken back has no path, and is found nowhere.
    """

    scope_path = "path"
    field_classes = classes(public="public_id code name name_fold kind parent path closed_on version")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("mã", max_length=40, unique=True)
    name = models.CharField("tên", max_length=255)
    name_fold = models.CharField(max_length=255, editable=False)
    kind = models.CharField("loại hình", max_length=20, choices=OrganizationKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="cấp trên"
    )
    path = BytewiseCharField(max_length=255, editable=False, db_index=True, help_text="Keys from the top, '1/4/40/'")
    closed_on = models.DateField("thôi hoạt động từ", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "tổ chức đảng"
        verbose_name_plural = "tổ chức đảng"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def was_unfounded(self) -> bool:
        """Whether its founding was taken back; it may be founded anew."""
        return self.pk is not None and not self.path


class OrganizationVersion(Fact):
    """Tổ chức đảng như trong một khoảng thời gian. `valid_until` is derived: the next version's first day.

    A closed version has the successor as its parent.
    """

    field_classes = classes(
        public=(
            "organization name kind parent sector is_residential is_ethnic_minority_area "
            "is_religious_area has_sources is_closed has_successor document valid_from valid_until"
        ),
    )

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="versions")
    name = models.CharField("tên", max_length=255)
    kind = models.CharField("loại hình", max_length=20, choices=OrganizationKind)
    parent = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    sector = models.CharField("lĩnh vực", max_length=100, blank=True)
    is_residential = models.BooleanField("địa bàn dân cư", null=True)
    is_ethnic_minority_area = models.BooleanField("vùng dân tộc thiểu số", null=True)
    is_religious_area = models.BooleanField("vùng có đạo", null=True)
    has_sources = models.BooleanField("còn nguồn", null=True)
    is_closed = models.BooleanField("đã thôi hoạt động", default=False)
    has_successor = models.BooleanField("có tổ chức kế thừa", default=False)
    document = models.CharField("văn bản", max_length=120, blank=True)
    valid_from = models.DateField("từ ngày", default=BEGINNING)
    valid_until = models.DateField("đến trước ngày", null=True, blank=True)

    objects = DatedFactQuerySet.as_manager()

    class Meta:
        verbose_name = "giai đoạn của tổ chức"
        verbose_name_plural = "lịch sử tổ chức"
        ordering = ["organization", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "valid_from"], condition=Q(in_force=True), name="org_version_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="org_version_span"
            ),
            models.CheckConstraint(
                condition=Q(is_closed=True) | Q(has_successor=False), name="org_version_successor_only_when_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from:%d/%m/%Y})"


class OrganizationAncestor(models.Model):
    """Who stood above whom, and when; every organisation is its own ancestor at depth 0. Derived."""

    field_classes = classes(public="organization ancestor depth valid_from valid_until")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="ancestors")
    ancestor = models.ForeignKey(Organization, models.CASCADE, related_name="descendants")
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "quan hệ cấp trên"
        verbose_name_plural = "quan hệ cấp trên"
        constraints = [
            models.UniqueConstraint(fields=["organization", "ancestor", "valid_from"], name="ancestor_once"),
        ]
        indexes = [models.Index(fields=["ancestor", "organization", "valid_from"], name="ancestor_below")]

    def __str__(self) -> str:
        return f"{self.organization_id} < {self.ancestor_id} ({self.depth})"


class Capability(Fact):
    """Thẩm quyền: what an organisation may do in a span of time, where it differs from its profile's default."""

    field_classes = classes(public="organization what held body document valid_from valid_until")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="capabilities")
    what = models.CharField("thẩm quyền", max_length=20, choices=CapabilityKind)
    held = models.BooleanField("có thẩm quyền", default=True)
    body = models.CharField("tập thể quyết định", max_length=20, choices=DecidingBody, blank=True)
    document = models.CharField("văn bản", max_length=120, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_until = models.DateField("đến trước ngày", null=True, blank=True)

    objects = DatedFactQuerySet.as_manager()

    class Meta:
        verbose_name = "thẩm quyền"
        verbose_name_plural = "thẩm quyền"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="capability_span"
            ),
            models.CheckConstraint(
                condition=Q(what=CapabilityKind.DECIDES_BY, held=True) ^ Q(body=""),
                name="capability_body_for_decides_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.get_what_display()}"
