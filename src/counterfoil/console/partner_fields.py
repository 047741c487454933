"""What the forms about partners ask for."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.console.fields import Field
from counterfoil.models import Product
from counterfoil.queries.allotments import AllotmentSeen
from counterfoil.queries.partners import PartnerSeen
from counterfoil.rules.grants import MOST
from counterfoil.rules.partners import MOST_AT_ONCE


def partner_fields(above: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
    """Ask what a new partner is called, and below which it stands."""
    return (
        Field(name="name", label=_("Name"), maxlength=200),
        Field(
            name="slug",
            label=_("Short name"),
            maxlength=64,
            hint=_("For the API and for links: small letters, digits, hyphens. It stays for good."),
        ),
        Field(
            name="parent",
            label=_("Below another partner"),
            type="select",
            required=False,
            options=tuple(above),
            hint=_("It is handed on to by that one. It stays so for good."),
        ),
    )


def member_fields() -> tuple[Field, ...]:
    """Ask who is to act for a partner, and as what."""
    return (
        Field(name="mail", label=_("Mail address"), type="email", maxlength=254),
        Field(name="name", label=_("Name"), required=False, maxlength=100),
        Field(
            name="role",
            label=_("Role"),
            type="select",
            options=(
                ("operator", _("Operator: sees what there is, and hands it out")),
                ("admin", _("Admin: also hands on, exports, and invites colleagues")),
            ),
        ),
    )


def allotment_fields(rows: Sequence[AllotmentSeen]) -> tuple[Field, ...]:
    """Ask what is allotted, how many, and why."""
    products = Product.objects.order_by("name").values_list("sku", "name")
    limit = _("Up to %(limit)d you give alone, and %(daily)d in a day; more needs a second person.")
    limit %= {"limit": conf.GRANT_LIMIT, "daily": conf.GRANT_DAILY_LIMIT}
    return (
        Field(name="product", label=_("Product"), type="select", options=tuple(products)),
        Field(
            name="quantity",
            label=_("How many"),
            type="number",
            min="1",
            max=str(MOST),
            inputmode="numeric",
            hint=limit,
        ),
        *(
            [
                Field(
                    name="allotment",
                    label=_("More of one that is there"),
                    type="select",
                    required=False,
                    options=_named(rows),
                )
            ]
            if _named(rows)
            else []
        ),
        Field(
            name="label",
            label=_("What the partner calls it"),
            required=False,
            maxlength=100,
            hint=_("Shown to the partner, such as a campaign."),
        ),
        Field(name="reference", label=_("Case, contract or order"), maxlength=200),
        Field(
            name="why",
            label=_("Reason"),
            type="textarea",
            maxlength=1000,
            hint=_("For colleagues and auditors. No codes, no personal data."),
        ),
    )


def hand_on_fields(
    rows: Sequence[AllotmentSeen], below: Sequence[PartnerSeen]
) -> tuple[Field, ...]:
    """Ask what is handed on to which sub-partner: so many, these, or these numbers."""
    return (
        Field(
            name="to",
            label=_("To"),
            type="select",
            options=tuple((one.slug, one.name) for one in below),
        ),
        Field(
            name="pool",
            label=_("Of what"),
            type="select",
            required=False,
            options=_pools(rows),
            hint=_("With how many; not needed for handles or numbers."),
        ),
        Field(
            name="quantity",
            label=_("How many"),
            type="number",
            required=False,
            min="1",
            max=str(MOST_AT_ONCE),
            inputmode="numeric",
        ),
        Field(
            name="handles",
            label=_("Or which"),
            type="textarea",
            required=False,
            maxlength=30_000,
            hint=_("Handles (ent_…), with spaces or lines between them."),
        ),
        Field(
            name="batch", label=_("Or pieces of the printed batch"), required=False, maxlength=64
        ),
        Field(name="first", label=_("From number"), type="number", required=False, min="1"),
        Field(name="last", label=_("To number"), type="number", required=False, min="1"),
    )


def suspension_fields(current: str) -> tuple[Field, ...]:
    """Ask how far a partner is suspended, and why."""
    return (
        Field(
            name="mode",
            label=_("How far"),
            type="select",
            value=current,
            options=(
                ("handing_out", _("It hands out nothing; codes it gave away go on working")),
                ("codes", _("Codes nobody has claimed are on hold as well")),
            ),
        ),
        reason_field(),
    )


def reason_field() -> Field:
    """Ask why."""
    return Field(
        name="why",
        label=_("Reason"),
        type="textarea",
        maxlength=1000,
        hint=_("For colleagues and auditors. No codes, no personal data."),
    )


def _named(rows: Sequence[AllotmentSeen]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(one.id), f"{one.product} · {one.label or one.granted}") for one in rows if one.id
    )


def _pools(rows: Sequence[AllotmentSeen]) -> tuple[tuple[str, str], ...]:
    pools = {}
    for one in rows:
        pools[f"product:{one.product_id}"] = _("%(product)s, from anywhere") % {
            "product": one.product
        }
    for one in rows:
        if one.id:
            told = _("%(product)s · %(label)s: %(n)d free") % {
                "product": one.product,
                "label": one.label or one.granted,
                "n": one.counts.free,
            }
            pools[f"allotment:{one.id}"] = told
    return tuple(pools.items())
