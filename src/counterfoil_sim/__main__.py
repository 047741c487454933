"""``python -m counterfoil_sim [NAME]``: one of the simulators on its own; Stripe if not named."""

import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

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
        return int(_program(name).main(given))
    except Impossible as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _program(name: str) -> ModuleType:
    try:
        return import_module(PROGRAMS[name])
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("counterfoil"):
            raise
        raise Impossible(
            f"The simulator of {name} needs {error.name}: pip install 'counterfoil[sim]'."
        ) from error


if __name__ == "__main__":
    sys.exit(main())
