"""Counterfoil as a Django app."""

from django.apps import AppConfig


class CounterfoilConfig(AppConfig):
    """Entitlements, activation codes and their ledger."""

    name = "counterfoil"
    label = "counterfoil"
    verbose_name = "Counterfoil"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the jobs known to whoever runs them."""
        from counterfoil.effects import jobs  # noqa: F401 - models are there only now
