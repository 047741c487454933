"""Every figure there is."""

from django.utils.translation import gettext_lazy as later

from counterfoil.errors import NotFound
from counterfoil.queries import figures_months as months
from counterfoil.queries import figures_owed as owed
from counterfoil.queries import figures_people as people
from counterfoil.queries import figures_time as times
from counterfoil.queries.figure_about import IS_ISSUED, OF_STOCK, PAID, Figure

USE = later("How it is used")
WORK = later("Exceptions and operators")
MONTHS = frozenset({"since", "until", "test"})
NOW = frozenset({"test"})
FIGURES: tuple[Figure, ...] = (
    *OF_STOCK,
    Figure(
        slug="unused-by-age",
        title=later("Unused by age"),
        group=USE,
        means=(
            later(
                "Entitlements in state issued or reserved that have not expired, by the time since"
                " they were issued. Sales and grants; on hold or not."
            ),
            IS_ISSUED,
        ),
        make=lambda wanted, _now: times.by_age(wanted),
    ),
    Figure(
        slug="time-to-use",
        title=later("Time to first use"),
        group=USE,
        means=(
            later(
                "From the issue of an entitlement to its first assignment, whether by its code, by"
                " a partner or by staff. What is taken back and used again counts with its first"
                " use."
            ),
            later(
                "Not yet: unused and still good. Never: revoked or expired before anybody had it."
            ),
            later(
                "Times are counted in steps that grow: by the hour at first, then by the day, the"
                " week and the month. Half and nine of ten are told to the end of their step."
            ),
            IS_ISSUED,
        ),
        make=lambda wanted, _now: times.until_used(wanted),
    ),
    Figure(
        slug="refunds-and-expiry",
        title=later("Refunds and expiry"),
        group=USE,
        means=(
            later(
                "Of what was issued in a month: refunded, if a refund stands against the unit,"
                " whether it was revoked, may be kept, or waits for a decision; withdrawn"
                " otherwise, if it is revoked without one; expired, if nobody had it when its"
                " validity ended."
            ),
            later("Everything else of that month is in use or still good."),
            IS_ISSUED,
        ),
        make=lambda wanted, _now: months.fates(wanted),
    ),
    Figure(
        slug="refunds-in-money",
        title=later("Refunds and expiry in money"),
        group=USE,
        means=(
            later(
                "Of what was sold in a month, what was paid for the units that were refunded, and"
                " for those that expired unused. Grants have no price and are not in it."
            ),
            PAID,
            later(
                "It is the price of refunded units, not the sum of refunds: what was refunded for"
                " shipping, or in part for a unit, is not in it."
            ),
        ),
        make=lambda wanted, _now: owed.refunded_money(wanted),
    ),
    Figure(
        slug="exceptions-open",
        title=later("Open exceptions"),
        group=WORK,
        means=(
            later(
                "What waits for a person at this moment, by kind and by the time since it was"
                " opened."
            ),
        ),
        make=lambda wanted, now: people.open_cases(wanted, now=now),
        parts=NOW,
        counted=False,
    ),
    Figure(
        slug="exceptions-settled",
        title=later("Exceptions opened and settled"),
        group=WORK,
        means=(
            later(
                "Those opened in the months shown, and those settled in them, whenever opened; the"
                " average is from opening to settling, of those settled. Some are settled by the"
                " system, when what they were about has come right."
            ),
        ),
        make=lambda wanted, _now: people.settled_cases(wanted),
        parts=MONTHS,
        counted=False,
    ),
    Figure(
        slug="operators",
        title=later("Operator activity"),
        group=WORK,
        means=(
            later(
                "What members of staff and API keys did: one for each entitlement an act touched,"
                " each change of settings, each export, each note, and each request approved or"
                " rejected."
            ),
            later("What the system, channels, partners and customers did is not in it."),
        ),
        make=lambda wanted, _now: people.by_operator(wanted),
        parts=MONTHS,
    ),
)


def figure_of(slug: str) -> Figure:
    """
    Give one figure.

    :raises NotFound: if there is none of this name.
    """
    for figure in FIGURES:
        if figure.slug == slug:
            return figure
    raise NotFound("There is no such figure.")
