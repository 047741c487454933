"""What a product may be called and cost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.errors import Fault, ProductInvalid
from counterfoil.rules.currencies import CURRENCIES

SKU_MAX, NAME_MAX, DESCRIPTION_MAX = 64, 200, 2_000
LARGEST_AMOUNT = 10**12

_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}\Z", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductFacts:
    """What can be changed about a product at any time; its terms have versions instead."""

    name: str
    description: str
    unit_amount: int
    currency: str


def refuse_unsound(facts: ProductFacts, *, sku: str = "") -> None:
    """
    Refuse what no shop could show or charge; the SKU only where it is new.

    :raises ProductInvalid: naming everything that is wrong.
    """
    faults = list(_of(facts))
    if sku and not _SKU.match(sku):
        faults.append(
            Fault("sku", f"Letters, digits, dots, dashes and slashes, {SKU_MAX} at most.")
        )
    if faults:
        raise ProductInvalid(faults=faults)


def _of(facts: ProductFacts) -> Iterator[Fault]:
    if not 1 <= len(facts.name.strip()) <= NAME_MAX:
        yield Fault("name", f"Say what it is called, in {NAME_MAX} characters at most.")
    if len(facts.description) > DESCRIPTION_MAX:
        yield Fault("description", f"{DESCRIPTION_MAX:,} characters at most.")
    if facts.currency not in CURRENCIES:
        yield Fault("currency", "Three letters, such as EUR or USD.")
    if not 0 <= facts.unit_amount <= LARGEST_AMOUNT:
        yield Fault("unit_amount", "An amount such as 114.00, not below zero.")
    if "\x00" in facts.name + facts.description:
        yield Fault("name", "It has a character that nothing can show.")
