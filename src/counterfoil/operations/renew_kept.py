"""Make the next rows anew under the current keys."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from counterfoil.models.kept import LOOKED_UP, SEALED
from counterfoil.operations._renewing import Batch, rehash, rehash_told, rehash_unique, reseal
from counterfoil.rules.people import Actor

BATCH = 2_000  # rows of one batch: a fraction of a second
PARTS: Mapping[str, Callable[..., Batch]] = {
    **{one.name: partial(reseal, one) for one in SEALED},
    **{one.name: partial(rehash, one) for one in LOOKED_UP},
    "hashes of told orders": rehash_told,
    "uniqueness of subjects": rehash_unique,
}


@transaction.atomic
def renew_kept(
    *, part: str, after: Sequence[Any] | None, by: Actor, at: datetime, limit: int = 0
) -> Batch:
    """
    Make the next rows of one part anew, under the current keys.

    What is kept stays the same, so it is in no ledger: only the key changes. Rows that somebody
    changes meanwhile are left to them, for what is new is under the current key. Nothing is
    locked before it is written. Rows that cannot be opened are counted, and left.
    """
    del by, at  # whoever asked for the whole is written down there
    return PARTS[part](after=after, limit=limit or BATCH)
