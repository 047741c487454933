"""Where everything is reached."""

from django.urls import URLPattern, URLResolver, include, path

from .breaking import break_something
from .start import start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("break/", break_something),
    path("", include("counterfoil.urls")),
]

handler400 = "counterfoil.pages.error_pages.not_read"
handler403 = "counterfoil.pages.error_pages.denied"
handler404 = "counterfoil.pages.error_pages.not_found"
handler500 = "counterfoil.pages.error_pages.failed"
