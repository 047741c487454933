"""
Amounts as Stripe counts them.

Nearly every currency is counted in its smallest coin, there as here. In a few Stripe keeps to the
decimals it once began with, whatever ISO 4217 says of them by now: 5 krónur are 500 to it.
"""

from decimal import ROUND_HALF_UP, Decimal

from counterfoil.errors import ChannelRefused
from counterfoil.rules.money import exponent

DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}
"""Decimal places Stripe gives a currency, where they are not those of ISO 4217."""


def from_stripe(amount: int, currency: str) -> int:
    """Give in our minor units what Stripe says; what is less than our smallest coin is rounded."""
    exact = Decimal(amount).scaleb(_shift(currency))
    return int(exact.to_integral_value(rounding=ROUND_HALF_UP))


def to_stripe(amount: int, currency: str) -> int:
    """
    Say to Stripe what we have in minor units.

    :raises ChannelRefused: if Stripe has no coin so small.
    """
    exact = Decimal(amount).scaleb(-_shift(currency))
    if exact != exact.to_integral_value():
        raise ChannelRefused(f"Stripe takes whole {currency.upper()} only")
    return int(exact)


def _shift(currency: str) -> int:
    ours = exponent(currency)
    return ours - DECIMALS.get(currency.upper(), ours)
