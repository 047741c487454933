"""Making a webhook endpoint, changing it, and its secret, which is shown once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console import webhook_fields
from counterfoil.console.asking import Asked
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.errors import (
    WebhookEndpointChanged,
    WebhookEndpointEnded,
    WebhookEndpointInvalid,
    WebhookEndpointMade,
)
from counterfoil.models.ids import uuid7
from counterfoil.operations.change_webhook_endpoint import change_webhook_endpoint
from counterfoil.operations.make_webhook_endpoint import NewSecret, make_webhook_endpoint
from counterfoil.operations.rotate_webhook_secret import rotate_webhook_secret
from counterfoil.queries.webhooks import one_endpoint
from counterfoil.rules.permissions import Permission

BESIDE = {"0": timedelta(0), "1": timedelta(hours=1), "24": timedelta(days=1)}
BESIDE |= {"168": timedelta(days=7)}


@staff_only(Permission.MANAGE_CONNECTIONS)
def make(visit: Visit) -> HttpResponse:
    """Ask where events are to be sent, or make the endpoint and show its secret, this once."""
    posted, errors = visit.request.POST, {}
    asked = Asked(posted.dict())
    wanted = webhook_fields.read(posted) if visit.request.method == "POST" else None
    if wanted is not None:
        try:
            made = make_webhook_endpoint(
                wanted=wanted,
                partner=asked.partner(),
                endpoint_id=asked.request_id(),
                by=visit.operator,
                at=timezone.now(),
            )
        except WebhookEndpointInvalid as refusal:
            errors = dict(reversed(refusal.faults))
        except FieldWrong as wrong:
            errors = {wrong.field: str(wrong)}
        except WebhookEndpointMade as again:
            errors = {"form": f"{again} {_('Lost it? Give the endpoint another.')}"}
        else:
            return _shown(visit, made)
    request_id = uuid7() if "form" in errors else asked.answers.get("request_id") or uuid7()
    context = {
        "endpoint": None,
        "fields": webhook_fields.naming(
            wanted, errors, asks_partner=asked.answers.get("partner", "")
        ),
        "types": webhook_fields.types(wanted),
        "products": webhook_fields.products(wanted),
        "hidden": [("request_id", request_id)],
    }
    return _form(visit, context, errors)


@staff_only(Permission.MANAGE_CONNECTIONS)
def change(visit: Visit, endpoint_id: UUID) -> HttpResponse:
    """Ask what is to be different about an endpoint, or change it."""
    endpoint, posted, errors = one_endpoint(endpoint_id), visit.request.POST, {}
    wanted, revision = endpoint.settings, str(endpoint.revision)
    if visit.request.method == "POST":
        wanted, seen = webhook_fields.read(posted), posted.get("revision", "")
        try:
            change_webhook_endpoint(
                endpoint_id=endpoint_id,
                wanted=wanted,
                instead_of=_revision(seen),
                by=visit.operator,
                at=timezone.now(),
            )
        except WebhookEndpointInvalid as refusal:
            errors, revision = dict(reversed(refusal.faults)), seen
        except (WebhookEndpointChanged, WebhookEndpointEnded) as refusal:
            errors, wanted = {"form": str(refusal)}, endpoint.settings
        else:
            messages.success(visit.request, _("It is saved."), fail_silently=True)
            return redirect("counterfoil:console-webhook", endpoint_id)
    context = {
        "endpoint": endpoint,
        "fields": webhook_fields.naming(wanted, errors, asks_partner=None),
        "types": webhook_fields.types(wanted),
        "products": webhook_fields.products(wanted),
        "hidden": [("revision", revision)],
    }
    return _form(visit, context, errors)


@staff_only(Permission.MANAGE_CONNECTIONS)
def rotate(visit: Visit, endpoint_id: UUID) -> HttpResponse:
    """Ask what becomes of the old secret, or make a new one and show it, this once."""
    endpoint, posted, errors = one_endpoint(endpoint_id), visit.request.POST, {}
    if visit.request.method == "POST":
        try:
            made = rotate_webhook_secret(
                endpoint_id=endpoint_id,
                beside=BESIDE[posted.get("beside", "")],
                instead_of=_revision(posted.get("revision", "")),
                by=visit.operator,
                at=timezone.now(),
            )
        except KeyError:
            errors = {"beside": _("Choose one.")}
        except (WebhookEndpointChanged, WebhookEndpointEnded) as refusal:
            errors = {"form": str(refusal)}
        else:
            return _shown(visit, made)
    how = Field(
        name="beside",
        label=_("How long the old one signs beside it"),
        type="select",
        options=(
            ("24", _("24 hours: time to set the new one over there")),
            ("168", _("7 days")),
            ("1", _("one hour")),
            ("0", _("not at all: others know it")),
        ),
    )
    context = {
        "section": "webhooks",
        "title": _("Give %(name)s another secret") % {"name": endpoint},
        "trace_url": reverse("counterfoil:console-webhook", args=[endpoint_id]),
        "effects": [
            _("The new secret is shown on the next page, and never again."),
            _("Everything is signed with it at once, and with the old one as long as you choose."),
        ],
        "fields": [how.shown(posted.get("beside", "24"), errors.get("beside", ""))],
        "hidden": [("revision", endpoint.revision)],
        "errors": errors,
        "request_id": uuid7(),
        "submit_label": _("Make the secret and show it"),
    }
    return show(visit, "act", context, status=409 if errors else 200)


def _revision(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _shown(visit: Visit, made: NewSecret) -> HttpResponse:
    context = {"section": "webhooks", "endpoint": made.endpoint, "secret": made.secret}
    return show(visit, "webhook_secret", context)


def _form(visit: Visit, context: dict[str, Any], errors: dict[str, str]) -> HttpResponse:
    whole = context | {"section": "webhooks", "errors": errors}
    return show(visit, "webhook_form", whole, status=409 if errors else 200)
