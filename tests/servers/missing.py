"""What a full run needs and this machine does not have."""


class Missing(Exception):
    """Something could not be obtained. `type_this` is the command that would bring it."""

    def __init__(self, what: str, type_this: str, reason: str = "") -> None:
        super().__init__(f"Missing: {what}. Type this once, then try again: {type_this}")
        self.reason = reason
