"""The checks that requirements name, by subject. A new rule about a person goes into `person.py`, and so on."""

from pipeline.engine.checks import helpers, meeting, papers, person, readmission, time, vetting
from pipeline.engine.checks.registry import CHECKS

__all__ = ["CHECKS", "helpers", "meeting", "papers", "person", "readmission", "time", "vetting"]
