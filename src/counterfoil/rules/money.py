"""Whole numbers of minor units: read, written, and divided without losing any."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

USUAL_EXPONENT = 2
EXPONENTS = {
    code: exponent
    for exponent, codes in {
        0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    }.items()
    for code in codes.split()
}
"""Decimal places of a currency after ISO 4217, where they are not two."""

_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?\Z", re.ASCII)


def exponent(currency: str) -> int:
    """Give how many decimal places a currency has."""
    return EXPONENTS.get(currency.upper(), USUAL_EXPONENT)


def minor_units(amount: str, currency: str) -> int:
    """
    Read an amount that is written with a decimal point: ``"114.00"`` dollars are 11400 cents.

    What is smaller than the smallest coin is rounded, half a coin up.

    :raises ValueError: if it is not an amount.
    """
    if not _AMOUNT.match(amount):
        raise ValueError("not an amount")
    exact = Decimal(amount).scaleb(exponent(currency))
    return int(exact.to_integral_value(rounding=ROUND_HALF_UP))


def decimal_text(amount: int, currency: str) -> str:
    """Write an amount with a decimal point, as ``minor_units`` reads it."""
    places = exponent(currency)
    return f"{Decimal(amount).scaleb(-places):.{places}f}"


def split(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """
    Divide an amount in proportion to the weights, so that the parts add up to it exactly.

    Whoever was rounded off the most gets the next minor unit; among equals the first named does.
    Without any weights the parts are equal, and without anybody to give to there are none.

    :raises ValueError: if the amount or a weight is negative.
    """
    if amount < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("only what is there can be divided")
    if not weights:
        return {}
    shares = dict(weights) if any(weights.values()) else dict.fromkeys(weights, 1)
    total = sum(shares.values())
    parts = {name: amount * share // total for name, share in shares.items()}
    left = amount - sum(parts.values())
    by_remainder = sorted(shares, key=lambda name: -(amount * shares[name] % total))
    for name in by_remainder[:left]:
        parts[name] += 1
    return parts
