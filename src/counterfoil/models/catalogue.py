"""What is sold, under which terms, and through which connections."""

import hashlib
import json
from typing import Any

from django.db import models

from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.models.partners import Partner
from counterfoil.rules.keyring import Purpose
from counterfoil.rules.terms import Terms


class Product(models.Model):
    """What can be bought. Its terms are the newest version; entitlements keep their own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sku = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    unit_amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    on_sale = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    def newest_terms(self) -> "TermsVersion":
        """Give the terms under which it is sold now."""
        return self.terms_versions.latest("version")


class TermsVersion(models.Model):
    """
    One version of a product's terms; never changed once something was sold under it.

    ``needs_onboarding`` says that there are steps to finish besides naming the subject.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="terms_versions")
    version = models.PositiveIntegerField()
    data = models.JSONField()
    needs_subject = models.BooleanField()
    needs_onboarding = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("product", "version"),
                name="counterfoil_terms_version",
            ),
        )

    def __str__(self) -> str:
        return f"terms {self.version} of {self.product_id}"

    @property
    def terms(self) -> Terms:
        """Read the terms."""
        return Terms.from_data(self.data)


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Which connections."""

    def usable(self) -> "ConnectionQuerySet":
        """Give those that take messages."""
        return self.filter(enabled=True)


class Connection(models.Model):
    """
    One configured channel.

    Secrets are kept sealed; ``options`` is everything else the adapter needs to know. Whatever
    changed at the channel before ``swept_until`` has been looked at. Where there is a partner,
    everything that is bought through the connection is that partner's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=64, unique=True)
    channel = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    is_test = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True)
    options = models.JSONField(default=dict, blank=True)
    key_id = models.SmallIntegerField(null=True)
    secrets_sealed = models.BinaryField(null=True)
    swept_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = ConnectionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def mark(self) -> str:
        """Give what is another as soon as its name, its options or its secrets are."""
        told = json.dumps([self.name, self.options], sort_keys=True).encode()
        return hashlib.sha256(told + bytes(self.secrets_sealed or b"")).hexdigest()[:32]

    def secrets(self) -> dict[str, Any]:
        """Open the secrets; an empty mapping where none were set."""
        if self.secrets_sealed is None or self.key_id is None:
            return {}
        sealed = bytes(self.secrets_sealed)
        opened = keyring().open_(self.key_id, sealed, Purpose.SECRET, f"connection|{self.id}")
        found: dict[str, Any] = json.loads(opened)
        return found

    def seal_secrets(self, secrets: dict[str, Any]) -> None:
        """Keep these secrets, without saving."""
        self.key_id, self.secrets_sealed = keyring().seal(
            json.dumps(secrets).encode(), Purpose.SECRET, f"connection|{self.id}"
        )


class ProductMapping(models.Model):
    """
    What a channel calls a product, and how many entitlements one of it yields.

    Without a product the line is ignored on purpose; a key that is not here is an exception.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="mappings")
    key = models.CharField(max_length=200)
    product = models.ForeignKey(Product, models.PROTECT, null=True)
    entitlements_per_unit = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "key"),
                name="counterfoil_mapping_key",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} -> {self.product_id or 'ignored'}"
