"""Counterfoil as a Django app."""

from django.apps import AppConfig


class CounterfoilConfig(AppConfig):
    """Entitlements, activation codes and their ledger."""

    name = "counterfoil"
    label = "counterfoil"
    verbose_name = "Counterfoil"
    default_auto_field = "django.db.models.BigAutoField"
