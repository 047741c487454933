"""What simulators refuse, and errors in the words Stripe uses."""

from typing import Any


class Refused(Exception):
    """Something that cannot be done; the message is for people, the status for HTTP."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        """Remember what is answered."""
        super().__init__(message)
        self.status = status


class ApiError(Refused):
    """Something Stripe would have refused, too."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        """Remember what goes into the body of the answer."""
        super().__init__(message, status=status)
        self.kind = kind
        self.code = code
        self.param = param

    def body(self) -> dict[str, Any]:
        """Give the answer as Stripe writes it."""
        error = {"type": self.kind, "message": str(self)}
        if self.code:
            error["code"] = self.code
        if self.param:
            error["param"] = self.param
        return {"error": error}


def missing(kind: str, reference: str) -> ApiError:
    """Give the error for an object that does not exist."""
    return ApiError(
        f"No such {kind}: '{reference}'", status=404, code="resource_missing", param="id"
    )


def unknown_parameter(name: str) -> ApiError:
    """Give the error for a parameter that does not exist, or that is not simulated."""
    return ApiError(
        f"Received unknown parameter: {name} (or one that is not simulated)",
        code="parameter_unknown",
        param=name,
    )
