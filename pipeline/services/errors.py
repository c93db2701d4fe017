"""How services about files refuse."""

from collections.abc import Iterable, Sequence

from cells.services.errors import RuleError
from pipeline.engine.findings import Finding
from pipeline.queries.cases import Changed


class GateError(RuleError):
    """The rules do not let this step be taken. `findings` say why, each with its article."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(f"{each.text} ({each.article}; {each.edition})" for each in self.findings)


class CaseChangedError(RuleError):
    """Somebody else was faster. `changes` say who did what, and when."""

    def __init__(self, changes: Sequence[Changed]) -> None:
        self.changes = list(changes)
        told = "; ".join(map(str, self.changes))
        super().__init__(f"Hồ sơ vừa có người ghi trước ({told}). Hãy xem lại hồ sơ rồi ghi lần nữa.")
