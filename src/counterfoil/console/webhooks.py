"""Webhooks: where events are sent to, how each endpoint is, and what became of each event."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit, asked, show, staff_only
from counterfoil.models import WebhookEndpoint
from counterfoil.queries.kept_settings import kept_about
from counterfoil.queries.webhooks import (
    PAGE,
    DeliverySeen,
    Fate,
    Health,
    deliveries,
    endpoints,
    health,
    newest_trial,
    one_delivery,
    one_endpoint,
    owed,
    skus_of,
)
from counterfoil.rules.permissions import Permission
from counterfoil.rules.webhooks import DisabledWhy

ACTS: Mapping[str, str | Promise] = {
    "make_webhook_endpoint": later("made it"),
    "change_webhook_endpoint": later("changed where it is, or what it is told of"),
    "rotate_webhook_secret": later("gave it another secret"),
    "disable_webhook_endpoint": later("disabled it"),
    "enable_webhook_endpoint": later("enabled it"),
    "end_webhook_endpoint": later("ended it"),
    "try_webhook_endpoint": later("sent a test"),
    "replay_webhook": later("had an event sent again"),
    "replay_failed_webhooks": later("had everything sent that it did not take"),
    "replay_webhooks_since": later("had everything sent again since a time"),
}
HEALTHS: Mapping[Health, tuple[str | Promise, str]] = {
    Health.WELL: (later("takes events"), "good"),
    Health.NEW: (later("was sent nothing yet"), ""),
    Health.FAILING: (later("fails"), "warn"),
    Health.DISABLED: (later("disabled"), "bad"),
    Health.ENDED: (later("ended"), ""),
}
FATES: Mapping[Fate, tuple[str | Promise, str]] = {
    Fate.WAITING: (later("waiting"), "warn"),
    Fate.DELIVERED: (later("taken"), "good"),
    Fate.FAILED: (later("given up"), "bad"),
}
TABS: Mapping[Fate | None, str | Promise] = {
    None: later("All"),
    Fate.WAITING: later("Waiting"),
    Fate.FAILED: later("Given up"),
    Fate.DELIVERED: later("Taken"),
}
WHYS: Mapping[str, str | Promise] = {
    DisabledWhy.STAFF: later("Somebody disabled it. Nothing is sent until it is enabled."),
    DisabledWhy.GONE: later("It answered that it is gone (410), so nothing is sent any more."),
    DisabledWhy.FAILING: later("It took nothing for five days, so nothing is sent any more."),
}


@staff_only(methods=("GET", "HEAD"))
def list_endpoints(visit: Visit) -> HttpResponse:
    """List the endpoints with how they are."""
    context = {
        "section": "webhooks",
        "rows": [_told(one) for one in endpoints()],
        "may_manage": visit.may(Permission.MANAGE_CONNECTIONS),
    }
    return show(visit, "webhooks", context)


@staff_only(methods=("GET", "HEAD"))
def show_endpoint(visit: Visit, endpoint_id: UUID) -> HttpResponse:
    """Show one endpoint: how it is, and the log of what it was sent."""
    endpoint = one_endpoint(endpoint_id)
    fate = _fate(asked(visit.request.GET, "fate", 20))
    before = asked(visit.request.GET, "before", 18)
    rows = deliveries(
        endpoint_id, fate=fate, before=int(before) if before.isdecimal() else None, limit=PAGE + 1
    )
    count, url = owed(endpoint_id), reverse("counterfoil:console-webhook", args=[endpoint_id])
    context = _told(endpoint) | {
        "section": "webhooks",
        "why": WHYS.get(endpoint.disabled_why, ""),
        "skus": skus_of(endpoint),
        "secrets": endpoint.secrets(at=timezone.now()) if endpoint.ended_at is None else (),
        "trial": _delivery(trial) if (trial := newest_trial(endpoint_id)) else None,
        "rows": [_delivery(one) for one in rows[:PAGE]],
        "tabs": [
            {
                "label": label,
                "count": count.get(one) if one else None,
                "url": f"{url}?fate={one}#log" if one else f"{url}#log",
                "is_current": one is fate,
            }
            for one, label in TABS.items()
        ],
        "owed": sum(count.values()),
        "next_url": _following(url, fate, rows),
        "log": [
            {"one": one, "act": ACTS.get(one.act, one.act)}
            for one in kept_about(f"endpoint:{endpoint_id}")
        ],
        "may_manage": visit.may(Permission.MANAGE_CONNECTIONS) and endpoint.ended_at is None,
    }
    return show(visit, "webhook", context)


@staff_only(methods=("GET", "HEAD"))
def show_delivery(visit: Visit, endpoint_id: UUID, event_id: UUID) -> HttpResponse:
    """Show what became of one event, with every answer."""
    endpoint = one_endpoint(endpoint_id)
    seen, attempts = one_delivery(endpoint_id, event_id)
    context = _told(endpoint) | {
        "section": "webhooks",
        "row": _delivery(seen),
        "attempts": attempts,
        "may_manage": visit.may(Permission.MANAGE_CONNECTIONS)
        and endpoint.ended_at is None
        and not seen.is_trial,
    }
    return show(visit, "webhook_delivery", context)


def _fate(text: str) -> Fate | None:
    return Fate(text) if text in set(Fate) else None


def _following(url: str, fate: Fate | None, rows: Any) -> str:
    if len(rows) <= PAGE:
        return ""
    return f"{url}?fate={fate or ''}&before={rows[PAGE - 1].number}#log"


def _told(endpoint: WebhookEndpoint) -> dict[str, Any]:
    state, tone = HEALTHS[health(endpoint)]
    url = reverse("counterfoil:console-webhook", args=[endpoint.pk])
    return {"one": endpoint, "state": state, "tone": tone, "url": url}


def _delivery(seen: DeliverySeen) -> dict[str, Any]:
    state, tone = FATES[seen.fate]
    return {"one": seen, "state": state, "tone": tone}
