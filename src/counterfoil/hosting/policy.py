"""What the host's policy says: before a code is redeemed, and about what a refund left open."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from counterfoil.conf import conf
from counterfoil.errors import AdapterFailed, NotFound, NothingToDecide, RedemptionRefused
from counterfoil.hosting.asking import ask, fitting, fitting_kept
from counterfoil.models import Account, Assignment, Decision, Entitlement, ExceptionCase, Purchase
from counterfoil.operations._credentials import find, read_credential
from counterfoil.operations._partnering import partner_of
from counterfoil.operations.decide_refunded_unit import decide_refunded_unit
from counterfoil.queries.accounts import account_by_mail, account_by_reference
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor, ActorKind, Assignee, normalise_mail
from counterfoil.rules.policies import RedeemRequest, RefundAnswer, RefundRequest, Verdict

POLICY = Actor(kind=ActorKind.SYSTEM, id="policy", display="The site's policy")
MOST = 100  # units asked about each time an order is looked at
DECISIONS = {RefundAnswer.WITHDRAW: Decision.REVOKE, RefundAnswer.KEEP: Decision.KEEP}


@dataclass(frozen=True, kw_only=True, slots=True)
class Newcomer:
    """Somebody who has no account here yet: none is opened for a question."""

    external_reference: str = ""
    mail: str = field(default="", repr=False)


def is_asked() -> bool:
    """Tell whether this site has a policy of its own."""
    return bool(conf.POLICY)


def whoever(*, external_reference: str = "", mail: str = "") -> Assignee | Newcomer:
    """
    Say whom an act will be for, as ``open_account`` finds them, and open nothing.

    :raises NotFound: if neither is given, or the address is none.
    """
    address = normalise_mail(mail)
    if not external_reference and address is None:
        raise NotFound("An account needs a reference or a mail address.")
    if external_reference:
        known, address = account_by_reference(external_reference), None
    else:
        known = account_by_mail(mail)
    if known is not None:
        return Assignee(account_id=known)
    return Newcomer(external_reference=external_reference, mail=address or "")


def require_redeemable(
    *, code: str, to: Assignee | Newcomer, surface: str, by: Actor, at: datetime
) -> None:
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
    account_id = to.account_id if isinstance(to, Assignee) else uuid4()  # nobody's, of course
    if facts.is_in_use_by(account_id):
        return
    facts.refuse_unless_usable(account_id)
    require_usable(entitlement_id=facts.entitlement_id, to=to, surface=surface, at=at)


def require_usable(
    *, entitlement_id: UUID, to: Assignee | Newcomer, surface: str, at: datetime
) -> None:
    """
    Ask whether somebody may have an entitlement, as :func:`require_redeemable` does.

    :raises RedemptionRefused: in the host's words.
    :raises AdapterFailed: if it gives no answer.
    """
    if not conf.POLICY:
        return
    unit = Entitlement.objects.select_related("product").get(pk=entitlement_id)
    account, mail = _known_as(to)
    request = RedeemRequest(
        handle=unit.handle,
        product=unit.product.sku,
        is_test=unit.is_test,
        account=account,
        mail=mail,
        surface=surface,
    )
    verdict = ask("POLICY", lambda policy: _verdict(policy.may_redeem(request)), Verdict, at=at)
    if not verdict.allowed:
        raise RedemptionRefused(str(verdict.words)[:500])


def require_givable(
    *, entitlement_id: UUID, to: Assignee | Newcomer, surface: str, at: datetime
) -> None:
    """
    Ask whether somebody may be given an entitlement on another's word, before the act begins.

    The host is not asked where there is none, nor where it is theirs already; the act says so.

    :raises RedemptionRefused: in the host's words.
    :raises AdapterFailed: if it gives no answer; then nothing is given.
    """
    held = Assignment.objects.filter(entitlement=entitlement_id, ended_at=None)
    is_theirs = isinstance(to, Assignee) and held.filter(account=to.account_id).exists()
    if Entitlement.objects.filter(pk=entitlement_id).exists() and not is_theirs:
        require_usable(entitlement_id=entitlement_id, to=to, surface=surface, at=at)


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


def _verdict(answer: Any) -> Verdict:
    told = fitting(answer, Verdict)
    fitting_kept(told.words)
    return told


def _known_as(to: Assignee | Newcomer) -> tuple[str, str]:
    if isinstance(to, Newcomer):
        return to.external_reference, to.mail
    account = Account.objects.select_related("person").get(pk=to.account_id)
    contact = account.person.contact() if account.person else None
    return _called(account), contact.mail if contact else ""


def _called(account: Account) -> str:
    return account.external_reference or str(account.pk)
