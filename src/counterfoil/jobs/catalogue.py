"""Which function does a step of which kind of work."""

from collections.abc import Mapping

from counterfoil.jobs.steps import Step

STEPS: Mapping[str, Step] = {}
