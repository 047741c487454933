"""How staff come in: their second factor, their first password, and where they are signed in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.rules.keyring import Purpose


class StaffAccess(models.Model):
    """
    What we know of a member of staff beside Django's user.

    Until ``first_password_until`` they come in with a password that somebody else knew, and choose
    their own before anything else; afterwards it opens nothing.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    first_password_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"access of {self.user_id}"


class SecondFactor(models.Model):
    """
    The authenticator of a member of staff.

    The secret is kept sealed. It counts once ``confirmed_at``: somebody has read digits from it.
    ``last_step`` is the last one whose digits were used.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    key_id = models.SmallIntegerField()
    secret_sealed = models.BinaryField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"

    def secret(self) -> str:
        """Open the secret."""
        about = f"second-factor|{self.user_id}"
        sealed = bytes(self.secret_sealed)
        return keyring().open_(self.key_id, sealed, Purpose.SECRET, about).decode()

    def seal_secret(self, secret: str) -> None:
        """Keep this secret, without saving."""
        self.key_id, self.secret_sealed = keyring().seal(
            secret.encode(), Purpose.SECRET, f"second-factor|{self.user_id}"
        )


class RecoveryCode(models.Model):
    """A code that stands for the authenticator once; kept as a keyed hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    key_id = models.SmallIntegerField()
    lookup = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("factor", "key_id", "lookup"), name="counterfoil_recovery_code"
            ),
        )

    def __str__(self) -> str:
        return f"recovery code of {self.factor_id}"


class StaffSession(models.Model):
    """Somebody is signed in to the console, from when and where; ``ended_at`` closes the door."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=64, blank=True, default="")
    agent = models.CharField(max_length=200, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("user", "-seen_at"),
                condition=Q(ended_at__isnull=True),
                name="counterfoil_staff_session",
            ),
        )

    def __str__(self) -> str:
        return f"session of {self.user_id}"
