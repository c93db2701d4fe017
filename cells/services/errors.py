"""What a service says when it refuses."""

from collections.abc import Iterable


class RuleError(Exception):
    """The change would break a rule of the field. Every message is Vietnamese and names the remedy."""

    def __init__(self, messages: str | Iterable[str]) -> None:
        self.messages = [messages] if isinstance(messages, str) else list(messages)
        super().__init__(" ".join(self.messages))
