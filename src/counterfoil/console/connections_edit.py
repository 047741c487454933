"""Changing how a connection is set up, and trying it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.channels.forms import read_options
from counterfoil.console.connecting import found
from counterfoil.console.connection_fields import name_field, option_fields
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.errors import ConnectionChanged, ConnectionInvalid
from counterfoil.intake.channel_forms import form_of
from counterfoil.intake.trying import Tone, try_connection
from counterfoil.operations.change_connection import change_connection
from counterfoil.rules.permissions import Permission


@staff_only(Permission.MANAGE_CONNECTIONS)
def change(visit: Visit, slug: str) -> HttpResponse:
    """Ask what is to be different about a connection, or change it."""
    connection = found(slug)
    form, answers, errors = form_of(connection.channel), visit.request.POST.dict(), {}
    had = bool(connection.secrets())
    if visit.request.method == "POST":
        try:
            changed = change_connection(
                connection_id=connection.pk,
                name=answers.get("name", ""),
                options=read_options(form, answers, connection.options),
                send_secrets=[one.name for one in form.options if one.sends_secrets],
                instead_of=answers.get("mark", ""),
                by=visit.operator,
                at=timezone.now(),
            )
        except ConnectionInvalid as refusal:
            errors = dict(reversed(refusal.faults))
        except ConnectionChanged:
            told = _(
                "Somebody else changed it meanwhile. Look at it, then write your change again."
            )
            errors = {"form": told}
        else:
            said = _("It is saved.")
            if had and not changed.secrets():
                said = _("It is saved. Its secrets went to the old address and are ended: set new.")
            messages.success(visit.request, said, fail_silently=True)
            return redirect("counterfoil:console-connection", slug)
    is_stale = "form" in errors
    context: dict[str, Any] = {
        "section": "connections",
        "connection": connection,
        "mark": connection.mark() if is_stale or not answers else answers.get("mark", ""),
        "name": name_field(
            connection.name if is_stale or not answers else answers.get("name", ""), errors
        ),
        "options": option_fields(
            form, None if is_stale or not answers else answers, errors, connection.options
        ),
        "errors": errors,
    }
    return show(visit, "connection_change", context, status=409 if errors else 200)


@staff_only(Permission.MANAGE_CONNECTIONS, methods=("POST",))
def test(visit: Visit, slug: str) -> HttpResponse:
    """Ask the channel what every sweep asks, and show what was found."""
    connection = found(slug)
    told = try_connection(connection, by=visit.operator)
    tones = {one.tone for one in told}
    if Tone.BAD in tones:
        messages.error(visit.request, _("It does not work yet: see below."), fail_silently=True)
    elif Tone.WARN in tones:
        messages.warning(
            visit.request, _("It works: see below what could be better."), fail_silently=True
        )
    else:
        messages.success(visit.request, _("It works."), fail_silently=True)
    return redirect("counterfoil:console-connection", slug)
