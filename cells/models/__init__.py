from cells.models.appointments import Appointment, AppointmentRequest, DeclaredConflict
from cells.models.declared import DeclaredYear, PeriodLock
from cells.models.imports import ImportUndo, WorkbookImport
from cells.models.installation import FactsVersion, Installation
from cells.models.members import Member, MemberState, Movement
from cells.models.organizations import Capability, Organization, OrganizationAncestor, OrganizationVersion
from cells.models.surroundings import AreaAssignment, Association, ResidentialPost

__all__ = [
    "Appointment",
    "AppointmentRequest",
    "AreaAssignment",
    "Association",
    "Capability",
    "DeclaredConflict",
    "DeclaredYear",
    "FactsVersion",
    "ImportUndo",
    "Installation",
    "Member",
    "MemberState",
    "Movement",
    "Organization",
    "OrganizationAncestor",
    "OrganizationVersion",
    "PeriodLock",
    "ResidentialPost",
    "WorkbookImport",
]
