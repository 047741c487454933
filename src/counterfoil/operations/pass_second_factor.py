"""Take the digits, or the recovery code, of somebody whose password was right."""

from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.errors import SecondFactorWrong
from counterfoil.models import SecondFactor
from counterfoil.operations._second_factors import use
from counterfoil.operations._staff import staff_user
from counterfoil.rules.people import Actor


@transaction.atomic
def pass_second_factor(*, user_id: Any, presented: str, by: Actor, at: datetime) -> int:
    """
    Judge a second factor and use it up: digits count once, and so does a recovery code.

    Gives how many recovery codes are left.

    :raises NotStaff: if there is nobody of this id.
    :raises SecondFactorWrong: whatever is wrong; it never says what.
    """
    user = staff_user(user_id)
    factor = SecondFactor.objects.select_for_update().filter(user_id=user.pk).first()
    if factor is None or factor.confirmed_at is None or not use(factor, presented, at=at):
        raise SecondFactorWrong
    return factor.recovery_codes.filter(used_at=None).count()
