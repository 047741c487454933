"""Counterfoil at the root of a site."""

from django.urls import include, path

urlpatterns = [path("", include("counterfoil.urls"))]
