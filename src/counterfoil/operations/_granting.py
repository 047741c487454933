"""What somebody wants to give without a sale, and whether it can be given as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Q

from counterfoil.errors import NotFound, OrderInvalid, ReasonMissing, ReferenceUnknown
from counterfoil.models import (
    Account,
    Allotment,
    Contact,
    GrantRecord,
    Line,
    Partner,
    Person,
    Product,
    Purchase,
    PurchaseKind,
)
from counterfoil.models.ids import uuid_of
from counterfoil.operations._people import person_for
from counterfoil.rules.grants import MOST, GrantCategory, ReferenceKind
from counterfoil.rules.orders import PaymentStatus
from counterfoil.rules.people import Actor, normalise_mail

AT_ONCE = 1_000  # the rest of a larger grant is issued by a job


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A grant as it was asked for."""

    request_id: UUID
    product: Product
    quantity: int
    category: GrantCategory
    reason: str
    reference: str
    reference_kind: ReferenceKind
    recipient: str
    partner: Partner | None

    def checked(self) -> Self:
        """
        Give the wish with its reference looked up, if it can be given at all.

        An account that was named by its address is named by its id from here on: what hangs on a
        grant is kept for good, and holds no personal data.

        :raises ReasonMissing: without a reason or a reference.
        :raises OrderInvalid: if quantity, address or partner cannot be.
        :raises ReferenceUnknown: if the order or account it names is not there.
        """
        if not self.reason.strip() or not self.reference.strip():
            raise ReasonMissing
        if not 1 <= self.quantity <= MOST:
            raise OrderInvalid(f"The quantity must be from 1 to {MOST:,}.")
        if self.recipient and normalise_mail(self.recipient) is None:
            raise OrderInvalid("This is not a mail address.")
        is_for_partner = self.category is GrantCategory.PARTNER_DISTRIBUTION
        if is_for_partner and self.partner is None:
            raise OrderInvalid("Say which partner distributes them.")
        if self.partner is not None and not is_for_partner:
            raise OrderInvalid("Only a grant for partner distribution has a partner.")
        return replace(self, reference=found_reference(self.reference_kind, self.reference.strip()))

    def matches(self, granted: Purchase, buyer_id: UUID | None) -> bool:
        """Tell whether this is what was given under this request id."""
        given = Line.objects.filter(
            purchase=granted,
            product=self.product,
            purchase__buyer=buyer_id,
            purchase__partner=self.partner,
            purchase__grantrecord__category=self.category.value,
            purchase__grantrecord__quantity=self.quantity,
            purchase__grantrecord__reference=self.reference,
        )
        return given.exists()

    def purchase(self, *, at: datetime) -> Purchase:
        """Give the purchase it becomes, not yet saved."""
        buyer = person_for(Contact(mail=self.recipient), at=at) if self.recipient else None
        return Purchase(
            kind=PurchaseKind.GRANT,
            external_reference=f"grant-{self.request_id}",
            buyer=buyer,
            partner=self.partner,
            payment=PaymentStatus.PAID.value,
            currency=self.product.currency,
            is_test=self.category is GrantCategory.TEST,
            notify=bool(self.recipient),
            state_as_of=at,
            paid_at=at,
            created_at=at,
        )

    def record(
        self, granted: Purchase, *, by: Actor, approved_by: str, allotment: Allotment | None
    ) -> None:
        """Keep why it was given, and who answers for it."""
        GrantRecord.objects.create(
            purchase=granted,
            category=self.category.value,
            reason=self.reason,
            reference=self.reference,
            reference_kind=self.reference_kind.value,
            issued_by=by.id,
            approved_by=approved_by,
            quantity=self.quantity,
            allotment=allotment,
        )

    def as_data(self) -> dict[str, Any]:
        """Give plain data, to be sealed until a second person has decided."""
        return {
            "request_id": str(self.request_id),
            "sku": self.product.sku,
            "quantity": self.quantity,
            "category": self.category.value,
            "reason": self.reason,
            "reference": self.reference,
            "reference_kind": self.reference_kind.value,
            "recipient": self.recipient,
            "partner": self.partner.slug if self.partner else "",
        }


def wish_from(data: Mapping[str, Any]) -> Wish:
    """
    Read a wish again, with product and partner as they are now.

    :raises NotFound: if the product, or the partner, is not there any more.
    """
    product = Product.objects.filter(sku=data["sku"]).first()
    partner = Partner.objects.filter(slug=data["partner"]).first() if data["partner"] else None
    if product is None or (data["partner"] and partner is None):
        raise NotFound("The product or partner is not there any more.")
    return Wish(
        request_id=UUID(data["request_id"]),
        product=product,
        quantity=data["quantity"],
        category=GrantCategory(data["category"]),
        reason=data["reason"],
        reference=data["reference"],
        reference_kind=ReferenceKind(data["reference_kind"]),
        recipient=data["recipient"],
        partner=partner,
    )


def named(actor: Actor) -> dict[str, str]:
    """Give an actor as the parameter of a job."""
    return {"kind": actor.kind.value, "id": actor.id, "display": actor.display}


def found_reference(kind: ReferenceKind, reference: str) -> str:
    """
    Give what a grant is about as it is kept: an account by its id, never by its address.

    :raises ReferenceUnknown: if the order or account is not there.
    """
    match kind:
        case ReferenceKind.CASE:
            return reference
        case ReferenceKind.ORDER:
            return _order(reference)
        case ReferenceKind.ACCOUNT:
            return _account(reference)


def _order(reference: str) -> str:
    named = Q(external_reference__in=(reference, reference.removeprefix("#")))
    named |= Q(payment_reference=reference) | Q(pk=uuid_of(reference))
    if not Purchase.objects.filter(named).exists():
        raise ReferenceUnknown
    return reference


def _account(reference: str) -> str:
    if normalise_mail(reference) is not None:
        person = Person.objects.one_reading(reference)
        account = Account.objects.filter(person=person).first() if person else None
        if account is None:
            raise ReferenceUnknown
        return str(account.pk)
    named = Q(external_reference=reference) | Q(pk=uuid_of(reference))
    if not Account.objects.filter(named).exists():
        raise ReferenceUnknown
    return reference
