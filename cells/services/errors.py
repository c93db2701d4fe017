"""What a service says when it refuses."""

from collections.abc import Iterable
from typing import Any


class RuleError(Exception):
    """The change would break a rule of the field. Every message is Vietnamese and names the remedy."""

    def __init__(self, messages: str | Iterable[str]) -> None:
        self.messages = [messages] if isinstance(messages, str) else list(messages)
        super().__init__(" ".join(self.messages))


class ChangedMeanwhileError(RuleError):
    """Somebody else was faster. `changes` are those that would have overwritten what was never seen."""

    def __init__(self, changes: Iterable[Any]) -> None:
        self.changes = list(changes)
        super().__init__("Có số vừa được người khác sửa. Hãy xem lại các ô được đánh dấu rồi lưu lần nữa.")
