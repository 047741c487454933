"""Judging a second factor, and the codes that stand for it."""

from datetime import datetime

from counterfoil.models import RecoveryCode, SecondFactor
from counterfoil.models.keys import found_by, keyring
from counterfoil.rules.second_factors import draw_recovery_codes, normalise_recovery, step_of


def use(factor: SecondFactor, presented: str, *, at: datetime) -> bool:
    """Use up what was presented, digits or a recovery code; tell whether it was right."""
    step = step_of(factor.secret(), presented, at=at, after=factor.last_step)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
        return True
    code = normalise_recovery(presented)
    if code is None:
        return False
    found = found_by(keyring().lookups("recovery:", code))
    left = RecoveryCode.objects.filter(found, factor=factor, used_at=None)
    return left.update(used_at=at) == 1


def draw_codes(factor: SecondFactor) -> tuple[str, ...]:
    """Draw recovery codes; those drawn before open nothing any more."""
    factor.recovery_codes.all().delete()
    codes = draw_recovery_codes()
    lookups = [keyring().lookup("recovery:", code) for code in codes]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, key_id=one.key_id, lookup=one.digest) for one in lookups
    )
    return codes
