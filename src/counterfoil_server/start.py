"""Where one arrives: at the checkout, or in a demo at a page that leads everywhere."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from counterfoil.web.headers import shut_in


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show what a demo consists of; elsewhere, go on to the checkout."""
    if not settings.DEMO_PLACES:
        return redirect("counterfoil:checkout")
    context = {
        "brand_name": settings.COUNTERFOIL_SITE_NAME,
        "is_test": True,
        "groups": settings.DEMO_PLACES,
    }
    page = render(request, "counterfoil_server/start.html", context)
    return shut_in(page, referrer="same-origin")
