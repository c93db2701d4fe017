"""Who holds which office, from when to when: the only source of rights."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cells.models.organizations import DatedFactQuerySet, Organization
from cells.models.surroundings import Association
from cells.roles import Role
from core.models import Fact


class Appointment(Fact):
    """Phân công chức trách trong phần mềm. Rights begin and end with its dates."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="appointments")
    role = models.CharField("vai trò", max_length=20, choices=Role)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="tổ chức đảng"
    )
    association = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="đoàn thể"
    )
    title = models.CharField("chức danh hiển thị", max_length=100, blank=True)
    deputy_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name="làm thay"
    )
    valid_from = models.DateField("từ ngày")
    valid_until = models.DateField("đến trước ngày", null=True, blank=True)

    objects = DatedFactQuerySet.as_manager()

    class Meta:
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="appointment_span"
            ),
            models.CheckConstraint(
                condition=(
                    Q(role=Role.ADMINISTRATOR, organization__isnull=True, association__isnull=True)
                    | Q(role__in=[Role.TRAINING_CENTRE, Role.MASS_ORGANISATION], association__isnull=False,
                        organization__isnull=True)
                    | Q(role__in=[Role.CELL_SECRETARY, Role.COMMITTEE_OFFICER, Role.BOARD_OFFICER, Role.BOARD_HEAD,
                                  Role.INSPECTOR], organization__isnull=False, association__isnull=True)
                ),
                name="appointment_place_fits_role",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.INSPECTOR) | Q(valid_until__isnull=False), name="appointment_mandate_ends"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organization or self.association or 'hệ thống'}"
