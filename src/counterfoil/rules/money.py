"""Whole numbers of minor units, divided without losing any."""

from collections.abc import Mapping


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
