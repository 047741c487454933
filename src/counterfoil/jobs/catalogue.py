"""Which function does a step of which kind of work."""

from collections.abc import Mapping

from counterfoil.jobs.bulk import carry_out_next
from counterfoil.jobs.grant_lists import grant_rows
from counterfoil.jobs.granting import grant_next
from counterfoil.jobs.handouts import hand_out_next
from counterfoil.jobs.minting import mint_next
from counterfoil.jobs.order_files import carry_out
from counterfoil.jobs.purchases import issue_purchase
from counterfoil.jobs.reconciling import reconcile_step, resync_step
from counterfoil.jobs.renewing import renew_next
from counterfoil.jobs.steps import Step
from counterfoil.jobs.suspending import settle_next
from counterfoil.jobs.verifying import verify_next
from counterfoil.rules.jobs import JobKind

STEPS: Mapping[str, Step] = {
    JobKind.ORDER_FILE: carry_out,
    JobKind.PURCHASE: issue_purchase,
    JobKind.GRANT: grant_next,
    JobKind.GRANT_LIST: grant_rows,
    JobKind.MINT: mint_next,
    JobKind.RECONCILE: reconcile_step,
    JobKind.RESYNC: resync_step,
    JobKind.HANDOUT: hand_out_next,
    JobKind.SUSPENSION: settle_next,
    JobKind.BULK: carry_out_next,
    JobKind.VERIFY: verify_next,
    JobKind.RENEWAL: renew_next,
}
