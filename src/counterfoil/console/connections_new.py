"""Connecting a channel: which one, then what it asks for."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.channels.forms import ChannelForm, read_options, refuse_secret
from counterfoil.console.asking import Asked
from counterfoil.console.connection_fields import naming_fields, option_fields, secret_field
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import FieldWrong
from counterfoil.errors import ConnectionInvalid, ConnectionSlugTaken, NotFound
from counterfoil.intake.channel_forms import forms, made_up
from counterfoil.models import Connection
from counterfoil.operations.make_connection import make_connection
from counterfoil.rules.connections import Mode
from counterfoil.rules.permissions import Permission


@staff_only(Permission.MANAGE_CONNECTIONS, methods=("GET", "HEAD"))
def choose(visit: Visit) -> HttpResponse:
    """Ask which channel is to be connected."""
    context = {"section": "connections", "channels": forms().items()}
    return show(visit, "connection_choose", context)


@staff_only(Permission.MANAGE_CONNECTIONS)
def make(visit: Visit, channel: str) -> HttpResponse:
    """Ask what a channel needs, or connect it."""
    form = forms().get(channel)
    if form is None:
        raise NotFound("There is no such channel.")
    asked, errors = Asked(visit.request.POST.dict()), {}
    if visit.request.method == "POST":
        try:
            made = _made(visit, channel, form, asked)
        except ConnectionInvalid as refusal:
            errors = dict(reversed(refusal.faults))
        except ConnectionSlugTaken as refusal:
            errors = {"slug": str(refusal)}
        except FieldWrong as wrong:
            errors = {wrong.field: str(wrong)}
        else:
            said = _("It is connected. Do what is to be done over there, then test it.")
            messages.success(visit.request, said, fail_silently=True)
            return redirect("counterfoil:console-connection", made.slug)
    answers = asked.answers
    context: dict[str, Any] = {
        "section": "connections",
        "channel": channel,
        "form": form,
        "naming": naming_fields(form, answers, errors),
        "options": option_fields(form, answers or None, errors),
        "secrets": [
            secret_field(
                one.name,
                one.label,
                one.hint,
                errors.get(one.name, ""),
                required=one.required and not one.made_here,
            )
            for one in form.secrets
        ],
        "errors": errors,
        "had_secrets": any(answers.get(one.name) for one in form.secrets),
    }
    return show(visit, "connection_make", context, status=409 if errors else 200)


def _made(visit: Visit, channel: str, form: ChannelForm, asked: Asked) -> Connection:
    mode = asked.needed("mode", _("Choose one: it stays so for good."))
    if mode not in set(Mode):
        raise FieldWrong("mode", _("Choose one: it stays so for good."))
    return make_connection(
        slug=asked.needed("slug", _("Give it a short name.")),
        channel=channel,
        name=asked.answers.get("name", ""),
        mode=Mode(mode),
        options=read_options(form, asked.answers, {}),
        secrets=_secrets(form, asked.answers),
        partner=asked.partner() if form.takes_partner else None,
        by=visit.operator,
        at=timezone.now(),
    )


def _secrets(form: ChannelForm, answers: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in form.secrets:
        value = answers.get(one.name, "").strip() or (made_up() if one.made_here else "")
        if value:
            refuse_secret(one, one.name, value)
            found[one.name] = [value] if one.is_list else value
    return found
