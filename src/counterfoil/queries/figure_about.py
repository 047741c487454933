"""What a figure is called, what exactly it counts, and how it is made: of what exists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as later

from counterfoil.queries import figures_months as months
from counterfoil.queries import figures_owed as owed
from counterfoil.queries import figures_stock as stock
from counterfoil.queries.figured import Figured
from counterfoil.queries.figures import FigureFilter

UNITS = frozenset({"since", "until", "product", "connection", "partner", "test"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """
    One figure; ``means`` is its definition, sentence by sentence.

    ``parts`` are the filters that apply to it. What is not ``counted`` by the worker is read from
    the records at the moment it is shown.
    """

    slug: str
    title: Any
    group: Any
    means: tuple[Any, ...]
    make: Callable[[FigureFilter, datetime], Figured]
    parts: frozenset[str] = UNITS
    counted: bool = True


EXIST = later("What exists")
OWED = later("What is owed")
IS_ISSUED = later(
    "Issued is when somebody paid for it or was granted it; a printed piece is issued when it is"
    " sold, not when it is printed."
)
STANDS = later(
    "Every entitlement is in exactly one column. Expired means that nobody had it when its validity"
    " ended; what somebody has does not expire. On hold is counted beside that, not instead."
)
MADE = later("Months are those in which it was issued, or printed for a piece of a batch.")
PAID = later(
    "An entitlement is worth its equal part of what its line of the order cost, as the channel"
    " told: after discounts where the channel tells them by line, and without shipping. The"
    " parts add up to the line. Currencies are never added to each other."
)
OF_STOCK: tuple[Figure, ...] = (
    Figure(
        slug="by-state",
        title=later("By state"),
        group=EXIST,
        means=(later("All entitlements, by where they stand now."), STANDS, MADE),
        make=lambda wanted, _now: stock.by_state(wanted),
    ),
    Figure(
        slug="by-channel",
        title=later("By channel"),
        group=EXIST,
        means=(
            later("All entitlements, by the connection whose order they were bought with."),
            later("Grants, and printed pieces not sold yet, came through none."),
            STANDS,
            MADE,
        ),
        make=lambda wanted, _now: stock.by_channel(wanted),
    ),
    Figure(
        slug="by-product",
        title=later("By product"),
        group=EXIST,
        means=(later("All entitlements, by product."), STANDS, MADE),
        make=lambda wanted, _now: stock.by_product(wanted),
    ),
    Figure(
        slug="by-partner",
        title=later("By partner"),
        group=EXIST,
        means=(
            later(
                "All entitlements, by the partner who has them now: allotted, handed on, or bought"
                " through the partner's own connection."
            ),
            STANDS,
            MADE,
        ),
        make=lambda wanted, _now: stock.by_partner(wanted),
    ),
    Figure(
        slug="by-source",
        title=later("By source"),
        group=EXIST,
        means=(
            later(
                "All entitlements, by where they come from: bought, granted without a sale (by the"
                " category of the grant), or printed and not sold yet."
            ),
            STANDS,
            MADE,
        ),
        make=lambda wanted, _now: stock.by_source(wanted),
    ),
    Figure(
        slug="outside-a-sale",
        title=later("Issued outside a sale"),
        group=EXIST,
        means=(
            later("Entitlements that were granted, by month of issue and category of the grant."),
            later("They are counted whatever became of them since, also if they were revoked."),
            IS_ISSUED,
        ),
        make=lambda wanted, _now: months.given(wanted),
    ),
    Figure(
        slug="liability",
        title=later("Liability in units"),
        group=OWED,
        means=(
            later(
                "Units of sales that nobody has yet and that are still good: state issued or"
                " reserved, not expired, on hold or not. What was granted is not in it."
            ),
            later(
                "Each month begins with what the month before ended with; the columns between are"
                " what changed it. The end of the last month is what stands now."
            ),
            later(
                "Changes are counted in the month in which the ledger says they happened. Expiry is"
                " judged by the end of validity that holds today, also for months long past: who"
                " extends an entitlement takes its expiry back."
            ),
        ),
        make=lambda wanted, _now: owed.owed_units(wanted),
    ),
    Figure(
        slug="liability-in-money",
        title=later("Liability in money"),
        group=OWED,
        means=(
            later("The liability in units, each unit with what was paid for it."),
            PAID,
            later("Money refunded for a unit that may be kept does not lower it."),
        ),
        make=lambda wanted, _now: owed.owed_money(wanted),
    ),
)
