"""Taking back what TO_CHUC wrote: versions reversed or stated again, organisations it founded withdrawn."""

from collections.abc import Iterator
from datetime import date

from cells.models import Movement, Organization, OrganizationVersion
from cells.services.tree_back import stated_again, take_back_versions
from cells.workbook.undo.base import TakingBack, keep_batches, sorted_out, used_in
from core.bulk import rows_by_key
from core.dates import format_date


def last_version() -> int:
    """The key of the latest version there is."""
    return OrganizationVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


class OrganizationsBack(TakingBack):
    def check(self) -> None:
        undo = self.undo
        rows = OrganizationVersion.objects.filter(batch=undo.batch).order_by("pk")
        related = ("organization", "parent", "corrects__organization", "corrects__parent")
        written = sorted_out(rows.select_related(*related))
        self.rows = [*written.standing, *written.corrected]
        self.units = {version.organization_id: version.organization for version in self.rows}
        for version in written.corrected:
            undo.refuse(f"{_named(version.organization)} đã được đính chính sau {self.undo.what}.")
        self.withdrawn = written.additions
        self.restated = [stated_again(version, before) for version, before in written.restores]
        self.founded = self._founded()
        for version in (*self.rows, *self.restated):
            undo.touch(version.organization_id, version.valid_from)
        self._refuse_later_versions()
        self._refuse_what_is_used()
        if not undo.objections:
            self._refuse_closed_places()

    def _founded(self) -> set[int]:
        """Organisations of which nothing is left once everything is taken back."""
        others = OrganizationVersion.objects.in_force().exclude(batch=self.undo.batch)
        left = {version.organization_id for version in rows_by_key(others, "organization", self.units)}
        return self.units.keys() - left - {version.organization_id for version in self.restated}

    def _refuse_later_versions(self) -> None:
        in_force = OrganizationVersion.objects.in_force().filter(pk__gt=self.undo.mark("TO_CHUC"))
        rows = rows_by_key(in_force.select_related("corrects__corrects"), "organization", self.units)
        for key in sorted({row.organization_id for row in rows if self.undo.is_later(row, "TO_CHUC")}):
            self.undo.refuse(f"{_named(self.units[key])} có thay đổi ghi sau {self.undo.what}.")

    def _refuse_what_is_used(self) -> None:
        """Nothing else may hang on an organisation that is to be as if it had never been."""
        users: dict[int, list] = {}
        for key, model in self.undo.references(Organization, self.founded):
            users.setdefault(key, []).append(model)
        for key in users:
            where = used_in(users[key]).replace(str(OrganizationVersion._meta.verbose_name), "tổ chức trực thuộc")
            self.undo.refuse(f"{_named(self.units[key])} do {self.undo.what} lập đang được dùng ở: {where}.")

    def _refuse_closed_places(self) -> None:
        """What was entered since must not end up in an organisation that is closed again, nor a unit under one."""
        changed = {version.organization_id for version in self.restated}
        changed |= {version.organization_id for version in self.withdrawn} - self.founded
        after = self.versions_after(changed)
        for key in changed:
            closing = next((v for v in after[key] if v.is_closed), None)
            if closing and self._is_joined_since(key, closing.valid_from):
                self.undo.refuse(
                    f"{_named(self.units[key])} sẽ lại thôi hoạt động từ ngày {format_date(closing.valid_from)}, "
                    "nhưng đã nhận người hoặc tổ chức sau ngày đó."
                )
        parents = {v.parent_id for versions in after.values() for v in versions if v.parent_id and not v.is_closed}
        rows = OrganizationVersion.objects.in_force().filter(is_closed=True).select_related("corrects__corrects")
        closed = {
            version.organization_id: version
            for version in rows_by_key(rows, "organization", parents)
            if self.undo.is_later(version, "TO_CHUC")
        }
        for key, versions in after.items():
            for version, end in _spans(versions):
                closing = closed.get(version.parent_id)
                if closing and not version.is_closed and (end is None or closing.valid_from < end):
                    self.undo.refuse(
                        f"Cấp trên cũ của {_named(self.units[key])} là {closing.name} đã thôi hoạt động từ ngày "
                        f"{format_date(closing.valid_from)}."
                    )

    def versions_after(self, keys: set[int]) -> dict[int, list[OrganizationVersion]]:
        """The versions in force of each organisation once everything is taken back, by day."""
        rows = OrganizationVersion.objects.in_force().exclude(batch=self.undo.batch).select_related("parent")
        after: dict[int, list[OrganizationVersion]] = {key: [] for key in keys}
        for version in (*rows_by_key(rows, "organization", keys), *self.restated):
            after[version.organization_id].append(version)
        return {key: sorted(versions, key=lambda version: version.valid_from) for key, versions in after.items()}

    def _is_joined_since(self, key: int, closing_day: date) -> bool:
        """Whether somebody or some unit that this import did not bring has come to *key* on or after *closing_day*."""
        moves = Movement.objects.in_force().filter(
            organization=key, effective_on__gte=closing_day, pk__gt=self.undo.mark("BIEN_DONG")
        )
        below = OrganizationVersion.objects.in_force().filter(parent=key, valid_from__gte=closing_day, is_closed=False)
        return any(move.sign > 0 for move in moves.exclude(batch=self.undo.batch)) or any(
            self.undo.is_later(version, "TO_CHUC") for version in below.select_related("corrects__corrects")
        )

    def write(self) -> date | None:
        if not self.rows:
            return None
        take_back_versions(self.withdrawn, self.restated, today=self.undo.today, reason=self.undo.reason)
        keep_batches(OrganizationVersion, self.restated)
        return min(version.valid_from for version in (*self.rows, *self.restated))


def _named(unit: Organization) -> str:
    return f"{unit.name} ({unit.code})"


def _spans(versions: list[OrganizationVersion]) -> Iterator[tuple[OrganizationVersion, date | None]]:
    """Each version with the day on which the next begins."""
    ends = [version.valid_from for version in versions[1:]]
    yield from zip(versions, [*ends, None], strict=True)
