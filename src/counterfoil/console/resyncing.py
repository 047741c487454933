"""Asking the channel again how an order stands."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.intake.converging import Outcome, converge_order
from counterfoil.models import Purchase
from counterfoil.rules.permissions import Permission


@staff_only(Permission.RESYNC, methods=("POST",))
def resync(visit: Visit, purchase_id: UUID) -> HttpResponse:
    """Ask the channel how an order stands, and bring our records to it."""
    purchase = Purchase.objects.select_related("connection").filter(pk=purchase_id).first()
    if purchase is None or purchase.connection is None:
        raise NotFound("There is no such purchase.")
    channel = {"channel": purchase.connection.name}
    try:
        asked = converge_order(
            connection=purchase.connection,
            pointer=purchase.external_reference,
            by=visit.operator,
        )
    except CounterfoilError as refusal:
        messages.error(visit.request, str(refusal), fail_silently=True)
    else:
        if asked.outcome is Outcome.NOT_OURS:
            told = _("%(channel)s does not know this order. Nothing was changed.") % channel
            messages.warning(visit.request, told, fail_silently=True)
        else:
            told = _("%(channel)s was asked, and this is how the order stands.") % channel
            messages.success(visit.request, told, fail_silently=True)
    return redirect(trace_url(str(purchase.pk)))
