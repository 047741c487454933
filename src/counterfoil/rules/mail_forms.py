"""
Every mail there is: its template, and the placeholders staff may use in words of their own.

Whoever adds a mail adds it here, and made-up data for its preview in
:mod:`counterfoil.effects.mail_samples`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from counterfoil.errors import MailUnknown
from counterfoil.rules.mail_forms_gifts import GIFT_FORMS
from counterfoil.rules.mail_forms_staff import STAFF_FORMS
from counterfoil.rules.mail_texts import MailForm

PRODUCT = {"product": "what was bought"}
SUBJECT = {"subject": "whom or what it is for; may be empty"}
CODES = {"codes": "the codes, each with its link and how long it is valid"}
ITEMS = {"items": "what it is about, a line each"}
BUTTON = {"button": "the button that leads on"}


def _codes(variant: str, title: str) -> MailForm:
    return MailForm(
        template="codes",
        title=title,
        variant_by="cause",
        variant=variant,
        values={
            "count": "how many codes",
            "order_reference": "the number of the order; may be empty",
            "claim_page": "the address where a code is typed",
        },
        blocks=CODES | BUTTON,
        required=("codes",),
        button="My purchases",
        leads_to="my_purchases_url",
    )


def _assigned(variant: str, title: str, button: str = "My purchases") -> MailForm:
    return MailForm(
        template="assigned",
        title=title,
        variant_by="state",
        variant=variant,
        values=PRODUCT
        | SUBJECT
        | {
            "valid_until": "until when it is valid; may be empty",
            "giver": "who gave it, unless they took it themselves; may be empty",
        },
        blocks=BUTTON,
        button=button,
    )


def _transfer_news(variant: str, title: str) -> MailForm:
    return MailForm(
        template="transfer_news",
        title=title,
        variant_by="news",
        variant=variant,
        values=PRODUCT | {"other": "the address of the other; empty where staff did it"},
        blocks=BUTTON,
        button="My purchases",
    )


def _account(variant: str, title: str, **values: str) -> MailForm:
    return MailForm(
        template="account_news",
        title=title,
        variant_by="event",
        variant=variant,
        values=values,
        blocks=BUTTON,
        button="My account",
    )


_ALL = (
    _codes("issued", "Codes after a purchase"),
    _codes("resent", "Codes sent again"),
    _codes("replaced", "A new code in place of an old one"),
    MailForm(
        template="codes_ready",
        title="More codes than a mail can hold",
        values={
            "count": "how many codes",
            "order_reference": "the number of the order; may be empty",
        },
        blocks=BUTTON,
        required=("button",),
        button="My purchases",
        leads_to="my_purchases_url",
    ),
    MailForm(
        template="invitation",
        title="Somebody may act for a partner",
        values={"partner": "the name of the partner"},
        blocks=BUTTON,
        required=("button",),
        button="Open the portal",
    ),
    MailForm(
        template="sign_in_code",
        title="The digits to sign in with",
        values={"minutes": "for how many minutes they are valid"},
        blocks={"digits": "the six digits"},
        required=("digits",),
    ),
    _assigned("ready", "It is set up"),
    _assigned("setting_up", "Given to somebody, and being set up"),
    _assigned("subject_needed", "Given to somebody who says whom it is for", "Say who it is for"),
    MailForm(
        template="transfer",
        title="Somebody would like to pass on what they have",
        values=PRODUCT
        | {
            "sender": "who offers it: a name, or else an address",
            "sender_mail": "the address of whoever offers it",
            "answer_until": "until when it can be answered",
            "valid_until": "until when it is valid; may be empty",
        },
        blocks=BUTTON,
        required=("button",),
        button="Look at the offer",
    ),
    _transfer_news("accepted", "An offer was accepted"),
    _transfer_news("declined", "An offer was declined"),
    _transfer_news("lapsed", "Nobody answered an offer"),
    _transfer_news("cancelled", "An offer was called off, to whom it was made"),
    _transfer_news("moved", "Staff gave it to somebody else"),
    MailForm(
        template="reminder",
        title="Reminder of what is not used yet",
        values=PRODUCT | {"count": "how many there are"},
        blocks=ITEMS | BUTTON,
        required=("items",),
        button="My purchases",
    ),
    MailForm(
        template="expiry_warning",
        title="Warning before something ends",
        values=PRODUCT | {"count": "how many there are", "first_end": "the earliest last day"},
        blocks=ITEMS | BUTTON,
        required=("items",),
        button="My purchases",
    ),
    _account("mail_changed", "An account has another address", new_address="the new one, masked"),
    _account("merged", "Two accounts are one"),
    _account("erasure_asked", "Somebody asks to be erased", due="by when it is done"),
    *GIFT_FORMS,
    *STAFF_FORMS,
)

FORMS: Mapping[str, MailForm] = MappingProxyType({form.key: form for form in _ALL})
"""Every mail by the name under which its words are kept."""


def form_named(key: str) -> MailForm:
    """
    Give a mail by its name.

    :raises MailUnknown: if there is none.
    """
    try:
        return FORMS[key]
    except KeyError:
        raise MailUnknown from None


def form_of(template: str, context: Mapping[str, Any]) -> MailForm | None:
    """Find which mail a template makes with this context."""
    for form in FORMS.values():
        if form.template == template and form.variant in ("", context.get(form.variant_by)):
            return form
    return None
