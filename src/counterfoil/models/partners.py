"""Organisations that hold entitlements and hand them on."""

from django.db import models

from counterfoil.models.ids import uuid7


class Partner(models.Model):
    """An organisation that sees its own entitlements and nobody else's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Allotment(models.Model):
    """How many entitlements a partner may have; never exceeded, revoked ones not counted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT)
    granted = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.granted} for {self.partner_id}"
