"""Where everything is reached."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe

from .breaking import break_something
from .start import start


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; it asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", alive),
    path("", start),
    path("break/", break_something),
    path("", include("counterfoil.urls")),
]

handler403 = "counterfoil.pages.error_pages.denied"
handler404 = "counterfoil.pages.error_pages.not_found"
handler500 = "counterfoil.pages.error_pages.failed"
