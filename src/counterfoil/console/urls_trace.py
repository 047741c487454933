"""Where notes are written, and addresses are read in full."""

from django.urls import URLPattern, path

from counterfoil.console.notes import write_note
from counterfoil.console.reading import read_address

urlpatterns: list[URLPattern] = [
    path("notes/<str:where>/", write_note, name="console-annotate"),
    path("people/<uuid:person_id>/read/", read_address, name="console-read-address"),
]
