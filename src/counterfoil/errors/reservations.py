"""What is refused about reservations, and about the host's record of an entitlement."""

from collections.abc import Iterable

from counterfoil.errors.base import Conflict, Rejected

__all__ = [
    "NotAsked",
    "NotEnoughFree",
    "NotFree",
    "ReservationInvalid",
    "ReservationOver",
    "ReservationTooLong",
    "TooManyReserved",
]


class NotEnoughFree(Conflict):
    """There are not as many free entitlements as were asked for; none was taken."""

    code = "not_enough_free"

    def __init__(self, left: int) -> None:
        """Remember how many there are."""
        self.left = left
        super().__init__(f"Only {left} are free.")


class NotFree(Conflict):
    """Some of these entitlements are not free to be reserved; none was taken."""

    code = "not_free"

    def __init__(self, why: Iterable[str]) -> None:
        """Remember which, and why, in words."""
        self.why = tuple(why)
        super().__init__("; ".join(self.why[:20]))


class ReservationOver(Conflict):
    """This reservation is over: everything in it was used, released or has lapsed."""

    code = "reservation_over"


class TooManyReserved(Conflict):
    """Whoever asks has as many entitlements reserved as one may; release some first."""

    code = "too_many_reserved"

    def __init__(self, left: int) -> None:
        """Remember how many more may be reserved."""
        self.left = left
        super().__init__(f"{left} more can be reserved.")


class ReservationInvalid(Rejected):
    """This cannot be reserved as it was asked for."""

    code = "reservation_invalid"


class ReservationTooLong(Rejected):
    """Nothing is reserved for as long as that."""

    code = "reservation_too_long"

    def __init__(self, days: int) -> None:
        """Remember for how long it could be."""
        self.days = days
        super().__init__(f"At most {days} days.")


class NotAsked(Conflict):
    """Nothing was asked for under this key, or something else was since."""

    code = "not_asked"
