"""
Everything Counterfoil answers, under the namespace ``counterfoil``.

A host includes all of it, or a room alone (``counterfoil.intake.urls`` for the webhooks only).
"""

from django.urls import URLPattern, URLResolver, include, path

app_name = "counterfoil"

urlpatterns: list[URLPattern | URLResolver] = [
    path("in/", include("counterfoil.intake.urls")),
    path("v1/", include("counterfoil.api.urls")),
    path("console/", include("counterfoil.console.urls")),
    path("portal/", include("counterfoil.portal.urls")),
    path("", include("counterfoil.pages.urls")),
]
