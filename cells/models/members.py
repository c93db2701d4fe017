"""The roll: members, what happened to them, and states that change a vote but not the roll."""

import uuid
from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from cells.kinds import DECREASES, INCREASES, STATE_IN_SHORT, MovementKind, Sex, StateKind
from cells.models.organizations import DatedFactQuerySet, Organization
from cells.scoping import ScopedQuerySet
from core.field_classes import classes
from core.models import Fact, FactQuerySet
from core.models.people import NamedPerson
from core.sealed import DigestField, SealedField


class Member(NamedPerson):
    """Đảng viên, chính thức hoặc dự bị: the person on the roll, now or once.

    `organization` and `on_roll` are derived from the movements by :mod:`cells.services.roll`.
    """

    scope_path = "organization__path"
    file_path = ""
    field_classes = classes(
        public="public_id code organization on_roll version",
        basic="sex education joined_on official_on",
        sensitive="ethnicity religion identity_number identity_digest",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("mã đảng viên", max_length=40, unique=True)
    sex = models.CharField("giới tính", max_length=6, choices=Sex, blank=True)
    ethnicity = models.CharField("dân tộc", max_length=60, blank=True)
    religion = models.CharField("tôn giáo", max_length=60, blank=True)
    education = models.CharField("trình độ", max_length=200, blank=True)
    joined_on = models.DateField(
        "ngày vào Đảng", null=True, blank=True, help_text="The first admission's decision, where there are several"
    )
    official_on = models.DateField("ngày chính thức", null=True, blank=True)
    # Sealed: the database, or a copy of it, gives no number away.
    identity_number = SealedField("số định danh cá nhân", blank=True, default="", found_by="identity_digest")
    identity_digest = DigestField("dấu để tìm số định danh")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="members", verbose_name="tổ chức (hiện nay hoặc cuối cùng)"
    )
    on_roll = models.BooleanField("đang trong danh sách", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "đảng viên"
        verbose_name_plural = "đảng viên"
        ordering = ["name_key", "born_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(official_on__isnull=True) | Q(joined_on__isnull=True) | Q(official_on__gte=F("joined_on")),
                name="member_official_after_joining",
            ),
        ]
        indexes = [
            models.Index(fields=["joined_on"], name="member_by_joining"),
            models.Index(fields=["born_on"], name="member_by_birth"),
            models.Index(fields=["identity_digest"], condition=~Q(identity_digest=""), name="member_by_identity"),
            models.Index(
                fields=["organization"], condition=Q(on_roll=True, official_on__isnull=True), name="member_on_probation"
            ),
        ]


class MovementQuerySet(ScopedQuerySet, FactQuerySet):
    pass


class Movement(Fact):
    """Biến động: the member joined or left the roll of one organisation.

    `effective_on` is the day it counts; for an admission the day of the decision (ngày vào Đảng). Where the
    policy counts ceremonies, `ceremony_on` is used instead: the ceremony's day, for everything else the same.
    `is_implied` marks an admission nobody entered: taken from the member's *Ngày vào Đảng*.
    """

    scope_path = "organization__path"
    file_path = "member"
    field_classes = classes(
        public="public_id is_implied",
        basic="member organization kind effective_on held_on ceremony_on document counterpart pair",
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="movements")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="movements")
    kind = models.CharField("loại biến động", max_length=20, choices=MovementKind)
    effective_on = models.DateField("ngày")
    held_on = models.DateField("ngày tổ chức lễ", null=True, blank=True)
    ceremony_on = models.GeneratedField(
        expression=Coalesce("held_on", "effective_on"), output_field=models.DateField(), db_persist=True
    )
    document = models.CharField("số quyết định", max_length=120, blank=True)
    is_implied = models.BooleanField(default=False, editable=False)
    counterpart = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nơi đi, nơi đến"
    )
    pair = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="paired_with", editable=False,
        help_text="On a transfer out: the transfer in that follows it inside the tree",
    )  # fmt: skip

    doubts: Sequence[str] = ()
    """What is odd about it, for the one who has just recorded it; not stored."""

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = "biến động"
        verbose_name_plural = "biến động"
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "effective_on", "organization"],
                condition=Q(in_force=True),
                name="movement_natural_key",
            ),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | Q(kind=MovementKind.ADMITTED, held_on__gte=F("effective_on")),
                name="movement_ceremony_of_admission",
            ),
            models.CheckConstraint(
                condition=Q(is_implied=False) | Q(kind=MovementKind.ADMITTED), name="movement_implied_admission"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "effective_on", "kind"], condition=Q(in_force=True), name="movement_by_decision"
            ),
            models.Index(
                fields=["organization", "ceremony_on", "kind"], condition=Q(in_force=True), name="movement_by_ceremony"
            ),
        ]

    def __str__(self) -> str:
        return f"{MovementKind(self.kind).label} {self.effective_on:%d/%m/%Y}"

    @property
    def decided_on(self):
        """Day of the decision, for an admission; None for everything else."""
        return self.effective_on if self.kind == MovementKind.ADMITTED else None

    @property
    def sign(self) -> int:
        """+1 when it adds to the roll, −1 when it takes away."""
        if self.kind in INCREASES:
            return 1
        assert self.kind in DECREASES, self.kind
        return -1


class MemberStateQuerySet(ScopedQuerySet, DatedFactQuerySet):
    pass


class MemberState(Fact):
    """Trạng thái có thời hạn của đảng viên. Changes the base of a vote, never the roll."""

    scope_path = "member__organization__path"
    file_path = "member"
    field_classes = classes(public="public_id", basic="member kind organization document valid_from valid_until")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="states")
    kind = models.CharField("trạng thái", max_length=12, choices=StateKind)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="nơi sinh hoạt tạm thời",
    )  # fmt: skip
    document = models.CharField("văn bản", max_length=120, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_until = models.DateField("đến trước ngày", null=True, blank=True)

    objects = MemberStateQuerySet.as_manager()

    class Meta:
        verbose_name = "trạng thái đảng viên"
        verbose_name_plural = "trạng thái đảng viên"
        ordering = ["member", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="member_state_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_kind_display()}"

    @property
    def short(self) -> str:
        return STATE_IN_SHORT[StateKind(self.kind)]
