"""The API, and where channels post."""

from django.urls import include, path

API = "/api/"

urlpatterns = [
    path("api/", include("counterfoil.api.urls")),
    path("hooks/", include(("counterfoil.intake.urls", "counterfoil"))),
]
