"""What became of it: search with whatever is at hand, and the whole story of what was found."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from counterfoil.api.preconditions import describes_tag, tag_of
from counterfoil.api.schemas import READ, SearchRequest
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.models.ids import id_of
from counterfoil.queries import trace as traces
from counterfoil.queries.found import Found
from counterfoil.queries.search import search as search_for
from counterfoil.queries.traced import Trace
from counterfoil.rules.scopes import Scope

router = Router(tags=["Traces"], auth=ApiKeyBearer(Scope.TRACE))


@router.post("/search", response={200: Found, **READ}, summary="Search")
def search(request: CallerRequest, body: SearchRequest) -> Found:
    """
    Find purchases and entitlements by whatever is at hand.

    A code or link, a handle, a mail address, an order or payment reference, an id, or the last four
    of a code with a second fact beside them. It is a POST so that a code never stands in a URL.
    """
    return search_for(body.query, now=timezone.now())


@router.get(
    "/purchases/{purchase_id}/trace", response={200: Trace, **READ}, summary="Trace a purchase"
)
def purchase(request: CallerRequest, purchase_id: UUID, page: int = 1) -> Trace:
    """Tell the whole story of a purchase; its entitlements come 50 to a page."""
    return traces.trace(purchase_id=purchase_id, now=timezone.now(), page=page)


@router.get(
    "/entitlements/{handle}/trace",
    response={200: Trace, **READ},
    summary="Trace an entitlement",
)
@describes_tag
def entitlement(request: CallerRequest, response: HttpResponse, handle: str) -> Trace:
    """Tell the story that an entitlement is part of; the `ETag` is that of the entitlement."""
    entitlement_id = id_of(handle)
    told = traces.trace_unit(entitlement_id=entitlement_id, now=timezone.now())
    [version] = [unit.version for unit in told.units if unit.id == entitlement_id]
    response["ETag"] = tag_of(version)
    return told
