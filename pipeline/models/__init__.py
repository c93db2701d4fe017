from pipeline.models.cases import Ballot, Case, CaseEvent
from pipeline.models.classes import Enrolment, TrainingClass
from pipeline.models.helping import CaseRow, HelperRemark, Mentorship, TrialTask
from pipeline.models.papers import CaseDocument, Opinion
from pipeline.models.people import Candidate, CandidateProfile, DuplicateReport, Relative
from pipeline.models.rules import RuleConfirmation
from pipeline.models.vetting import VettingInquiry

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
)

__all__ = [
    "Ballot",
    "Candidate",
    "CandidateProfile",
    "Case",
    "CaseDocument",
    "CaseEvent",
    "CaseRow",
    "DuplicateReport",
    "Enrolment",
    "HelperRemark",
    "Mentorship",
    "Opinion",
    "Relative",
    "RuleConfirmation",
    "TrainingClass",
    "TrialTask",
    "VettingInquiry",
]
