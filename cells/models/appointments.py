"""Who holds which office, from when to when: the only source of rights."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cells.models.organizations import DatedFactQuerySet, Organization
from cells.models.surroundings import Association
from cells.roles import APPOINTS, Action, Reach, Role
from cells.scoping import Grant, active_grants, path_within, reaches_within
from core import dates
from core.field_classes import classes
from core.models import Fact


class OfficeQuerySet(models.QuerySet):
    """Rows about an office, which stands in an organisation, beside one, or nowhere (administrators)."""

    def visible_to(self, user: Any, action: str = Action.VIEW, on: date | None = None):
        """Offices of one's reach; with `Action.APPOINT` those that one gives and ends (see `cells.roles.APPOINTS`)."""
        condition = Q(pk__in=[])
        for grant in active_grants(user, on or dates.today()):
            if action == Action.APPOINT:
                for role, reach in APPOINTS.get(grant.role, {}).items():
                    condition |= Q(role=role) & _placed_within(grant, reach)
                continue
            reach = grant.reach(action, self.model._meta.label_lower)
            if reach is not None:
                condition |= _placed_within(grant, reach)
                condition |= Q(role=Role.ADMINISTRATOR) & _placed_within(grant, Reach.TOP)
        return self.filter(condition)


def _placed_within(grant: Grant, reach: Reach) -> Q:
    if reach is Reach.TOP:
        return Q(organization=None, association=None) if grant.is_at_top else Q(pk__in=[])
    return reaches_within("organization__path", grant.path, reach) | path_within(
        "association__organization__path", grant.path
    )


class Placed:
    """An office and where it stands."""

    organization: Organization | None
    association: Association | None

    @property
    def place(self) -> Organization | Association | None:
        return self.organization or self.association

    @property
    def scope_path(self) -> str:
        """Path of the organisation in which, or beside which, it stands; empty for an administrator."""
        place = self.association.organization if self.association else self.organization
        return place.path if place else ""


class AppointmentQuerySet(OfficeQuerySet, DatedFactQuerySet):
    pass


class Appointment(Placed, Fact):
    """Phân công chức trách trong phần mềm. Rights begin and end with its dates."""

    field_classes = classes(
        public="public_id role organization association deputy_of valid_from valid_until",
        basic="user title",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="appointments", verbose_name="người giữ"
    )
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

    objects = AppointmentQuerySet.as_manager()

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
        return office_name(self)


def office_name(office: "Appointment | AppointmentRequest") -> str:
    """An office as people call it: what, and where."""
    deputy = "Làm thay " if office.deputy_of_id else ""
    role = office.get_role_display()
    return f"{deputy}{role.lower() if deputy else role}, {office.organization or office.association or 'hệ thống'}"


class AppointmentRequest(Placed, models.Model):
    """Đề nghị phân công cần hai người: one asks, another grants or refuses. Kept as it was decided."""

    field_classes = classes(
        public=(
            "public_id role organization association deputy_of valid_from valid_until requested_at state decided_at"
        ),
        basic="user title reason requested_by decided_by decision appointment",
    )

    class State(models.TextChoices):
        WAITING = "waiting", "chờ duyệt"
        GRANTED = "granted", "đã duyệt"
        REFUSED = "refused", "không duyệt"
        WITHDRAWN = "withdrawn", "đã rút"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="appointment_requests",
        verbose_name="người được đề nghị",
    )
    role = models.CharField("vai trò", max_length=20, choices=Role)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tổ chức đảng"
    )
    association = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đoàn thể"
    )
    title = models.CharField("chức danh hiển thị", max_length=100, blank=True)
    deputy_of = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="làm thay"
    )
    valid_from = models.DateField("từ ngày")
    valid_until = models.DateField("đến trước ngày", null=True, blank=True)
    reason = models.CharField("lý do", max_length=255)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người đề nghị"
    )
    requested_at = models.DateTimeField("đề nghị lúc")
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    decided_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    decision = models.CharField("ý kiến", max_length=255, blank=True)
    appointment = models.OneToOneField(
        Appointment, models.PROTECT, null=True, blank=True, related_name="granted_by", verbose_name="phân công"
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị phân công"
        verbose_name_plural = "đề nghị phân công"
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")) | Q(state="withdrawn"),
                name="request_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="granted", appointment__isnull=False)
                | (~Q(state="granted") & Q(appointment__isnull=True)),
                name="request_granted_gives_office",
            ),
        ]

    def __str__(self) -> str:
        return office_name(self)

    @property
    def office(self) -> Mapping[str, Any]:
        """What `appoint` takes to grant it."""
        names = ("role", "organization", "association", "title", "deputy_of", "valid_from", "valid_until")
        return {name: getattr(self, name) for name in names}


class DeclaredConflict(Fact):
    """Quan hệ gia đình đã khai: the user is a relative of the person, and is kept away from that person's file.

    The file is named by model and public_id, so that every floor's files can be kept from somebody.
    """

    field_classes = classes(public="public_id model file", basic="user name", sensitive="relation")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts", verbose_name="người khai"
    )
    model = models.CharField("loại hồ sơ", max_length=60)
    file = models.UUIDField("hồ sơ")
    name = models.CharField("họ và tên người thân", max_length=200)
    relation = models.CharField("quan hệ", max_length=100)

    class Meta:
        verbose_name = "quan hệ gia đình đã khai"
        verbose_name_plural = "quan hệ gia đình đã khai"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "model", "file"], condition=Q(in_force=True), name="conflict_declared_once"
            ),
        ]

    objects = DatedFactQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.relation})"
