from core.models.audit import AuditEvent, AuditSeal
from core.models.calendar import CalendarDay
from core.models.exports import ExportEntry, Purpose
from core.models.facts import Fact, FactQuerySet
from core.models.jobs import Job
from core.models.second_factor import RecoveryCode, SecondFactor
from core.models.sessions import LoginSession
from core.models.user import User

__all__ = [
    "AuditEvent",
    "AuditSeal",
    "CalendarDay",
    "ExportEntry",
    "Fact",
    "FactQuerySet",
    "Job",
    "LoginSession",
    "Purpose",
    "RecoveryCode",
    "SecondFactor",
    "User",
]
