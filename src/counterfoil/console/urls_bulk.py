"""The addresses of acting on many."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.console import bulk
from counterfoil.console.bulk_choosing import choose_bulk

urlpatterns: list[URLPattern | URLResolver] = [
    path("bulk/", bulk.list_bulks, name="console-bulks"),
    path("bulk/new/", choose_bulk, name="console-bulk-new"),
    path("bulk/<uuid:bulk_id>/", bulk.show_bulk, name="console-bulk"),
    path("bulk/<uuid:bulk_id>/confirm/", bulk.confirm, name="console-bulk-confirm"),
    path("bulk/<uuid:bulk_id>/look-again/", bulk.look_again, name="console-bulk-judge"),
    path("bulk/<uuid:bulk_id>/discard/", bulk.discard, name="console-bulk-discard"),
    path("bulk/<uuid:bulk_id>/stop/", bulk.stop, name="console-bulk-stop"),
    path("bulk/<uuid:bulk_id>/continue/", bulk.go_on, name="console-bulk-continue"),
    path("bulk/<uuid:bulk_id>/take-back/", bulk.take_back, name="console-bulk-invert"),
    path("bulk/<uuid:bulk_id>/results/", bulk.fetch_results, name="console-bulk-results"),
]
