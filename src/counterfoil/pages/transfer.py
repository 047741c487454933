"""
Answering an offer: whoever it was made to signs in, looks at it, and says yes or no.

The address of the page is no secret and shows nothing to strangers. Looking changes nothing.
"""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from counterfoil.operations.answer_transfer import answer_transfer
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import PAGE, to_sign_in
from counterfoil.pages.passing_words import REFUSED, told
from counterfoil.queries.holdings import open_assignment
from counterfoil.queries.offered import Offered, offer_seen_by
from counterfoil.rules.transfers import Answer

NOT_FOUND, CHANGED = 404, 409


@hosted()
def transfer(request: PageRequest, transfer_id: UUID) -> HttpResponse:
    """Show an offer to its two sides, and take the answer of whoever it was made to."""
    account = request.visitor.account
    if account is None:
        return to_sign_in(request.path)
    seen = offer_seen_by(transfer_id, account, now=timezone.now())
    if seen is None:
        return _page(request, None, status=NOT_FOUND)
    said = request.POST.get("answer", "")
    if request.method != "POST" or said not in list(Answer) or seen.is_sender:
        return _page(request, seen)
    try:
        answered = answer_transfer(
            transfer_id=transfer_id,
            answer=Answer(said),
            account_id=account.pk,
            by=request.visitor.actor,
            at=timezone.now(),
        )
    except REFUSED as refusal:
        now = offer_seen_by(transfer_id, account, now=timezone.now())
        return _page(request, now, refusal=told(refusal), status=CHANGED)
    held = open_assignment(answered.entitlement_id, account)
    if Answer(said) is Answer.ACCEPT and held is not None:
        return redirect("counterfoil:claimed", held.pk)
    return redirect("counterfoil:transfer", transfer_id)


def _page(
    request: PageRequest, offer: Offered | None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {"page": PAGE, "offer": offer, "refusal": refusal}
    return show(request, "transfer", context, status=status)
