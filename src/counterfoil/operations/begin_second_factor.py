"""Begin to set up an authenticator."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from counterfoil.errors import SecondFactorThere
from counterfoil.models import SecondFactor
from counterfoil.operations._staff import staff_user
from counterfoil.rules.people import Actor
from counterfoil.rules.second_factors import new_secret

FRESH = timedelta(minutes=30)


@transaction.atomic
def begin_second_factor(*, user_id: Any, by: Actor, at: datetime) -> SecondFactor:
    """
    Draw the secret that an authenticator is to share with us; it counts once it was confirmed.

    Beginning again within half an hour gives the same secret: it may be in an app already.

    :raises NotStaff: if there is nobody of this id.
    :raises SecondFactorThere: if there is a confirmed one.
    """
    user = staff_user(user_id)
    factor = SecondFactor.objects.select_for_update().filter(user_id=user.pk).first()
    if factor is not None and factor.confirmed_at is not None:
        raise SecondFactorThere
    if factor is None or factor.created_at < at - FRESH:
        factor = SecondFactor(user_id=user.pk, created_at=at)
        factor.seal_secret(new_secret())
        factor.save()
    return factor
