"""The addresses of lists, their files and their saved views."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.console.attempts import list_attempts
from counterfoil.console.exporting import export_codes, export_list
from counterfoil.console.lists_orders import list_codes, list_entitlements, list_purchases
from counterfoil.console.saved_views import drop_one, save_one

urlpatterns: list[URLPattern | URLResolver] = [
    path("entitlements/", list_entitlements, name="console-entitlements"),
    path("codes/", list_codes, name="console-codes"),
    path("purchases/", list_purchases, name="console-purchases"),
    path("attempts/", list_attempts, name="console-attempts"),
    path("lists/<slug:name>/file/", export_list, name="console-export"),
    path("lists/<slug:name>/codes/", export_codes, name="console-export-codes"),
    path("lists/<slug:name>/views/", save_one, name="console-view-save"),
    path("lists/views/<uuid:view_id>/drop/", drop_one, name="console-view-drop"),
]
