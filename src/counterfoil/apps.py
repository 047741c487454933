"""Counterfoil as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class CounterfoilConfig(AppConfig):
    """Entitlements, activation codes and their ledger."""

    name = "counterfoil"
    label = "counterfoil"
    verbose_name = "Counterfoil"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register jobs, system checks and playbooks; all need the models, so not before."""
        import_module("counterfoil.effects.jobs")
        for name in ("", ".guarding", ".hosting", ".telling"):
            import_module(f"counterfoil.checks{name}")
        import_module("counterfoil.playbooks.catalogue").read_all()
