"""Doing at once everything that follows, for tests, demonstrations and ``--once``."""

from datetime import datetime

from django.utils import timezone

from counterfoil.effects.deliveries import send_due
from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.downstream import provision_due
from counterfoil.effects.lapsing import lapse_due
from counterfoil.effects.publishing import publish
from counterfoil.effects.sealer import seal
from counterfoil.effects.webhooks import Lane, send_webhooks

MOST_ROUNDS = 1_000


def settle(*, at: datetime | None = None) -> int:
    """
    Seal, dispatch, publish, provision, send and let lapse until nothing is due; gives how much that
    was.

    ``at`` stands for this moment, and lets what is due later be done now. What failed is due later
    again, so this ends.
    """
    done = 0
    for _ in range(MOST_ROUNDS):
        moment = at or timezone.now()
        progress = seal() + dispatch(at=moment) + provision_due(at=moment) + send_due(at=moment)
        progress += lapse_due(at=moment) + publish()
        progress += sum(send_webhooks(lane, at=moment) for lane in Lane)
        if not progress:
            break
        done += progress
    return done
