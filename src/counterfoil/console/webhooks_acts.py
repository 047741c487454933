"""What is done with a webhook endpoint: tried, sent again to, disabled, enabled, ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.console.asking import Asked
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.webhook_fields import moment
from counterfoil.effects.trying_webhooks import try_now
from counterfoil.errors import WebhookEndpointDisabled, WebhookEndpointEnded
from counterfoil.models import WebhookEndpoint
from counterfoil.models.ids import uuid7
from counterfoil.operations.disable_webhook_endpoint import disable_webhook_endpoint
from counterfoil.operations.enable_webhook_endpoint import enable_webhook_endpoint
from counterfoil.operations.end_webhook_endpoint import end_webhook_endpoint
from counterfoil.operations.replay_failed_webhooks import replay_failed_webhooks
from counterfoil.operations.replay_webhook import replay_webhook
from counterfoil.operations.replay_webhooks_since import replay_webhooks_since
from counterfoil.queries.webhooks import one_endpoint
from counterfoil.rules.permissions import Permission
from counterfoil.rules.webhooks import DisabledWhy, Missed

MANAGE = Permission.MANAGE_CONNECTIONS


@staff_only(MANAGE, methods=("POST",))
def test(visit: Visit, endpoint_id: UUID) -> HttpResponse:
    """Send a test, and say what came of it."""
    try:
        tried = try_now(endpoint_id, by=visit.operator, at=timezone.now())
    except WebhookEndpointEnded as refusal:
        messages.error(visit.request, str(refusal), fail_silently=True)
    else:
        if tried.delivered_at is not None:
            said = _("It took the test, and answered %(status)d.") % {"status": tried.last_status}
            messages.success(visit.request, said, fail_silently=True)
        else:
            said = _("It did not take the test. %(why)s") % {"why": tried.last_error}
            messages.error(visit.request, said, fail_silently=True)
    return redirect("counterfoil:console-webhook", endpoint_id)


@staff_only(MANAGE, methods=("POST",))
def replay(visit: Visit, endpoint_id: UUID, event_id: UUID) -> HttpResponse:
    """Have one event sent again."""
    try:
        replay_webhook(
            endpoint_id=endpoint_id, event_id=event_id, by=visit.operator, at=timezone.now()
        )
    except WebhookEndpointEnded as refusal:
        messages.error(visit.request, str(refusal), fail_silently=True)
    else:
        messages.success(visit.request, _("It is sent again now."), fail_silently=True)
    return redirect("counterfoil:console-webhook-delivery", endpoint_id, event_id)


@staff_only(MANAGE, methods=("POST",))
def replay_failed(visit: Visit, endpoint_id: UUID) -> HttpResponse:
    """Have everything sent that was not taken."""
    try:
        count = replay_failed_webhooks(
            endpoint_id=endpoint_id, by=visit.operator, at=timezone.now()
        )
    except WebhookEndpointEnded as refusal:
        messages.error(visit.request, str(refusal), fail_silently=True)
    else:
        messages.success(visit.request, _sent_again(count), fail_silently=True)
    return redirect("counterfoil:console-webhook", endpoint_id)


@staff_only(MANAGE)
def replay_since(visit: Visit, endpoint_id: UUID) -> HttpResponse:
    """Ask since when everything is to be sent again, or have it sent."""
    endpoint, errors, text = one_endpoint(endpoint_id), {}, visit.request.POST.get("since", "")
    if visit.request.method == "POST":
        try:
            count = replay_webhooks_since(
                endpoint_id=endpoint_id, since=moment(text), by=visit.operator, at=timezone.now()
            )
        except FieldWrong as wrong:
            errors = {wrong.field: str(wrong)}
        except (WebhookEndpointEnded, WebhookEndpointDisabled) as refusal:
            errors = {"form": str(refusal)}
        else:
            messages.success(visit.request, _sent_again(count), fail_silently=True)
            return redirect("counterfoil:console-webhook", endpoint_id)
    since = Field(name="since", label=_("Since"), type="datetime-local")
    context = {
        "title": _("Send everything again to %(name)s") % {"name": endpoint},
        "effects": [
            _("Every event since then that it is meant to know is sent, also what it took."),
            _("Each has the id it had, so that a receiver that remembers ids does it once."),
        ],
        "fields": [since.shown(text, errors.get("since", ""))],
        "submit_label": _("Send it all"),
    }
    return _page(visit, endpoint, context, errors)


@staff_only(MANAGE)
def disable(visit: Visit, endpoint_id: UUID) -> HttpResponse:
    """Say what disabling does and ask why, or disable it."""
    endpoint, asked, errors = one_endpoint(endpoint_id), Asked(visit.request.POST.dict()), {}
    if visit.request.method == "POST":
        try:
            disable_webhook_endpoint(
                endpoint_id=endpoint_id,
                why=DisabledWhy.STAFF,
                reason=asked.why(_("Say why.")),
                by=visit.operator,
                at=timezone.now(),
            )
        except FieldWrong as wrong:
            errors = {wrong.field: str(wrong)}
        except WebhookEndpointEnded as refusal:
            errors = {"form": str(refusal)}
        else:
            return redirect("counterfoil:console-webhook", endpoint_id)
    context = {
        "title": _("Disable %(name)s") % {"name": endpoint},
        "effects": [
            _("Nothing is sent to it until somebody enables it."),
            _("What it misses can be sent then, as long as events are kept."),
        ],
        "fields": [_why(asked, errors)],
        "submit_label": _("Disable it"),
        "tone": "bad",
    }
    return _page(visit, endpoint, context, errors)


@staff_only(MANAGE)
def enable(visit: Visit, endpoint_id: UUID) -> HttpResponse:
    """Ask what becomes of what it missed, or enable it."""
    endpoint, errors = one_endpoint(endpoint_id), {}
    missed = visit.request.POST.get("missed", "")
    if visit.request.method == "POST" and missed in set(Missed):
        try:
            enable_webhook_endpoint(
                endpoint_id=endpoint_id,
                missed=Missed(missed),
                by=visit.operator,
                at=timezone.now(),
            )
        except WebhookEndpointEnded as refusal:
            errors = {"form": str(refusal)}
        else:
            messages.success(visit.request, _("It is enabled."), fail_silently=True)
            return redirect("counterfoil:console-webhook", endpoint_id)
    elif visit.request.method == "POST":
        errors = {"missed": _("Choose one.")}
    choice = Field(
        name="missed",
        label=_("What it missed meanwhile"),
        type="select",
        options=(
            (Missed.SEND.value, _("is sent: everything since it began to fail")),
            (Missed.LEAVE.value, _("is left out: it begins with what happens next")),
        ),
    )
    context = {
        "title": _("Enable %(name)s") % {"name": endpoint},
        "effects": [_("Events are sent to it again."), _("Send it a test first, if in doubt.")],
        "fields": [choice.shown(missed or Missed.SEND.value, errors.get("missed", ""))],
        "submit_label": _("Enable it"),
    }
    return _page(visit, endpoint, context, errors)


@staff_only(MANAGE)
def end(visit: Visit, endpoint_id: UUID) -> HttpResponse:
    """Say what ending does and ask why, or end it."""
    endpoint, asked, errors = one_endpoint(endpoint_id), Asked(visit.request.POST.dict()), {}
    if visit.request.method == "POST":
        try:
            why = asked.why(_("Say why."))
            end_webhook_endpoint(
                endpoint_id=endpoint_id, reason=why, by=visit.operator, at=timezone.now()
            )
        except FieldWrong as wrong:
            errors = {wrong.field: str(wrong)}
        else:
            messages.success(visit.request, _("It is ended."), fail_silently=True)
            return redirect("counterfoil:console-webhooks")
    context = {
        "title": _("End %(name)s") % {"name": endpoint},
        "effects": [
            _("Nothing is sent to it any more, and its secrets are thrown away."),
            _("What it was sent stays in its log as long as events are kept."),
        ],
        "warning": _("This cannot be undone. To stop for a while, disable it."),
        "fields": [_why(asked, errors)],
        "submit_label": _("End it"),
        "tone": "bad",
    }
    return _page(visit, endpoint, context, errors)


def _why(asked: Asked, errors: dict[str, str]) -> dict[str, Any]:
    why = Field(name="why", label=_("Why"), type="textarea", maxlength=1000)
    return why.shown(asked.answers.get("why"), errors.get("why", ""))


def _page(
    visit: Visit, endpoint: WebhookEndpoint, context: dict[str, Any], errors: dict[str, str]
) -> HttpResponse:
    url = reverse("counterfoil:console-webhook", args=[endpoint.pk])
    whole = {"section": "webhooks", "trace_url": url, "request_id": uuid7(), "errors": errors}
    return show(visit, "act", whole | context, status=409 if errors else 200)


def _sent_again(count: int) -> str:
    said = ngettext("%(n)d event is sent again.", "%(n)d events are sent again.", count)
    return said % {"n": count}
