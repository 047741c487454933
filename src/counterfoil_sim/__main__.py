"""``python -m counterfoil_sim [NAME]``: one of the simulators on its own; Stripe if not named."""

import sys
from collections.abc import Sequence
from importlib import import_module

from counterfoil_sim.program import Impossible

# Loaded when asked for: each needs only what it needs itself.
PROGRAMS = {
    "stripe": "counterfoil_sim.stripe_program",
    "shopify": "counterfoil_sim.shopify.program",
    "woocommerce": "counterfoil_sim.woocommerce_program",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one simulator until it is told to stop; 2 if it cannot start."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given.pop(0) if given and not given[0].startswith("-") else "stripe"
    if name not in PROGRAMS:
        known = ", ".join(PROGRAMS)
        sys.stderr.write(f"There is no simulator of {name}; there are: {known}.\n")
        return 2
    try:
        return int(import_module(PROGRAMS[name]).main(given))
    except Impossible as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
