"""Give new recovery codes instead of the old ones."""

from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.errors import SecondFactorWrong
from counterfoil.models import SecondFactor
from counterfoil.operations._second_factors import draw_codes, use
from counterfoil.operations._staff import remember, staff_user
from counterfoil.rules.people import Actor


@transaction.atomic
def renew_recovery_codes(
    *, user_id: Any, presented: str, by: Actor, at: datetime
) -> tuple[str, ...]:
    """
    Give ten new recovery codes, this once, to whoever has the authenticator in hand.

    :raises NotStaff: if there is nobody of this id.
    :raises SecondFactorWrong: if the digits are wrong, or there is no authenticator.
    """
    user = staff_user(user_id)
    factor = SecondFactor.objects.select_for_update().filter(user_id=user.pk).first()
    if factor is None or factor.confirmed_at is None or not use(factor, presented, at=at):
        raise SecondFactorWrong
    remember("recovery_codes_renewed", user, by=by, at=at)
    return draw_codes(factor)
