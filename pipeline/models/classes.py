"""Classes of the political training centre, and who attends them.

Neither is a fact of a file: a certificate becomes one as the event that it enters.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cells.models import Association, Organization
from cells.scoping import ScopedQuerySet
from core.field_classes import classes
from core.fields import BytewiseCharField
from pipeline.kinds import ATTENDING, PASSED, ClassKind, ClassResult, ClassState, EnrolmentState
from pipeline.models.helping import CaseRow


class TrainingClass(models.Model):
    """Lớp bồi dưỡng. `organization` is the committee beside which the centre stands; without a centre the committee
    holds the class itself."""

    scope_path = "organization__path"
    centre_path = "centre"
    field_classes = classes(
        public="public_id centre organization kind title year opens_on closes_on place seats sessions state version "
        "created_at created_by"
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, related_name="classes", verbose_name="trung tâm"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="training_classes", verbose_name="mở cho tổ chức"
    )
    kind = models.CharField("loại lớp", max_length=20, choices=ClassKind)
    title = models.CharField("tên lớp", max_length=200)
    year = models.PositiveSmallIntegerField("năm")
    opens_on = models.DateField("khai giảng")
    closes_on = models.DateField("bế giảng")
    place = models.CharField("địa điểm", max_length=200, blank=True)
    seats = models.PositiveSmallIntegerField("số chỗ")
    sessions = models.PositiveSmallIntegerField("số buổi", default=0, help_text="0 where nobody counts them")
    state = models.CharField("tình trạng", max_length=8, choices=ClassState, default=ClassState.PLANNED)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("ghi lúc", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ghi"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "lớp bồi dưỡng"
        verbose_name_plural = "lớp bồi dưỡng"
        ordering = ["-opens_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="class_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="class_has_seats"),
        ]
        indexes = [models.Index(fields=["organization", "year", "kind"], name="class_of_year")]

    def __str__(self) -> str:
        return self.title

    @property
    def organizer(self) -> Association | Organization:
        """Who holds the class and signs the certificates."""
        return self.centre or self.organization

    taken: int
    """Seats that are filled, where `pipeline.queries.classes.with_taken` has counted them."""

    @property
    def left(self) -> int:
        """Seats nobody has yet, where `taken` is known; never below 0."""
        return max(self.seats - self.taken, 0)

    @property
    def is_closed(self) -> bool:
        return self.state == ClassState.CLOSED


class Enrolment(CaseRow):
    """Học viên: a person proposed for a class, later accepted, with result and certificate.

    `centre` and `committee` say who issued the certificate. Whether it stands in the file, the events of the file say.
    """

    centre_path = "training_class__centre"
    field_classes = CaseRow.field_classes | classes(
        public="training_class proposed_by proposed_on state version centre committee certificate_year",
        basic="reason attended result certificate_number certified_on not_entered",
    )

    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, related_name="enrolments", verbose_name="lớp bồi dưỡng"
    )
    proposed_by = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="nơi đề nghị")
    proposed_on = models.DateField("ngày đề nghị")
    state = models.CharField("tình trạng", max_length=10, choices=EnrolmentState, default=EnrolmentState.PROPOSED)
    reason = models.CharField("lý do rút, không nhận", max_length=255, blank=True)
    attended = models.PositiveSmallIntegerField("số buổi có mặt", null=True, blank=True)
    result = models.CharField("kết quả", max_length=10, choices=ClassResult, blank=True)
    certificate_number = BytewiseCharField("số giấy chứng nhận", max_length=60, blank=True)
    certified_on = models.DateField("ngày giấy chứng nhận", null=True, blank=True)
    certificate_year = models.PositiveSmallIntegerField("năm cấp", null=True, blank=True)
    centre = models.ForeignKey(
        Association, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="trung tâm cấp giấy"
    )
    committee = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="cấp ủy cấp giấy"
    )
    not_entered = models.CharField(
        "vì sao chưa vào hồ sơ", max_length=500, blank=True, help_text="Tells of the file: never shown to the centre"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "học viên lớp bồi dưỡng"
        verbose_name_plural = "học viên lớp bồi dưỡng"
        ordering = ["training_class", "case__candidate__name_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["training_class", "case"], condition=Q(state__in=[*ATTENDING]), name="enrolment_once_a_class"
            ),
            # Each year begins a new book of numbers.
            models.UniqueConstraint(
                fields=["centre", "certificate_year", "certificate_number"],
                condition=Q(centre__isnull=False) & ~Q(certificate_number=""), name="certificate_of_centre",
            ),
            models.UniqueConstraint(
                fields=["committee", "certificate_year", "certificate_number"],
                condition=Q(committee__isnull=False) & ~Q(certificate_number=""), name="certificate_of_committee",
            ),
            models.CheckConstraint(
                condition=Q(certificate_number="", certified_on__isnull=True, certificate_year__isnull=True)
                | (
                    ~Q(certificate_number="") & Q(
                        certified_on__isnull=False, certificate_year__isnull=False, state=EnrolmentState.ACCEPTED,
                        result__in=[*PASSED],
                    )
                ),
                name="certificate_for_who_passed",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["training_class", "state"], name="enrolment_of_class")]

    def __str__(self) -> str:
        return f"Học viên {self.case.candidate}"

    @property
    def is_certified(self) -> bool:
        return bool(self.certificate_number)
