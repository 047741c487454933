"""Where the API answers, and its description."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI

from counterfoil.api import codes, grants, problems, traces

api = NinjaAPI(
    title="Counterfoil",
    version="1",
    description="Check and redeem activation codes, give entitlements, and follow a purchase.",
    urls_namespace="counterfoil-api",
    docs_url=None,
)
problems.install(api)
api.add_router("/codes", codes.router)
api.add_router("/grants", grants.router)
api.add_router("", traces.router)


def _open(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Exempt the API from a host's login page: it has keys of its own."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            pattern.callback = login_not_required(pattern.callback)
    return patterns


urlpatterns = _open(api.urls[0])
