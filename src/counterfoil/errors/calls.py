"""What machines are told that call too often."""

from counterfoil.errors.base import Conflict


class TooManyCalls(Conflict):
    """This API key has used up its calls of this minute; wait before the next."""

    code = "rate_limited"

    def __init__(self, retry_after: float) -> None:
        """Remember how many seconds to wait."""
        self.retry_after = retry_after
        super().__init__()


__all__ = ["TooManyCalls"]
