"""What the forms of connections ask for; a secret is never shown, not even to who just wrote it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.channels.forms import LONGEST, LONGEST_SECRET, ChannelForm, Kind, Option, written
from counterfoil.console.fields import Field
from counterfoil.queries.entitlements import partners
from counterfoil.rules.connections import NAME_MAX, SLUG_MAX

Shown = dict[str, Any]


def secret_field(
    name: str, label: str, hint: str, error: str = "", *, required: bool = True
) -> Shown:
    """Ask for one secret; nothing is given back."""
    return Field(
        name=name,
        label=label,
        type="password",
        hint=hint,
        required=required,
        maxlength=LONGEST_SECRET,
        autocomplete="new-password",
    ).shown(None, error)


def naming_fields(
    form: ChannelForm, answers: Mapping[str, str], errors: Mapping[str, str]
) -> list[Shown]:
    """Ask what a new connection is called, and what is settled with it for good."""
    asked = [
        Field(
            name="name",
            label=_("Name"),
            maxlength=NAME_MAX,
            hint=_("As colleagues and the ledger call it, such as Kennel Club shop."),
        ),
        Field(
            name="slug",
            label=_("Short name"),
            maxlength=SLUG_MAX,
            hint=_("Small letters, digits, dashes. It is part of its address, and stays for good."),
        ),
        Field(
            name="mode",
            label=_("Real money or tests"),
            type="select",
            options=(
                ("live", _("live: real purchases")),
                ("test", _("test: what it issues is marked as a test")),
            ),
            hint=_("It stays so for good: test and live never mix."),
        ),
    ]
    if form.takes_partner:
        asked.append(
            Field(
                name="partner",
                label=_("Partner"),
                type="select",
                required=False,
                options=tuple((one.slug, one.name) for one in partners()),
                hint=_("Whatever is bought through it is then this partner's. For good."),
            )
        )
    return [
        one.shown(answers.get(one.name) if answers else None, errors.get(one.name, ""))
        for one in asked
    ]


def option_fields(
    form: ChannelForm,
    answers: Mapping[str, str] | None,
    errors: Mapping[str, str],
    kept: Mapping[str, Any] | None = None,
) -> list[Shown]:
    """Ask for the options of a channel, as they are kept or as they were answered."""
    return [
        _option(one).shown(
            written(one, kept or {}) if answers is None else answers.get(one.name or "options", ""),
            errors.get(one.name or "options", ""),
        )
        for one in form.options
    ]


def name_field(name: str, errors: Mapping[str, str]) -> Shown:
    """Ask what a connection is called."""
    return Field(name="name", label=_("Name"), maxlength=NAME_MAX).shown(
        name, errors.get("name", "")
    )


def _option(one: Option) -> Field:
    kinds = {
        Kind.CHOICE: "select",
        Kind.YES_NO: "checkbox",
        Kind.LIST: "textarea",
        Kind.PAIRS: "textarea",
        Kind.FREE: "textarea",
    }
    hint = one.hint
    if one.sends_secrets:
        hint = f"{hint} {_('Changing it later ends the secrets: they are entered anew.')}".strip()
    return Field(
        name=one.name or "options",
        label=one.label,
        type=kinds.get(one.kind, "text"),
        options=one.choices if one.kind is Kind.CHOICE else (),
        required=one.required,
        hint=hint,
        maxlength=LONGEST,
    )
