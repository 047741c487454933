"""What the form of a product asks for."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.console.fields import Field
from counterfoil.errors import Fault, ProductInvalid
from counterfoil.models import Product
from counterfoil.rules.money import decimal_text, exponent, minor_units
from counterfoil.rules.products import DESCRIPTION_MAX, NAME_MAX, SKU_MAX, ProductFacts


def product_fields(
    answers: Mapping[str, str], errors: Mapping[str, str], *, is_new: bool
) -> list[dict[str, Any]]:
    """Ask what a product is called and costs; its SKU only where it is new."""
    sku = Field(
        name="sku",
        label=_("SKU"),
        maxlength=SKU_MAX,
        hint=_("As your shops call it, such as KIT-1. It stays the same for good."),
    )
    fields = (
        Field(name="name", label=_("Name"), maxlength=NAME_MAX, hint=_("As buyers read it.")),
        *((sku,) if is_new else ()),
        Field(
            name="description",
            label=_("Description"),
            type="textarea",
            required=False,
            maxlength=DESCRIPTION_MAX,
            hint=_("One or two sentences for our own checkout."),
        ),
        Field(
            name="unit_amount",
            label=_("Price of one"),
            inputmode="decimal",
            hint=_("In our own checkout, such as 114.00. Your shops have prices of their own."),
        ),
        Field(name="currency", label=_("Currency"), maxlength=3, hint=_("Such as EUR or USD.")),
    )
    return [
        one.shown(answers.get(one.name) if answers else None, errors.get(one.name, ""))
        for one in fields
    ]


def facts_of(product: Product) -> ProductFacts:
    """Give what can be changed about a product."""
    return ProductFacts(
        name=product.name,
        description=product.description,
        unit_amount=product.unit_amount,
        currency=product.currency,
    )


def stamp_of(facts: ProductFacts, *, prefix: str = "was_") -> dict[str, str]:
    """Give these as the answers of a form; what it was stands in hidden ones."""
    return {
        f"{prefix}name": facts.name,
        f"{prefix}description": facts.description,
        f"{prefix}unit_amount": decimal_text(facts.unit_amount, facts.currency),
        f"{prefix}currency": facts.currency,
    }


def facts_from(answers: Mapping[str, str], *, prefix: str = "") -> ProductFacts:
    """
    Read what was answered.

    :raises ProductInvalid: if the price is no amount of the currency.
    """
    currency = answers.get(f"{prefix}currency", "").strip().upper()
    text = answers.get(f"{prefix}unit_amount", "").strip()
    try:
        amount = minor_units(text, currency)
    except ValueError:
        wrong = Fault("unit_amount", _("An amount such as 114.00, not below zero."))
        raise ProductInvalid(faults=[wrong]) from None
    if len(text.partition(".")[2].rstrip("0")) > exponent(currency):
        wrong = Fault("unit_amount", _("This currency has no coin as small as that."))
        raise ProductInvalid(faults=[wrong])
    return ProductFacts(
        name=answers.get(f"{prefix}name", "").strip(),
        description=answers.get(f"{prefix}description", "").replace("\r\n", "\n").strip(),
        unit_amount=amount,
        currency=currency,
    )
