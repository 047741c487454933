"""The connections: how each is, pausing one, letting it go on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.channels.forms import ChannelForm, written
from counterfoil.console import telling
from counterfoil.console.connection_hints import hints
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.errors import NotFound
from counterfoil.intake.channel_forms import form_of
from counterfoil.intake.health import address_of
from counterfoil.models import Connection
from counterfoil.operations.pause_connection import pause_connection
from counterfoil.operations.resume_connection import resume_connection
from counterfoil.queries import words
from counterfoil.queries.connection_setup import (
    SecretSeen,
    key_used_last,
    secrets_seen,
    tested_last,
)
from counterfoil.queries.connections import (
    Audited,
    ConnectionSeen,
    audit_of,
    connections,
    newest_run,
    one_connection,
    refused_lately,
)
from counterfoil.rules.permissions import Permission

ACTS = {
    "map_product": later("mapped a product"),
    "make_connection": later("connected it"),
    "change_connection": later("changed how it is set up"),
    "replace_secret": later("replaced a secret"),
    "add_secret": later("added a secret beside the old"),
    "end_old_secrets": later("ended older secrets"),
    "test_connection": later("tested it"),
    "pause_connection": later("paused it"),
    "resume_connection": later("let it go on"),
    "replay_messages": later("had messages worked again"),
    "read_message": later("read the body of a message"),
}
REASONS = {
    "forged": later("not signed by the channel"),
    "stale": later("signed too long ago, or in the future"),
    "malformed": later("could not be read"),
    "too_large": later("too large"),
    "paused": later("came while it was paused"),
    "connection_incomplete": later("came while no secret was set"),
}


@staff_only(methods=("GET", "HEAD"))
def list_connections(visit: Visit) -> HttpResponse:
    """List the connections with how they are."""
    now = timezone.now()
    rows = [_told(one) for one in connections(now=now)]
    may_manage = visit.may(Permission.MANAGE_CONNECTIONS)
    context = {"section": "connections", "rows": rows, "may_manage": may_manage}
    return show(visit, "connections", context)


@staff_only(methods=("GET", "HEAD"))
def show_connection(visit: Visit, slug: str) -> HttpResponse:
    """Show one connection: how it is, what it refused, and what staff did about it."""
    now = timezone.now()
    seen, connection, run = one_connection(slug, now=now), found(slug), newest_run(slug)
    form, address = form_of(connection.channel), address_of(connection)
    kept = secrets_seen(connection)
    context = {
        "section": "connections",
        "row": _told(seen),
        "address": "" if form.is_told else address,
        "secrets": _secrets(form, kept),
        "free_secrets": form.free_secrets,
        "used": key_used_last(connection),
        "mark": connection.mark(),
        "options": [
            (one.label, dict(one.choices).get(told, told))
            for one in form.options
            if (told := written(one, connection.options))
        ],
        "form": form,
        "steps": [one.replace("{address}", address) for one in form.steps],
        "hints": list(hints(connection, seen, form, kept, now=now)),
        "tested": tested_last(connection),
        "partner": connection.partner,
        "refused": [
            {"reason": REASONS.get(reason, reason), "count": count, "last": last}
            for reason, count, last in refused_lately(slug, now=now)
        ],
        "audit": [
            {"one": one, "act": ACTS.get(one.act, one.act), "changes": _changes(one)}
            for one in audit_of(slug, limit=20)
        ],
        "run_url": reverse("counterfoil:console-run", args=[run.pk]) if run else "",
        "run_at": run.started_at if run else None,
        "may_pause": visit.may(Permission.PAUSE_CONNECTION),
        "may_manage": visit.may(Permission.MANAGE_CONNECTIONS),
    }
    return show(visit, "connection", context)


@staff_only(Permission.PAUSE_CONNECTION, methods=("POST",))
def pause(visit: Visit, slug: str) -> HttpResponse:
    """Pause a connection."""
    if pause_connection(connection=found(slug), by=visit.operator, at=timezone.now()):
        messages.success(visit.request, _("It is paused."), fail_silently=True)
    return redirect("counterfoil:console-connection", slug)


@staff_only(Permission.PAUSE_CONNECTION, methods=("POST",))
def resume(visit: Visit, slug: str) -> HttpResponse:
    """Let a connection go on."""
    if resume_connection(connection=found(slug), by=visit.operator, at=timezone.now()):
        said = _("It goes on. The next sweep finds what was missed meanwhile.")
        messages.success(visit.request, said, fail_silently=True)
    return redirect("counterfoil:console-connection", slug)


def found(slug: str) -> Connection:
    """
    Give a connection by its slug.

    :raises NotFound: if there is none.
    """
    connection = Connection.objects.filter(slug=slug).first()
    if connection is None:
        raise NotFound("There is no such connection.")
    return connection


def health(seen: ConnectionSeen) -> tuple[str, str]:
    """Say in a word how a connection is, and in which tone."""
    if not seen.is_enabled:
        return _("paused"), "warn"
    if seen.is_broken:
        return _("broken"), "bad"
    if seen.troubles or seen.is_deaf:
        return _("look at it"), "warn"
    if seen.is_late:
        return (_("never swept") if seen.lag is None else _("late")), "warn"
    return _("well"), "good"


def lag_of(seen: ConnectionSeen) -> str:
    """Write how far behind a connection is."""
    return _("never") if seen.lag is None else words.duration(seen.lag)


def _secrets(form: ChannelForm, kept: Mapping[str, SecretSeen]) -> list[dict[str, Any]]:
    """Give every secret that is asked for or set, without what it is."""
    asked = [(one.name, one.label, one.required) for one in form.secrets]
    more = [(name, name, False) for name in kept if form.secret(name) is None]
    return [
        {"name": name, "label": label, "required": required, "kept": kept.get(name)}
        for name, label, required in asked + more
    ]


def _changes(one: Audited) -> list[tuple[str, str, str]]:
    """Give what an act changed: label, before, after; of secrets only how many."""
    before, after = one.data.get("before"), one.data.get("after")
    if one.act == "map_product" or not isinstance(before, dict) or not isinstance(after, dict):
        return []
    was, will = _flat(before), _flat(after)
    names = [name for name in {**was, **will} if was.get(name) != will.get(name)]
    return [(name, was.get(name, ""), will.get(name, "")) for name in names]


def _flat(values: Mapping[str, Any], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{above}{name}.")
        else:
            found[f"{above}{name}"] = str(value)
    return found


def _told(seen: ConnectionSeen) -> dict[str, Any]:
    state, tone = health(seen)
    latest: datetime | None = seen.last_message_at
    return {
        "seen": seen,
        "channel": words.worded(telling.CHANNELS, seen.channel),
        "state": state,
        "tone": tone,
        "lag": lag_of(seen),
        "last_message_at": latest,
        "url": reverse("counterfoil:console-connection", args=[seen.slug]),
        "inbox_url": f"{reverse('counterfoil:console-inbox')}?connection={seen.slug}",
        "mapping_url": reverse("counterfoil:console-mapping-of", args=[seen.slug]),
        "reconcile_url": f"{reverse('counterfoil:console-reconcile')}?connection={seen.slug}",
    }
