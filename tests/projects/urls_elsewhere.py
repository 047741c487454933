"""Counterfoil below other pages of a site."""

from django.urls import include, path

API = "/shop/tickets/v1/"

urlpatterns = [path("shop/tickets/", include("counterfoil.urls"))]
