"""
Orders that are told to us: by a partner, in a file, at the till.

No channel keeps such an order, so we keep it ourselves, and read it as any channel is read. What
was told once stays true: an order may be completed and taken back, and never becomes another one.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from counterfoil.rules.orders import OrderGift, OrderHolder

TOLD_CHANNELS = frozenset({"partner", "coupled", "order_file", "point_of_sale"})
"""The channels whose orders are told over the API, by whoever has a key bound to a connection."""

PURCHASES_TOLD = frozenset({"partner", "coupled"})
"""Those that tell of whole purchases; a till tells of codes it sells, one by one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredLine:
    """
    One line of an order, as it was ordered.

    What is taken back of it later stands in the order's cancellations. Without ``amount_total``
    it costs what its units cost. ``holders[i]`` has unit ``i`` already.
    """

    reference: str
    sku: str
    quantity: int
    unit_amount: int = 0
    amount_total: int | None = None
    description: str = ""
    gift: OrderGift | None = None
    holders: tuple[OrderHolder, ...] = ()

    @property
    def total(self) -> int:
        """Give what the whole line costs."""
        return self.quantity * self.unit_amount if self.amount_total is None else self.amount_total


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelledLine:
    """So many of a line's units are taken back, as units are counted in the order."""

    line: str
    quantity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancellation:
    """
    Part of an order is taken back.

    ``reference`` is how whoever tells it calls it: told twice it takes back once, and in which
    order several are told makes no difference. ``units`` are handles of entitlements; those that
    were gone ``already`` when it was told are not taken back again.
    """

    reference: str
    at: datetime
    lines: tuple[CancelledLine, ...] = ()
    units: tuple[str, ...] = ()
    reason: str = ""
    already: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredOrderBody:
    """
    An order as it was told.

    Paid means paid to whoever sold it; without ``paid_at`` it was when we were told. A buyer is
    written to only if ``notify`` says so.
    """

    reference: str
    currency: str
    lines: tuple[DeclaredLine, ...]
    number: str = ""
    buyer_mail: str | None = None
    buyer_name: str = ""
    locale: str = ""
    is_paid: bool = True
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancellations: tuple[Cancellation, ...] = ()
    is_test: bool = False
    gift: OrderGift | None = None
    notify: bool = True

    @property
    def amount_total(self) -> int:
        """Give what all lines cost together."""
        return sum(line.total for line in self.lines)

    def canonical(self) -> bytes:
        """Write it so that the same order is always the same bytes."""
        told = asdict(self)
        return json.dumps(
            told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
        ).encode()

    @classmethod
    def from_canonical(cls, kept: bytes) -> Self:
        """Read what :meth:`canonical` wrote."""
        told = json.loads(kept)
        return cls(
            **told
            | {
                "lines": tuple(map(_line, told["lines"])),
                "paid_at": _moment(told["paid_at"]),
                "cancelled_at": _moment(told["cancelled_at"]),
                "cancellations": tuple(map(_cancellation, told["cancellations"])),
                "gift": _gift(told["gift"]),
            }
        )


def _line(told: Mapping[str, Any]) -> DeclaredLine:
    holders = tuple(OrderHolder(**holder) for holder in told["holders"])
    return DeclaredLine(**{**told, "gift": _gift(told["gift"]), "holders": holders})


def _gift(told: Mapping[str, Any] | None) -> OrderGift | None:
    return None if told is None else OrderGift(**{**told, "send_at": _moment(told["send_at"])})


def _cancellation(told: Mapping[str, Any]) -> Cancellation:
    lines = tuple(CancelledLine(**line) for line in told["lines"])
    units = {name: tuple(told[name]) for name in ("units", "already")}
    return Cancellation(
        **{**told, "at": datetime.fromisoformat(told["at"]), "lines": lines, **units}
    )


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    assert isinstance(value, Mapping), type(value)  # noqa: S101 - there is nothing else in it
    return dict(value)


def without_people(body: DeclaredOrderBody) -> DeclaredOrderBody:
    """Give an order as it was told, without whatever says who anybody is."""
    lines = tuple(
        replace(
            line,
            gift=_without_words(line.gift),
            holders=tuple(replace(one, mail=None, subject_data={}) for one in line.holders),
        )
        for line in body.lines
    )
    return replace(
        body, lines=lines, buyer_mail=None, buyer_name="", gift=_without_words(body.gift)
    )


def _without_words(gift: OrderGift | None) -> OrderGift | None:
    return None if gift is None else OrderGift(send_at=gift.send_at)
