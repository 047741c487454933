"""Take the first digits an authenticator shows, and give recovery codes."""

from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.errors import SecondFactorThere, SecondFactorWrong
from counterfoil.models import SecondFactor
from counterfoil.operations._second_factors import draw_codes
from counterfoil.operations._staff import remember, staff_user
from counterfoil.rules.people import Actor
from counterfoil.rules.second_factors import step_of


@transaction.atomic
def confirm_second_factor(*, user_id: Any, digits: str, by: Actor, at: datetime) -> tuple[str, ...]:
    """
    Let an authenticator count from now on, and give the recovery codes, this once.

    :raises NotStaff: if there is nobody of this id.
    :raises SecondFactorThere: if it was confirmed before.
    :raises SecondFactorWrong: if the digits are wrong, or none was begun.
    """
    user = staff_user(user_id)
    factor = SecondFactor.objects.select_for_update().filter(user_id=user.pk).first()
    if factor is None:
        raise SecondFactorWrong
    if factor.confirmed_at is not None:
        raise SecondFactorThere
    step = step_of(factor.secret(), digits, at=at, after=factor.last_step)
    if step is None:
        raise SecondFactorWrong
    factor.last_step, factor.confirmed_at = step, at
    factor.save(update_fields=["last_step", "confirmed_at"])
    remember("second_factor_set_up", user, by=by, at=at)
    return draw_codes(factor)
