"""Hand out the print file of a batch, once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import BatchNotReady, PrintFileGone
from counterfoil.models import PrintFile
from counterfoil.operations._batching import lock_batch, note
from counterfoil.rules.batches import Step
from counterfoil.rules.people import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedFile:
    """The file as it was made; no copy of it is left."""

    name: str
    content: bytes
    digest: str


@transaction.atomic
def fetch_print_file(*, batch_id: UUID, by: Actor, at: datetime) -> FetchedFile:
    """
    Give the newest print file of a batch, and delete it here; of two who fetch it, one gets it.

    A file that was lost on the way is asked for again, which takes two people again.

    :raises NotFound: if there is no such batch.
    :raises BatchNotReady: if no file was made yet, or the batch was recalled.
    :raises PrintFileGone: if it was fetched before.
    """
    batch = lock_batch(batch_id)
    file = batch.print_files.order_by("-number").first()
    if file is None or batch.recalled_at is not None:
        raise BatchNotReady("There is no file yet, or the batch was recalled.")
    if file.content is None:
        raise PrintFileGone
    content = bytes(file.content)
    PrintFile.objects.filter(pk=file.pk).update(content=None, fetched_at=at)
    note(batch, Step.FILE_FETCHED, by=by, at=at, number=file.number, digest=file.digest)
    name = f"{batch.name}-{file.number}.cms"
    return FetchedFile(name=name, content=content, digest=file.digest)
