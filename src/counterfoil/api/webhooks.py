"""Webhook endpoints: where events are sent, which, and how each endpoint is."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status

from counterfoil.api.idempotency import once
from counterfoil.api.lists import After, Limit, cut
from counterfoil.api.partner_named import products_for
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import Caller, CallerRequest, PoolKeyBearer
from counterfoil.api.webhook_bodies import (
    ChangeEndpointRequest,
    EnableRequest,
    EndpointAnswer,
    EndpointRequest,
    EndpointsAnswer,
    NewEndpointRequest,
    ReasonRequest,
    RotateRequest,
    SecretAnswer,
    SecretsAnswer,
)
from counterfoil.errors import NotFound
from counterfoil.models import Partner, WebhookEndpoint
from counterfoil.operations.change_webhook_endpoint import change_webhook_endpoint
from counterfoil.operations.disable_webhook_endpoint import disable_webhook_endpoint
from counterfoil.operations.enable_webhook_endpoint import enable_webhook_endpoint
from counterfoil.operations.end_webhook_endpoint import end_webhook_endpoint
from counterfoil.operations.make_webhook_endpoint import make_webhook_endpoint
from counterfoil.operations.rotate_webhook_secret import rotate_webhook_secret
from counterfoil.queries.entitlements import partner_by_slug
from counterfoil.queries.webhooks import (
    endpoints,
    health,
    one_endpoint,
    skus_of,
)
from counterfoil.rules.remarks import masked_remark
from counterfoil.rules.scopes import Scope
from counterfoil.rules.webhooks import DisabledWhy, EndpointSettings

MAY = PoolKeyBearer(Scope.WEBHOOKS)

router = Router(tags=["Webhook endpoints"], auth=MAY)


@router.get("", response={200: EndpointsAnswer, **READ}, summary="List endpoints")
def list_them(request: CallerRequest, after: After = None, limit: Limit = 50) -> EndpointsAnswer:
    """Give a page of endpoints that were not ended, the newest first; a partner sees its own."""
    found = endpoints(partner_id=request.auth.partner_id, before=after, most=limit + 1)
    _, following = cut([one.pk for one in found], limit)
    return EndpointsAnswer(endpoints=[_told(one) for one in found[:limit]], next=following)


@router.post("", response={201: EndpointAnswer, **WRITE}, summary="Have events sent somewhere")
@once
def make(request: CallerRequest, body: NewEndpointRequest) -> Status[Schema]:
    """
    Have the events from now on sent to an address. Its secret is read by the call below.

    A partner's key makes an endpoint that is told of that partner's events and no other; a key of
    the house may make one for a partner by naming it.
    """
    made = make_webhook_endpoint(
        wanted=_wanted(request.auth, body),
        partner=_partner(request.auth, body.partner),
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(201, _told(made.endpoint))


@router.get("/{uuid:endpoint}", response={200: EndpointAnswer, **READ}, summary="Read an endpoint")
def read(request: CallerRequest, endpoint: UUID) -> EndpointAnswer:
    """Tell how an endpoint is, and of what it is told."""
    return _told(_own(request.auth, endpoint))


@router.put(
    "/{uuid:endpoint}", response={200: EndpointAnswer, **WRITE}, summary="Change an endpoint"
)
@once
def change(request: CallerRequest, endpoint: UUID, body: ChangeEndpointRequest) -> Status[Schema]:
    """
    Say how an endpoint is to be, whole. What waits for it goes to the new address.

    409 `webhook_endpoint_changed` if it is not at the `revision` you read any more.
    """
    own = _own(request.auth, endpoint)
    changed = change_webhook_endpoint(
        endpoint_id=own.pk,
        wanted=_wanted(request.auth, body, told=own.products),
        instead_of=body.revision,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _told(changed))


@router.delete(
    "/{uuid:endpoint}", response={200: EndpointAnswer, **WRITE}, summary="End an endpoint"
)
@once
def end(request: CallerRequest, endpoint: UUID) -> Status[Schema]:
    """Send nothing to it any more, for good. What it was sent stays in its log for a while."""
    ended = end_webhook_endpoint(
        endpoint_id=_own(request.auth, endpoint).pk,
        reason="",
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _told(ended))


@router.get(
    "/{uuid:endpoint}/secrets", response={200: SecretsAnswer, **READ}, summary="Read its secrets"
)
def secrets(request: CallerRequest, response: HttpResponse, endpoint: UUID) -> SecretsAnswer:
    """Give the secrets that sign now, the newest first: one, or two while it is changed."""
    response["Cache-Control"] = "no-store"
    live = _own(request.auth, endpoint).secrets(at=timezone.now())
    return SecretsAnswer(secrets=[SecretAnswer(secret=one.text, until=one.until) for one in live])


@router.post(
    "/{uuid:endpoint}/rotate", response={200: EndpointAnswer, **WRITE}, summary="Change its secret"
)
@once
def rotate(request: CallerRequest, endpoint: UUID, body: RotateRequest) -> Status[Schema]:
    """Sign with a new secret at once, and with the old one beside it for some hours."""
    made = rotate_webhook_secret(
        endpoint_id=_own(request.auth, endpoint).pk,
        beside=timedelta(hours=body.hours_beside),
        instead_of=body.revision,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _told(made.endpoint))


@router.post(
    "/{uuid:endpoint}/disable",
    response={200: EndpointAnswer, **WRITE},
    summary="Stop sending for a while",
)
@once
def disable(request: CallerRequest, endpoint: UUID, body: ReasonRequest) -> Status[Schema]:
    """Send nothing until it is enabled; what it misses can be sent then."""
    disabled = disable_webhook_endpoint(
        endpoint_id=_own(request.auth, endpoint).pk,
        why=DisabledWhy.STAFF,
        reason=masked_remark(body.reason),
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _told(disabled))


@router.post(
    "/{uuid:endpoint}/enable", response={200: EndpointAnswer, **WRITE}, summary="Send again"
)
@once
def enable(request: CallerRequest, endpoint: UUID, body: EnableRequest) -> Status[Schema]:
    """Send to it again, with what it missed since it began to fail, or without."""
    enabled = enable_webhook_endpoint(
        endpoint_id=_own(request.auth, endpoint).pk,
        missed=body.missed,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _told(enabled))


def _own(caller: Caller, endpoint_id: UUID) -> WebhookEndpoint:
    """Give an endpoint; a partner finds its own, and is told of no other."""
    return one_endpoint(endpoint_id, partner_id=caller.partner_id)


def _partner(caller: Caller, named: str) -> Partner | None:
    if caller.partner_id is None:
        return partner_by_slug(named) if named else None
    own = Partner.objects.get(pk=caller.partner_id)
    if named not in ("", own.slug):
        raise NotFound("There is no such partner.")
    return own


def _wanted(caller: Caller, body: EndpointRequest, told: Collection[str] = ()) -> EndpointSettings:
    return EndpointSettings(
        url=body.url,
        description=body.description,
        types=[one.value for one in body.types],
        products=products_for(caller, body.products, told=told),
        takes_tests=body.takes_tests,
    )


def _told(one: WebhookEndpoint) -> EndpointAnswer:
    return EndpointAnswer(
        id=one.pk,
        url=one.url,
        description=one.description,
        types=one.types,
        products=list(skus_of(one)),
        takes_tests=one.takes_tests,
        partner=one.partner.slug if one.partner else None,
        health=health(one),
        revision=one.revision,
        disabled_at=one.disabled_at,
        disabled_why=DisabledWhy(one.disabled_why) if one.disabled_why else None,
        failing_since=one.failing_since,
        last_succeeded_at=one.last_succeeded_at,
        created_at=one.created_at,
        ended_at=one.ended_at,
    )
