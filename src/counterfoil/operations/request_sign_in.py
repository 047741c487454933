"""Have a one-time code sent to an address, to prove that somebody reads it."""

from datetime import datetime, timedelta

from django.db import transaction

from counterfoil.errors import TooManyAttempts
from counterfoil.models import Contact, Delivery, DeliveryKind, Person, SignIn
from counterfoil.models.ids import uuid7
from counterfoil.models.outbox import message_id
from counterfoil.operations._people import person_for
from counterfoil.rules.people import Actor

VALID_FOR = timedelta(minutes=15)
MOST_IN_AN_HOUR = 5
HOUR = timedelta(hours=1)


@transaction.atomic
def request_sign_in(*, mail: str, locale: str, by: Actor, at: datetime) -> SignIn:
    """
    Have six digits sent to an address, for whoever reads it to sign in with.

    The answer is the same whether or not the address is known: nobody learns who is a customer.
    The digits are drawn by whoever sends the mail, and nobody knows them before.

    :raises NotFound: if this is not an address that mail can reach.
    :raises TooManyAttempts: if too many were sent to this address in the last hour.
    """
    person = person_for(Contact(mail=mail, locale=locale[:16]), at=at)
    Person.objects.select_for_update().get(pk=person.pk)
    recent = SignIn.objects.filter(person=person, requested_at__gt=at - HOUR)
    requested = list(recent.order_by("-requested_at").values_list("requested_at", flat=True))
    if len(requested) >= MOST_IN_AN_HOUR:
        again = requested[MOST_IN_AN_HOUR - 1] + HOUR - at
        raise TooManyAttempts(retry_after=max(1, int(again.total_seconds())))
    sign_in = SignIn.objects.create(person=person, requested_at=at, expires_at=at + VALID_FOR)
    delivery_id = uuid7()
    Delivery.objects.create(
        id=delivery_id,
        cause=f"sign_in:{sign_in.pk}",
        kind=DeliveryKind.SIGN_IN,
        target=person,
        sign_in=sign_in,
        message_id=message_id(delivery_id),
        created_at=at,
        due_at=at,
    )
    return sign_in
