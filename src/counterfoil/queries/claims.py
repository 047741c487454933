"""What would a code give, and who may know why it gives nothing?"""

from dataclasses import dataclass
from datetime import datetime

from counterfoil.models import Account, Attempt, CodeState, Entitlement
from counterfoil.queries.bought_units import is_bought_by
from counterfoil.queries.gifts import shown_with
from counterfoil.queries.holdings import open_assignment
from counterfoil.rules.codes import CodeForm
from counterfoil.rules.lifecycle import PublicState


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What somebody who holds a usable code is shown before claiming."""

    product: str
    description: str
    last_four: str
    long: bool
    state: PublicState
    valid_until: datetime | None
    subject_kind: str
    is_bound: bool
    from_name: str
    message: str


def summary_of(entitlement: Entitlement) -> Summary:
    """
    Sum up an entitlement whose code was found to be usable by whoever presents it.

    It is ready for them, then, even where it is kept from everybody else.
    """
    terms = entitlement.terms.terms
    live = entitlement.codes.filter(state=CodeState.LIVE).first()
    gift = shown_with(entitlement)
    return Summary(
        product=entitlement.product.name,
        description=entitlement.product.description,
        last_four=live.last_four if live else "",
        long=terms.code_form is CodeForm.LONG,
        state=PublicState.READY,
        valid_until=entitlement.expires_at,
        subject_kind=terms.subject_kind,
        is_bound=entitlement.bound_to_id is not None,
        from_name=gift.sender if gift else "",
        message=gift.message if gift else "",
    )


def state_told_to(
    account: Account | None, *, session: str, at: datetime, now: datetime
) -> PublicState | None:
    """
    Give the public state of what was refused at that moment, to whoever bought it or has it.

    The attempt remembers which entitlement it was. To anybody else, and of a code that does not
    exist, nothing is told.
    """
    if account is None:
        return None
    refused = Attempt.objects.filter(account=account, session=session, at=at)
    entitlement_id = refused.values_list("entitlement_id", flat=True).first()
    if entitlement_id is None:
        return None
    if not (is_bought_by(entitlement_id, account) or open_assignment(entitlement_id, account)):
        return None
    return Entitlement.objects.get(pk=entitlement_id).public_state(now)
