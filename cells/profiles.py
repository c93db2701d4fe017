"""The two ready profiles: which bodies hold which powers, and what things are called. They differ in data only.

The deciding body of the district profile is a setting of the profile; it is not attributed to any later
regulation.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db import models

from cells.kinds import CapabilityKind, DecidingBody, OrganizationKind
from core.dates import BEGINNING


class ProfileName(models.TextChoices):
    DISTRICT = "district", "Ba cấp: huyện ủy (theo Chỉ thị)"
    COMMUNE = "commune", "Hai cấp: đảng ủy xã (từ 01/7/2025)"


@dataclass(frozen=True)
class Power:
    """A capability that every organisation of a kind holds by default from a day on."""

    kind: str
    what: str
    valid_from: date = BEGINNING
    valid_until: date | None = None
    body: str = ""

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True)
class Profile:
    """Defaults of one administrative model; every label can be changed by the installation."""

    name: ProfileName
    notice: str
    labels: dict[str, str]
    powers: tuple[Power, ...] = field(default=())


_UPPER, _BASE, _SUB = OrganizationKind.UPPER_COMMITTEE, OrganizationKind.BASE_COMMITTEE, OrganizationKind.SUB_COMMITTEE
_BASE_CELL, _CELL = OrganizationKind.BASE_CELL, OrganizationKind.CELL
_STANDING = DecidingBody.STANDING_COMMITTEE
# 294-QĐ/TW is in force from 1/7/2025; 208-QĐ/TW, 26/7/2026, lets the base organisation's standing committee decide.
_REGULATION_294, _REGULATION_208 = date(2025, 7, 1), date(2026, 7, 26)

_RESOLVING = (Power(_CELL, CapabilityKind.RESOLVES), Power(_BASE_CELL, CapabilityKind.RESOLVES))

DISTRICT = Profile(
    name=ProfileName.DISTRICT,
    notice="Mô hình ba cấp, theo Chỉ thị",
    labels={
        "committee": "Huyện ủy",
        "board": "Ban Tổ chức",
        "board_symbol": "BTCHU",
        "board_head": "TRƯỞNG BAN",
        "upper_board": "Ban Tổ chức Tỉnh ủy",
        "cell": "chi bộ",
    },
    powers=(
        *_RESOLVING,
        Power(_BASE, CapabilityKind.RESOLVES),
        Power(_SUB, CapabilityKind.APPRAISES),
        Power(_UPPER, CapabilityKind.DECIDES),
        Power(_UPPER, CapabilityKind.DECIDES_BY, body=_STANDING),
        Power(_UPPER, CapabilityKind.ISSUES_CARDS),
        Power(_UPPER, CapabilityKind.RUNS_CLASSES),
        Power(_UPPER, CapabilityKind.HAS_BOARD),
    ),
)

COMMUNE = Profile(
    name=ProfileName.COMMUNE,
    notice="Mô hình hai cấp, từ 01/7/2025",
    labels={
        "committee": "Đảng ủy xã",
        "board": "Ban Xây dựng Đảng",
        "board_symbol": "BXDĐ",
        "board_head": "TRƯỞNG BAN",
        "upper_board": "Ban Tổ chức Tỉnh ủy",
        "cell": "chi bộ",
    },
    powers=(
        *_RESOLVING,
        Power(_SUB, CapabilityKind.APPRAISES),
        # The commune committee was of one kind under 294 and of another under 208: both decide.
        Power(_UPPER, CapabilityKind.DECIDES, valid_from=_REGULATION_294),
        Power(_UPPER, CapabilityKind.DECIDES_BY, valid_from=_REGULATION_294, body=_STANDING),
        Power(_UPPER, CapabilityKind.HAS_BOARD, valid_from=_REGULATION_294),
        Power(_UPPER, CapabilityKind.ISSUES_CARDS, valid_from=_REGULATION_294),
        Power(_UPPER, CapabilityKind.RUNS_CLASSES, valid_from=_REGULATION_294),
        Power(_BASE, CapabilityKind.RESOLVES, valid_until=_REGULATION_208),
        Power(_BASE, CapabilityKind.DECIDES, valid_from=_REGULATION_208),
        Power(_BASE, CapabilityKind.DECIDES_BY, valid_from=_REGULATION_208, body=_STANDING),
        Power(_BASE, CapabilityKind.HAS_BOARD, valid_from=_REGULATION_208),
        Power(_BASE, CapabilityKind.RUNS_CLASSES, valid_from=_REGULATION_208),
    ),
)

PROFILES = {profile.name: profile for profile in (DISTRICT, COMMUNE)}


def default_powers(profile: str, kind: str, on: date) -> dict[str, str]:
    """Capabilities an organisation of *kind* holds by default on day *on*, each with its deciding body or ''."""
    return {
        power.what: power.body
        for power in PROFILES[ProfileName(profile)].powers
        if power.kind == kind and power.holds_on(on)
    }
