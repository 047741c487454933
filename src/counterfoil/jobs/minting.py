"""Minting a batch, and making the file it is printed from."""

from datetime import datetime
from uuid import UUID

from counterfoil.effects.addresses import claim_page
from counterfoil.jobs.granting import actor_of
from counterfoil.jobs.steps import Progress
from counterfoil.models import Batch, Job
from counterfoil.operations.make_print_file import make_print_file
from counterfoil.operations.mint import mint


def mint_next(job: Job, *, at: datetime) -> Progress:
    """Mint some thousand codes; once all are there, make the file."""
    batch = Batch.objects.get(pk=UUID(job.parameters["batch"]))
    by = actor_of(job)
    done = batch.quantity
    if batch.recalled_at is not None:  # while it was being minted, perhaps
        return Progress(done=done, total=done, is_finished=True, result={"batch": batch.name})
    if batch.minted_at is None:
        done = mint(batch_id=batch.pk, by=by, at=at)
        return Progress(done=done, total=batch.quantity, is_finished=False)
    file = make_print_file(
        batch_id=batch.pk,
        number=job.parameters["number"],
        claim_page=claim_page(),
        by=by,
        at=at,
    )
    result = {"batch": batch.name, "digest": file.digest}
    return Progress(done=done, total=done, is_finished=True, result=result)
