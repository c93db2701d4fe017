from pipeline.models.cards import CardBatch, MemberCard
from pipeline.models.cases import Ballot, Case, CaseEvent
from pipeline.models.classes import Enrolment, TrainingClass
from pipeline.models.helping import CaseRow, HelperRemark, Mentorship, TrialTask
from pipeline.models.papers import CaseDocument, Opinion
from pipeline.models.people import Candidate, CandidateProfile, DuplicateReport, Relative
from pipeline.models.rolls import RollEntry
from pipeline.models.rules import RuleConfirmation
from pipeline.models.sessions import FileReceipt, Session, SessionItem
from pipeline.models.vetting import VettingBody, VettingInquiry

Case.told_with = (
    Candidate,
    CandidateProfile,
    CaseEvent,
    Ballot,
    Mentorship,
    TrialTask,
    HelperRemark,
    VettingInquiry,
    Opinion,
    CaseDocument,
    Relative,
    SessionItem,
    FileReceipt,
    MemberCard,
)

__all__ = [
    "Ballot",
    "Candidate",
    "CandidateProfile",
    "CardBatch",
    "Case",
    "CaseDocument",
    "CaseEvent",
    "CaseRow",
    "DuplicateReport",
    "Enrolment",
    "FileReceipt",
    "HelperRemark",
    "MemberCard",
    "Mentorship",
    "Opinion",
    "Relative",
    "RollEntry",
    "RuleConfirmation",
    "Session",
    "SessionItem",
    "TrainingClass",
    "TrialTask",
    "VettingBody",
    "VettingInquiry",
]
