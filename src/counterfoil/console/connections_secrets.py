"""The secrets of a connection: set, rolled over, the old ended; taken in, and never given out."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.channels.forms import ChannelForm, Secret, refuse_secret
from counterfoil.console.connecting import found
from counterfoil.console.connection_fields import secret_field
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field
from counterfoil.errors import ConnectionChanged, ConnectionInvalid, Fault, NotFound
from counterfoil.intake.channel_forms import form_of, made_up
from counterfoil.models import Connection
from counterfoil.operations.add_secret import add_secret
from counterfoil.operations.end_old_secrets import end_old_secrets
from counterfoil.operations.replace_secret import replace_secret
from counterfoil.queries.connection_setup import key_used_last, secrets_seen
from counterfoil.rules.connections import Place
from counterfoil.rules.permissions import Permission

BESIDE, INSTEAD = "beside", "instead"
NAME = re.compile(r"[A-Za-z]\w{0,63}", re.ASCII)


@staff_only(Permission.MANAGE_CONNECTIONS)
def enter(visit: Visit, slug: str, name: str) -> HttpResponse:
    """Ask for a secret, or keep it."""
    connection = found(slug)
    secret = _asked(form_of(connection.channel), connection, name)
    answers, errors = visit.request.POST.dict(), {}
    if visit.request.method == "POST":
        try:
            _keep(visit, connection, secret, answers)
        except ConnectionInvalid as refusal:
            errors = dict(reversed(refusal.faults))
        except ConnectionChanged:
            told = _("Somebody else changed it meanwhile. Look below at how it stands now.")
            errors = {"form": told}
        else:
            said = _("It is kept, and shown to nobody. Test the connection now.")
            messages.success(visit.request, said, fail_silently=True)
            return redirect("counterfoil:console-connection", slug)
    return _page(visit, connection, secret, answers, errors)


@staff_only(Permission.MANAGE_CONNECTIONS, methods=("POST",))
def name_one(visit: Visit, slug: str) -> HttpResponse:
    """Go where a secret is set whose name a channel of the host's own gives."""
    connection, name = found(slug), visit.request.POST.get("name", "").strip()
    if not NAME.fullmatch(name) or not form_of(connection.channel).free_secrets:
        told = _("A secret is called by letters, digits and underscores.")
        messages.error(visit.request, told, fail_silently=True)
        return redirect("counterfoil:console-connection", slug)
    return redirect("counterfoil:console-secret", slug, name)


@staff_only(Permission.MANAGE_CONNECTIONS, methods=("POST",))
def end_old(visit: Visit, slug: str, name: str) -> HttpResponse:
    """End the older secrets of a list."""
    connection = found(slug)
    secret = _asked(form_of(connection.channel), connection, name)
    try:
        done = end_old_secrets(
            connection_id=connection.pk,
            name=secret.name,
            place=_place(secret),
            instead_of=visit.request.POST.get("mark", ""),
            by=visit.operator,
            at=timezone.now(),
        )
    except ConnectionChanged as changed:
        messages.error(visit.request, str(changed), fail_silently=True)
    else:
        if done:
            said = _("Only the newest is accepted from now on.")
            messages.success(visit.request, said, fail_silently=True)
    return redirect("counterfoil:console-connection", slug)


def _keep(visit: Visit, connection: Connection, secret: Secret, answers: Mapping[str, str]) -> None:
    value = answers.get("value", "").strip()
    if not value and secret.made_here:
        value = made_up()
    try:
        refuse_secret(secret, "value", value)
    except ConnectionInvalid as wrong:
        raise ConnectionInvalid(faults=[Fault("value", wrong.faults[0].says)]) from None
    about: dict[str, Any] = {
        "connection_id": connection.pk,
        "name": secret.name,
        "instead_of": answers.get("mark", ""),
        "by": visit.operator,
        "at": timezone.now(),
    }
    how = answers.get("how", "")
    if secret.is_list and connection.secrets().get(secret.name) and how not in (BESIDE, INSTEAD):
        raise ConnectionInvalid(faults=[Fault("how", _("Choose one."))])
    if secret.is_list and how == BESIDE:
        _add(value, secret, about)
    else:
        _replace([value] if secret.is_list else value, about)


def _add(value: str, secret: Secret, about: Mapping[str, Any]) -> None:
    add_secret(value=value, place=_place(secret), **about)


def _replace(value: str | list[str], about: Mapping[str, Any]) -> None:
    replace_secret(value=value, **about)


def _page(
    visit: Visit,
    connection: Connection,
    secret: Secret,
    answers: Mapping[str, str],
    errors: Mapping[str, str],
) -> HttpResponse:
    kept = secrets_seen(connection).get(secret.name)
    how = Field(
        name="how",
        label=_("What becomes of the old one"),
        type="select",
        options=(
            (BESIDE, _("both are accepted, until you end the old one")),
            (INSTEAD, _("it ends at once: what is still signed with it is refused")),
        ),
    )
    context: dict[str, Any] = {
        "section": "connections",
        "connection": connection,
        "secret": secret,
        "kept": kept,
        "used": key_used_last(connection) if secret.is_list else "",
        "mark": connection.mark(),
        "value": secret_field(
            "value",
            secret.label,
            secret.hint,
            errors.get("value", ""),
            required=not secret.made_here,
        ),
        "how": how.shown(answers.get("how"), errors.get("how", ""))
        if secret.is_list and kept
        else None,
        "errors": errors,
    }
    return show(visit, "connection_secret", context, status=409 if errors else 200)


def _place(secret: Secret) -> Place:
    return Place.LAST if secret.newest_last else Place.FIRST


def _asked(form: ChannelForm, connection: Connection, name: str) -> Secret:
    """
    Give the secret of this name; a channel without a form of its own takes any.

    :raises NotFound: if the channel asks for none of this name.
    """
    asked = form.secret(name)
    if asked is not None:
        return asked
    if not form.free_secrets or not NAME.fullmatch(name):
        raise NotFound("There is no such secret.")
    is_list = isinstance(connection.secrets().get(name), list)
    return Secret(name=name, label=name, is_list=is_list)
