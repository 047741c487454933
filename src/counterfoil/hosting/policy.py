"""What the host's policy says: before a code is redeemed, and about what a refund left open."""

from datetime import datetime
from uuid import UUID

from counterfoil.conf import conf
from counterfoil.errors import AdapterFailed, NothingToDecide, RedemptionRefused
from counterfoil.hosting.asking import ask
from counterfoil.models import Account, Assignment, Decision, Entitlement, ExceptionCase, Purchase
from counterfoil.operations._credentials import find, read_credential
from counterfoil.operations._partnering import partner_of
from counterfoil.operations.decide_refunded_unit import decide_refunded_unit
from counterfoil.operations.open_account import open_account
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor, ActorKind, Assignee
from counterfoil.rules.policies import RedeemRequest, RefundAnswer, RefundRequest, Verdict

POLICY = Actor(kind=ActorKind.SYSTEM, id="policy", display="The site's policy")
MOST = 100  # units asked about each time an order is looked at
DECISIONS = {RefundAnswer.WITHDRAW: Decision.REVOKE, RefundAnswer.KEEP: Decision.KEEP}


def is_asked() -> bool:
    """Tell whether this site has a policy of its own."""
    return bool(conf.POLICY)


def require_redeemable(*, code: str, to: Assignee, surface: str, by: Actor, at: datetime) -> None:
    """
    Ask whether somebody may redeem a code, before the act begins.

    Where anything else forbids it the host is not asked, nor where it is theirs already.

    :raises RedemptionRefused: in the host's words.
    :raises AdapterFailed: if it gives no answer; then nothing is redeemed.
    """
    if not conf.POLICY:
        return
    facts = find(read_credential(code))
    facts.refuse_unless_of(partner_of(by))
    if facts.is_in_use_by(to.account_id):
        return
    facts.refuse_unless_usable(to.account_id)
    require_usable(entitlement_id=facts.entitlement_id, to=to, surface=surface, at=at)


def require_usable(*, entitlement_id: UUID, to: Assignee, surface: str, at: datetime) -> None:
    """
    Ask whether somebody may have an entitlement, as :func:`require_redeemable` does.

    :raises RedemptionRefused: in the host's words.
    :raises AdapterFailed: if it gives no answer.
    """
    if not conf.POLICY:
        return
    unit = Entitlement.objects.select_related("product").get(pk=entitlement_id)
    account = Account.objects.select_related("person").get(pk=to.account_id)
    contact = account.person.contact() if account.person else None
    request = RedeemRequest(
        handle=unit.handle,
        product=unit.product.sku,
        is_test=unit.is_test,
        account=_called(account),
        mail=contact.mail if contact else "",
        surface=surface,
    )
    verdict = ask("POLICY", lambda policy: policy.may_redeem(request), Verdict, at=at)
    if not verdict.allowed:
        raise RedemptionRefused(str(verdict.words)[:500])


def require_givable(*, entitlement_id: UUID, to: Assignee, surface: str, at: datetime) -> None:
    """
    Ask whether somebody may be given an entitlement on another's word, before the act begins.

    The host is not asked where there is none, nor where it is theirs already; the act says so.

    :raises RedemptionRefused: in the host's words.
    :raises AdapterFailed: if it gives no answer; then nothing is given.
    """
    theirs = Assignment.objects.filter(
        entitlement=entitlement_id, account=to.account_id, ended_at=None
    )
    if Entitlement.objects.filter(pk=entitlement_id).exists() and not theirs.exists():
        require_usable(entitlement_id=entitlement_id, to=to, surface=surface, at=at)


def require_givable_by_mail(
    *, entitlement_id: UUID, mail: str, surface: str, by: Actor, at: datetime
) -> None:
    """
    Ask as :func:`require_givable` does about whoever reads an address, who has an account then.

    :raises RedemptionRefused: in the host's words.
    :raises AdapterFailed: if it gives no answer; then nothing is given.
    """
    if conf.POLICY:
        to = Assignee(account_id=open_account(mail=mail, by=by, at=at).pk)
        require_givable(entitlement_id=entitlement_id, to=to, surface=surface, at=at)


def rule_refunds(purchase: Purchase | None, *, at: datetime) -> None:
    """
    Ask about each unit of a purchase that a refund left to a person, and do what is answered.

    What a member of staff has taken on is theirs. Without an answer the case stays as it is; it is
    asked about again whenever the order is looked at again.
    """
    if not conf.POLICY or purchase is None:
        return
    cases = ExceptionCase.objects.filter(
        kind=ExceptionKind.REFUND_AFTER_ASSIGNMENT.value,
        purchase=purchase,
        entitlement__isnull=False,
        resolved_at=None,
        owner_id="",
    )
    for case in cases.select_related("entitlement__product").order_by("pk")[:MOST]:
        try:
            _rule(case, purchase, at)
        except AdapterFailed:
            return  # the case is a person's
        except NothingToDecide:
            continue  # somebody was quicker


def _rule(case: ExceptionCase, purchase: Purchase, at: datetime) -> None:
    unit = case.entitlement
    assert unit is not None  # noqa: S101 - asked for above
    held = Assignment.objects.filter(entitlement=unit, ended_at=None).select_related("account")
    holder = held.first()
    request = RefundRequest(
        handle=unit.handle,
        product=unit.product.sku,
        is_test=unit.is_test,
        account=_called(holder.account) if holder else "",
        state=unit.state,
        because=str(case.evidence.get("reason", "")),
        purchase=purchase.external_reference,
    )
    answer = ask("POLICY", lambda policy: policy.on_refund(request), RefundAnswer, at=at)
    decision = DECISIONS.get(answer)
    if decision is not None:
        decide_refunded_unit(entitlement_id=unit.pk, decision=decision, by=POLICY, at=at)


def _called(account: Account) -> str:
    return account.external_reference or str(account.pk)
