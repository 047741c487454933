"""Offers to pass on, brought about by the acts themselves."""

from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now

from counterfoil.models import Transfer
from counterfoil.operations.answer_transfer import answer_transfer
from counterfoil.operations.offer_transfer import offer_transfer
from counterfoil.operations.record_milestone import record_milestone
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.rules.terms import Terms
from counterfoil.rules.transfers import Answer
from counterfoil.testing.builders import Issued, customer, now

CLUB = Terms(cutoff="card_sent")
"""Terms of what needs no subject and may be passed on until its card was sent."""
BOB = "bob@example.com"


def offer(issued: Issued, holder: Assignee, mail: str = BOB) -> Transfer:
    """Let a holder offer the first unit to somebody."""
    return offer_transfer(entitlement_id=issued.id, mail=mail, by=customer(holder), at=now())


def answer(transfer: Transfer, by: Assignee, said: Answer = Answer.ACCEPT) -> Transfer:
    """Let somebody answer an offer."""
    return answer_transfer(
        transfer_id=transfer.pk,
        answer=said,
        account_id=by.account_id,
        by=customer(by),
        at=now(),
    )


def let_lapse(transfer: Transfer) -> None:
    """Let the time of an offer be over."""
    Transfer.objects.filter(pk=transfer.pk).update(expires_at=Now() - timedelta(seconds=1))


def cut_off(entitlement_id: UUID, name: str = "card_sent") -> None:
    """Let the host say that it happened."""
    record_milestone(entitlement_id=entitlement_id, name=name, by=SYSTEM, at=now())
