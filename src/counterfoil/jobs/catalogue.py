"""Which function does a step of which kind of work."""

from collections.abc import Mapping

from counterfoil.jobs.purchases import issue_purchase
from counterfoil.jobs.steps import Step
from counterfoil.rules.jobs import JobKind

STEPS: Mapping[str, Step] = {
    JobKind.PURCHASE: issue_purchase,
}
