"""API keys: which there are, making one, which is shown this once, and ending one."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.asking import Asked
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.errors import ApiKeyInvalid, ApiKeyMade, NotTold
from counterfoil.models import Connection
from counterfoil.models.ids import uuid7
from counterfoil.operations.create_api_key import NAME_MAX, NewApiKey, create_api_key
from counterfoil.operations.end_api_key import end_api_key
from counterfoil.queries.api_keys_kept import KeySeen, keys_seen, one_key
from counterfoil.queries.entitlements import partners
from counterfoil.queries.kept_settings import kept_about
from counterfoil.rules.declared import TOLD_CHANNELS
from counterfoil.rules.permissions import Permission
from counterfoil.rules.scopes import NEEDS_CONNECTION, WORDS, Scope

ACTS: Mapping[str, str | Promise] = {
    "create_api_key": later("made it"),
    "end_api_key": later("ended it"),
}

PLACES: Mapping[str, str] = {"expires_at": "expires_on"}


@staff_only(methods=("GET", "HEAD"))
def list_keys(visit: Visit) -> HttpResponse:
    """List the keys, those that can be used first."""
    now = timezone.now()
    context = {
        "section": "keys",
        "rows": [_told(one, now) for one in keys_seen(now=now)],
        "may_change": visit.may(Permission.MANAGE_KEYS),
    }
    return show(visit, "api_keys", context)


@staff_only(methods=("GET", "HEAD"))
def show_key(visit: Visit, key_id: UUID) -> HttpResponse:
    """Show what is known of one key, which is not the key."""
    now = timezone.now()
    seen = one_key(key_id, now=now)
    context = _told(seen, now) | {
        "section": "keys",
        "scopes": [(one, WORDS[Scope(one)]) for one in seen.scopes if one in set(Scope)],
        "log": [
            {"one": one, "act": ACTS.get(one.act, one.act)}
            for one in kept_about(f"key:{seen.key.prefix}")
        ],
        "may_change": visit.may(Permission.MANAGE_KEYS),
    }
    return show(visit, "api_key", context)


@staff_only(Permission.MANAGE_KEYS)
def make(visit: Visit) -> HttpResponse:
    """Ask what a new key may do, or make it and show it, this once."""
    asked, errors = Asked(visit.request.POST.dict()), {}
    chosen = visit.request.POST.getlist("scopes")
    if visit.request.method == "POST":
        try:
            made = _made(visit, asked, chosen)
        except FieldWrong as wrong:
            errors = {wrong.field: str(wrong)}
        except ApiKeyInvalid as refusal:
            errors = {PLACES.get(at, at): says for at, says in reversed(refusal.faults)}
        except NotTold:
            errors = {"connection": _("No orders are told through it, or it is another partner's.")}
        except ApiKeyMade as again:
            errors = {"form": f"{again} {_('Lost it? End it, and make another.')}"}
        else:
            told = {"section": "keys", "key": made.api_key, "secret": made.secret}
            return show(visit, "api_key_made", told)
    context = {
        "section": "keys",
        "fields": [
            field.shown(
                asked.answers.get(field.name, "") if asked.answers else None,
                errors.get(field.name, ""),
            )
            for field in _fields()
        ],
        "scopes": [
            {"value": scope.value, "words": words, "is_chosen": scope.value in chosen}
            for scope, words in WORDS.items()
        ],
        "errors": errors,
        "request_id": uuid7() if "form" in errors else asked.answers.get("request_id") or uuid7(),
    }
    return show(visit, "api_key_make", context, status=409 if errors else 200)


@staff_only(Permission.MANAGE_KEYS)
def end(visit: Visit, key_id: UUID) -> HttpResponse:
    """Say what ending a key does and ask why, or end it."""
    now = timezone.now()
    seen, asked, errors = one_key(key_id, now=now), Asked(visit.request.POST.dict()), {}
    if visit.request.method == "POST":
        try:
            reason = asked.why(_("Say why."))
            end_api_key(key_id=key_id, reason=reason, by=visit.operator, at=now)
        except FieldWrong as wrong:
            errors = {wrong.field: str(wrong)}
        else:
            messages.success(visit.request, _("It is ended."), fail_silently=True)
            return redirect("counterfoil:console-key", key_id)
    why = Field(name="why", label=_("Why"), type="textarea", maxlength=1000)
    context = {
        "section": "keys",
        "title": _("End the key %(name)s") % {"name": seen.key.name},
        "trace_url": reverse("counterfoil:console-key", args=[key_id]),
        "effects": [
            _("Whatever calls with it is refused from now on."),
            _("What was done with it stays, and goes on naming it."),
        ],
        "warning": _used(seen, now),
        "fields": [why.shown(asked.answers.get("why"), errors.get("why", ""))],
        "errors": errors,
        "request_id": uuid7(),
        "submit_label": _("End it"),
        "tone": "bad",
    }
    return show(visit, "act", context, status=409 if errors else 200)


def _made(visit: Visit, asked: Asked, chosen: list[str]) -> NewApiKey:
    scopes = [Scope(one) for one in chosen if one in set(Scope)]
    slug = asked.answers.get("connection", "")
    connection = Connection.objects.filter(slug=slug).select_related("partner").first()
    if slug and connection is None:
        raise FieldWrong("connection", _("This connection is not there any more."))
    if connection is None and NEEDS_CONNECTION & set(scopes):
        words = "; ".join(WORDS[one] for one in scopes if one in NEEDS_CONNECTION)
        raise FieldWrong("connection", _("Choose one, for this: %(what)s.") % {"what": words})
    return create_api_key(
        key_id=asked.request_id(),
        name=asked.answers.get("name", "").replace("\x00", "").strip(),
        scopes=scopes,
        expires_at=_last_day(asked.answers.get("expires_on", "")),
        partner=asked.partner(),
        connection=connection,
        by=visit.operator,
        at=timezone.now(),
    )


def _last_day(text: str) -> datetime | None:
    """Give the moment after the last day on which a key is to be good."""
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None or day.year > timezone.now().year + 50:
        raise FieldWrong("expires_on", _("A day, such as 2030-12-31."))
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _fields() -> tuple[Field, ...]:
    told = Connection.objects.filter(channel__in=TOLD_CHANNELS).order_by("name")
    return (
        Field(
            name="name",
            label=_("Whose key it is"),
            maxlength=NAME_MAX,
            hint=_("Colleagues and the ledger read this: say which system, not which person."),
        ),
        Field(
            name="expires_on",
            label=_("Last day on which it is good"),
            type="date",
            required=False,
            hint=_("Empty: until somebody ends it."),
        ),
        Field(
            name="partner",
            label=_("Partner"),
            type="select",
            required=False,
            options=tuple((one.slug, one.name) for one in partners()),
            hint=_("It then reaches what this partner has, and nothing else."),
        ),
        Field(
            name="connection",
            label=_("Connection"),
            type="select",
            required=False,
            options=tuple((one.slug, one.name) for one in told),
            hint=_("It then tells us of orders through this connection, and sees no other's."),
        ),
    )


def _used(seen: KeySeen, now: datetime) -> str:
    used = seen.key.last_used_at
    if used is None or now - used > timedelta(days=1):
        return ""
    return _("It was used within the last day. Make another and hand it over first.")


def _told(seen: KeySeen, now: datetime) -> dict[str, Any]:
    key = seen.key
    soon = key.expires_at is not None and key.expires_at - now < timedelta(days=14)
    if key.revoked_at is not None:
        state, tone = _("ended"), ""
    elif seen.is_over:
        state, tone = _("expired"), ""
    elif soon:
        state, tone = _("expires soon"), "warn"
    else:
        state, tone = _("good"), "good"
    url = reverse("counterfoil:console-key", args=[key.pk])
    return {"one": seen, "state": state, "tone": tone, "url": url}
