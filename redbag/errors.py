"""The ways a request can be turned down."""


class Refused(Exception):
    """The state of things says no. `code` is for programs, the message for people, `facts` for both."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, **facts) -> None:
        super().__init__(message)
        self.code = code or self.code
        self.facts = facts


class Busy(Refused):
    """It can be done, only not this moment: ask again."""

    code = "busy"


class Gone(Refused):
    """It was there, and cannot be read any more."""

    code = "gone"


class NotAllowed(Exception):
    """The user may not."""


class NotThere(LookupError):
    """There is nothing here, or it is not theirs to know of."""


class BadInput(ValueError):
    """What somebody sent is wrong: `errors` says what and what to do, by field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors
