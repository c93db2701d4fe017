"""Codes of files that a workbook brings: those of the program's own form must be of that form."""

import re

OWN = re.compile(r"HS-\d{4}-\d{5}")
PREFIX = "HS-"


def fault_of_code(code: str) -> str:
    """Why *code* cannot be the code of a new file; empty where it can. From what looks like our numbers we count on."""
    if code.upper().startswith(PREFIX) and not OWN.fullmatch(code):
        return f"Mã bắt đầu bằng {PREFIX} là mã do phần mềm cấp, dạng HS-2026-00012. Hãy sửa mã, hoặc để trống."
    return ""
