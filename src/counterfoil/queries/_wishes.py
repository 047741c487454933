"""What a buyer wished with a line, told to staff: people masked, the message left unread."""

from dataclasses import dataclass
from datetime import datetime

from counterfoil.models import GiftWish
from counterfoil.queries._hits import masked


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedWish:
    """
    A wish for a line: nothing has been sent because of it.

    ``trouble`` is what stands against it: ``no_address``, ``bad_address``, ``bad_time``,
    ``time_over``.
    """

    recipient: str
    send_at: datetime | None
    told_at: datetime
    has_message: bool
    trouble: tuple[str, ...]


def traced_wish(wish: GiftWish | None) -> TracedWish | None:
    """Tell what was wished, if anything was."""
    words = wish.words() if wish is not None else None
    if wish is None or words is None:
        return None
    trouble = []
    if wish.recipient_id is None:
        trouble.append("bad_address" if words.recipient_mail else "no_address")
    if words.send_at and wish.send_at is None:
        trouble.append("bad_time")
    if wish.send_at is not None and wish.send_at < wish.told_at:
        trouble.append("time_over")
    return TracedWish(
        recipient=masked(wish.recipient),
        send_at=wish.send_at,
        told_at=wish.told_at,
        has_message=bool(words.message),
        trouble=tuple(trouble),
    )
