"""The formats in which a list leaves the program."""

from django.db import models


class Format(models.TextChoices):
    """Dạng tệp."""

    XLSX = "xlsx", "Excel (.xlsx)"
    CSV = "csv", "CSV (.csv), để đưa vào phần mềm khác"
    DOCX = "docx", "Word (.docx), để in"
    PDF = "pdf", "PDF (.pdf), để in"


MOST_ROWS = {Format.DOCX: 1_000, Format.PDF: 300}
"""Rows of a file made to be printed: longer lists are read in a table program, and a PDF takes long to lay out."""
CONTENT_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
}
