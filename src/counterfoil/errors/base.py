"""What all errors have in common, and the groups by what the caller can do."""

from typing import ClassVar

__all__ = [
    "Conflict",
    "CounterfoilError",
    "Denied",
    "NotFound",
    "Rejected",
    "Unavailable",
]


class CounterfoilError(Exception):
    """Something was refused."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(detail or self.message)

    @property
    def message(self) -> str:
        """Give the sentence that states the fact, for people."""
        return " ".join((type(self).__doc__ or "").split())


class NotFound(CounterfoilError):
    """What was asked for does not exist."""

    code = "not_found"


class Conflict(CounterfoilError):
    """The state of things does not allow this."""

    code = "conflict"


class Rejected(CounterfoilError):
    """The request is wrong as it stands."""

    code = "rejected"


class Denied(CounterfoilError):
    """The actor may not do this."""

    code = "denied"


class Unavailable(CounterfoilError):
    """Something this depends on does not answer; repeating the call later is safe."""

    code = "unavailable"
