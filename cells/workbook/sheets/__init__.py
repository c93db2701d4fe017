"""The sheets of this floor; importing them registers them, in the order in which they are checked and written."""

from cells.workbook.sheets.organizations import OrganizationSheet  # isort: skip
from cells.workbook.sheets.members import MemberSheet  # isort: skip
from cells.workbook.sheets.movements import MovementSheet  # isort: skip
from cells.workbook.sheets.declared import DeclaredYearSheet  # isort: skip

__all__ = ["DeclaredYearSheet", "MemberSheet", "MovementSheet", "OrganizationSheet"]
