"""What Snoutline knows: owners, their dogs, and the lab's samples."""

import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"


def sample_number() -> str:
    """Make the number that stands on a tube."""
    return "SN-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


class Owner(AbstractUser):
    """
    Somebody with a dog; known by a mail address that they have proven.

    Whoever was given a kit before they came here has a row already, and cannot sign in with it
    until they open their account.
    """

    email = models.EmailField("e-mail address", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["username"]

    @property
    def called(self) -> str:
        """Say what to call them."""
        return self.first_name or self.email.partition("@")[0]


class Dog(models.Model):
    """A dog, and what its owner says about it."""

    owner = models.ForeignKey(Owner, models.CASCADE, related_name="dogs")
    name = models.CharField(max_length=40)
    breed = models.CharField("breed, if you know it", max_length=60, blank=True)
    sex = models.CharField(
        max_length=6, blank=True, choices=[("female", "Female"), ("male", "Male")]
    )

    def __str__(self) -> str:
        """Give its name."""
        return self.name


class Sample(models.Model):
    """
    A sample the lab waits for: the downstream record of an entitlement.

    ``key`` is Counterfoil's name for one assignment; there is one sample for it, however often it
    is asked for. Removed samples stay, as the memory that a key was used up.
    """

    key = models.CharField(max_length=100, unique=True)
    number = models.CharField(max_length=12, unique=True, default=sample_number)
    product = models.CharField(max_length=40)
    owner = models.ForeignKey(Owner, models.CASCADE, related_name="samples", null=True)
    dog = models.ForeignKey(Dog, models.SET_NULL, related_name="samples", null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        """Give what stands on the tube."""
        return self.number
