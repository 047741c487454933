"""Where the rooms of Counterfoil are in whatever project this is."""

from importlib import import_module

from django.conf import settings
from django.urls import reverse


def api(path: str) -> str:
    """Give an address of the API."""
    return getattr(import_module(settings.ROOT_URLCONF), "API", "/v1/") + path


def door(slug: str) -> str:
    """Give where a channel posts."""
    return reverse("counterfoil:take-in", args=[slug])
