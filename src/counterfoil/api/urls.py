"""Where the API answers, and its description."""

import re
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import NoReverseMatch, URLPattern, URLResolver, re_path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from ninja import NinjaAPI, Router

from counterfoil.api import (
    activations,
    allotments,
    approvals,
    assignments,
    batches,
    bounces,
    broken,
    cards,
    codes,
    deliveries,
    entitlements,
    events,
    exceptions,
    fulfilments,
    gifts,
    grants,
    handing_one,
    handouts,
    jobs,
    milestones,
    notes,
    onboarding,
    order_files,
    partners,
    problems,
    products,
    purchases,
    repairs,
    reservations,
    retrying,
    subjects,
    traces,
    webhook_log,
    webhooks,
)
from counterfoil.api.bodies import StrictParser
from counterfoil.api.description import Described
from counterfoil.api.limits import told
from counterfoil.api.parameters import refuse_unknown_parameters
from counterfoil.web.apart import apart


class Api(NinjaAPI):
    """The API, which describes itself as far as that can be derived."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """Give where the API is: within our addresses, or included alone by a host."""
        try:
            return reverse("counterfoil:api-root", kwargs=path_params)
        except NoReverseMatch:
            return reverse("api-root", kwargs=path_params)

    def add_router(self, prefix: str, router: Router | str, **given: Any) -> None:
        """Add a router, whose operations refuse what they do not read."""
        assert isinstance(router, Router)  # noqa: S101
        refuse_unknown_parameters(router)
        super().add_router(prefix, router, **given)

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> Described:
        """Describe the API, under the address at which it answers or the one that is given."""
        if path_prefix is None:
            path_prefix = self.get_root_path(path_params or {})
        return _described(path_prefix)


@cache  # anybody may ask for it, and it takes half a second to write
def _described(path_prefix: str) -> Described:
    return Described(api, path_prefix)


api = Api(
    title="Counterfoil",
    version="1",
    description="Check and redeem activation codes, give entitlements, and follow a purchase.",
    urls_namespace="counterfoil-api",
    servers=[{"url": "/", "description": "The site that this description was fetched from."}],
    docs_url=None,
    parser=StrictParser(),
)
problems.install(api)
broken.install(api)
api.add_router("/activations", activations.router)
api.add_router("/allotments", allotments.router)
api.add_router("/approvals", approvals.router)
api.add_router("/batches", batches.router)
api.add_router("/bounces", bounces.router)
api.add_router("/codes", codes.router)
api.add_router("/entitlements", entitlements.router)
api.add_router("/entitlements", repairs.router)
api.add_router("/entitlements", gifts.router)
api.add_router("/deliveries", deliveries.router)
api.add_router("/exceptions", exceptions.router)
api.add_router("/entitlements", fulfilments.router)
api.add_router("/entitlements", assignments.router)
api.add_router("/entitlements", milestones.router)
api.add_router("/events", events.router)
api.add_router("/grants", grants.router)
api.add_router("/handouts", cards.router)
api.add_router("/handouts", handing_one.router)
api.add_router("/handouts", handouts.router)
api.add_router("/jobs", jobs.router)
api.add_router("/order-files", order_files.router)
api.add_router("/partners", partners.router)
api.add_router("/products", products.router)
api.add_router("/purchases", purchases.router)
api.add_router("/reservations", reservations.router)
api.add_router("/webhook-endpoints", webhooks.router)
api.add_router("/webhook-endpoints", webhook_log.router)
api.add_router("", notes.router)
api.add_router("", retrying.router)
api.add_router("", subjects.router)
api.add_router("", onboarding.router)
api.add_router("", traces.router)


def _open(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """
    Exempt the API from a host's login page, as it has keys of its own; tell how these stand.

    Keys, codes and names of people are told to nobody who is sent a report of an error.
    """
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            answered = sensitive_variables()(told(pattern.callback))
            pattern.callback = login_not_required(answered)
    return patterns


def _complete(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Answer below our addresses, and below no others, as an API does: also for no id at all."""
    ours = sorted({str(one.pattern).partition("/")[0] for one in patterns} - {""})
    return [
        *patterns,
        re_path(rf"^(?:{'|'.join(map(re.escape, ours))})(?:/|$)", csrf_exempt(problems.nowhere)),
    ]


urlpatterns = apart(_open(_complete(api.urls[0])))
