"""Handing out one: to whom, with which words, and when; and one that was handed out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.errors import CounterfoilError, NotFound, RecipientInvalid
from counterfoil.models import HandoutRow
from counterfoil.models.ids import handle_of
from counterfoil.operations.correct_recipient import correct_recipient
from counterfoil.operations.hand_out import hand_out
from counterfoil.operations.resend_code import resend_code
from counterfoil.portal import words
from counterfoil.portal.answers import sentence
from counterfoil.portal.doors import METHODS, Visit, asked_of, members_only, show
from counterfoil.portal.fields import Form
from counterfoil.portal.sources import choices, source_field, source_named, value_of
from counterfoil.portal.stock import piece_told
from counterfoil.queries.pieces import one_piece
from counterfoil.rules.handouts import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    Known,
    Mode,
    RowFault,
    Said,
    Source,
)
from counterfoil.rules.partners import PartnerRight
from counterfoil.web.languages import languages

AT_FIELD: Mapping[str, str] = {
    RowFault.NO_ADDRESS: "mail",
    RowFault.NOT_AN_ADDRESS: "mail",
    RowFault.NAME_TOO_LONG: "name",
    RowFault.MESSAGE_TOO_LONG: "message",
    RowFault.LANGUAGE_UNKNOWN: "language",
}
DONE = frozenset({"sent", "assigned", "sent_again", "corrected", "taken_back"})


@members_only(PartnerRight.HAND_OUT, methods=METHODS)
def hand_out_one(visit: Visit) -> HttpResponse:
    """Ask to whom one goes, and give it to them."""
    if visit.request.method != "POST":
        return show(visit, "hand_out", _context(visit, {}))
    errors: dict[str, str | Promise] = {}
    try:
        row = _hand_out(visit)
    except RecipientInvalid as invalid:
        errors[AT_FIELD.get(invalid.fault, "send_on")] = words.worded(words.FAULTS, invalid.fault)
        if invalid.fault == RowFault.HAS_ONE:
            errors = {"has_one": words.worded(words.FAULTS, invalid.fault)}
    except NotFound:
        errors["source"] = _("Choose what to hand out.")
    except CounterfoilError as refusal:
        errors["form"] = sentence(refusal)
    else:
        handle = handle_of(row.entitlement_id) if row.entitlement_id else ""
        told = urlencode({"told": row.outcome})
        return redirect(f"{visit.to('piece', handle)}?{told}")
    return show(visit, "hand_out", _context(visit, errors), status=422)


@members_only()
def show_piece(visit: Visit, handle: str) -> HttpResponse:
    """Show one of a partner's, and what can be done with it."""
    return show(visit, "piece", _piece(visit, handle))


@members_only(PartnerRight.HAND_OUT, methods=("POST",))
def send_again(visit: Visit, handle: str) -> HttpResponse:
    """Send the mail of one once more."""
    found = one_piece(visit.partner_id, handle)
    if not found.can_take_back:
        raise NotFound
    try:
        resend_code(entitlement_id=found.id, by=visit.actor, at=timezone.now())
    except CounterfoilError as refusal:
        return redirect(f"{visit.to('piece', handle)}?{urlencode({'told': refusal.code})}")
    return redirect(f"{visit.to('piece', handle)}?told=sent_again")


@members_only(PartnerRight.HAND_OUT, methods=("POST",))
def correct_address(visit: Visit, handle: str) -> HttpResponse:
    """Send one to another address; the link that went to the first one dies."""
    found, typed = one_piece(visit.partner_id, handle), asked_of(visit, "mail", 254)
    if not found.can_take_back:
        raise NotFound
    try:
        correct_recipient(
            entitlement_id=found.id, recipient_mail=typed, by=visit.actor, at=timezone.now()
        )
    except CounterfoilError as refusal:
        context = _piece(visit, handle) | {"mail": typed, "mail_error": sentence(refusal)}
        return show(visit, "piece", context, status=422)
    return redirect(f"{visit.to('piece', handle)}?told=corrected")


def _hand_out(visit: Visit) -> HandoutRow:
    piece = asked_of(visit, "piece", 40)
    found = one_piece(visit.partner_id, piece) if piece else None
    source = (
        Source(product_id=found.product_id, allotment_id=found.allotment_id)
        if found
        else source_named(visit, asked_of(visit, "source", 120))
    )
    return hand_out(
        partner_id=visit.partner_id,
        source=source,
        key=asked_of(visit, "key", 64),
        said=Said(
            mail=asked_of(visit, "mail", 300),
            name=asked_of(visit, "name", 300),
            message=asked_of(visit, "message", 3_000),
            send_on=asked_of(visit, "send_on", 40),
            language=asked_of(visit, "language", 16),
        ),
        mode=Mode.ASSIGN if asked_of(visit, "mode") == Mode.ASSIGN else Mode.INVITE,
        known=Known.SEND if asked_of(visit, "another") else Known.LEAVE_OUT,
        time_zone=timezone.get_current_timezone_name(),
        by=visit.actor,
        at=timezone.now(),
        entitlement_id=found.id if found else None,
    )


def _context(visit: Visit, errors: dict[str, str | Promise]) -> dict[str, Any]:
    form, piece = Form(visit.request.POST, errors), asked_of(visit, "piece", 40)
    found = one_piece(visit.partner_id, piece) if piece else None
    offered = choices(visit)
    return {
        "section": "hand_out",
        "errors": errors,
        "piece": piece_told(visit, found) if found else None,
        "is_empty": not found and not offered,
        "source": source_field(visit, form) if not found else None,
        "fields": recipient_fields(form),
        "modes": mode_choices(visit),
    }


def recipient_fields(form: Form) -> list[dict[str, Any]]:
    """Ask whom it is for, and with which words it goes to them."""
    return [
        form.field(
            "mail",
            _("E-mail address"),
            "email",
            autocomplete="off",
            hint=_("We write to this address in your name, about this and nothing else."),
        ),
        form.field("name", _("Name"), required=False, maxlength=LONGEST_NAME, autocomplete="off"),
        *mail_fields(form),
    ]


def mail_fields(form: Form) -> list[dict[str, Any]]:
    """Ask for the words, the day and the language of a mail."""
    return [
        form.field("message", _("Message"), "textarea", required=False, maxlength=LONGEST_MESSAGE),
        form.field(
            "send_on",
            _("Send on"),
            "datetime-local",
            required=False,
            hint=_("Empty means now. Meant in the zone %(zone)s.")
            % {"zone": timezone.get_current_timezone_name().replace("_", " ")},
        ),
        form.field(
            "language",
            _("Language of the mail"),
            "select",
            options=languages(),
            default=get_language() or "en",
        ),
    ]


def mode_choices(visit: Visit) -> list[dict[str, Any]]:
    """Offer how they get it: by an invitation unless somebody says otherwise."""
    wanted = asked_of(visit, "mode") or Mode.INVITE
    return [
        {"value": mode, "label": label, "is_chosen": mode == wanted}
        for mode, label in words.MODES.items()
    ]


def _piece(visit: Visit, handle: str) -> dict[str, Any]:
    found = one_piece(visit.partner_id, handle)
    told = asked_of(visit, "told", 40) if visit.request.method != "POST" else ""
    return {
        "section": "stock",
        "piece": piece_told(visit, found),
        "told": _told(told),
        "has_failed": told not in DONE,
        "hand_out_url": f"{visit.to('hand-out')}?piece={found.handle}",
        "stock_url": f"{visit.to('stock')}?product={found.product_id}",
        "source": value_of(found.product_id, found.allotment_id),
    }


def _told(code: str) -> str:
    """Say what was just done, as the address of the page names it."""
    said = {
        "sent": _("It is handed out. The mail is on its way, or goes out on its day."),
        "assigned": _("It is assigned. They were told by mail how to sign in."),
        "sent_again": _("The mail was sent again. Earlier links go on working."),
        "corrected": _("The address is corrected. The link that went to the first one is dead."),
        "taken_back": _("It was taken back. Whatever they have of it leads nowhere."),
    }
    return str(said.get(code) or words.REFUSALS.get(code, ""))
