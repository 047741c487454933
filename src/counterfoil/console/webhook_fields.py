"""What the forms of webhook endpoints ask for, and how they are read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from counterfoil.console.fields import Field, FieldWrong
from counterfoil.models import Product
from counterfoil.queries.entitlements import partners
from counterfoil.rules.events import WORDS, EventType
from counterfoil.rules.webhooks import DESCRIPTION_MAX, URL_MAX, EndpointSettings

Shown = dict[str, Any]


def read(posted: QueryDict) -> EndpointSettings:
    """Read what was asked for; what cannot be is refused by the act."""
    chosen = posted.getlist("products")
    found = Product.objects.filter(sku__in=chosen).values_list("pk", flat=True)
    products: tuple[UUID, ...] = tuple(found)
    return EndpointSettings(
        url=posted.get("url", "").strip(),
        description=posted.get("description", "").strip(),
        types=tuple(posted.getlist("types")),
        products=products,
        takes_tests=posted.get("takes_tests") == "yes",
    )


def naming(
    wanted: EndpointSettings | None, errors: Mapping[str, str], *, asks_partner: str | None
) -> list[Shown]:
    """Ask where it is and what colleagues call it; whose it is only of a new one."""
    fields = [
        Field(
            name="url",
            label=_("Address"),
            maxlength=URL_MAX,
            inputmode="url",
            hint=_("https, and reachable by everybody: inner addresses are never called."),
        ).shown(wanted.url if wanted else None, errors.get("url", "")),
        Field(
            name="description",
            label=_("Name"),
            required=False,
            maxlength=DESCRIPTION_MAX,
            hint=_("As colleagues call it, such as Laboratory."),
        ).shown(wanted.description if wanted else None, errors.get("description", "")),
        Field(
            name="takes_tests",
            label=_("Events of tests"),
            type="select",
            options=(("no", _("left out")), ("yes", _("sent too, marked as tests"))),
        ).shown("yes" if wanted and wanted.takes_tests else "no", ""),
    ]
    if asks_partner is not None:
        fields.append(
            Field(
                name="partner",
                label=_("Partner"),
                type="select",
                required=False,
                options=tuple((one.slug, one.name) for one in partners()),
                hint=_("It is then told of what is this partner's, and of nothing else. For good."),
            ).shown(asks_partner, errors.get("partner", ""))
        )
    return fields


def types(wanted: EndpointSettings | None) -> list[Shown]:
    """Offer the events there are, those chosen marked."""
    chosen = set(wanted.types) if wanted else set()
    return [
        {"value": one.value, "words": words, "is_chosen": one.value in chosen}
        for one, words in WORDS.items()
        if one is not EventType.ENDPOINT_TESTED
    ]


def products(wanted: EndpointSettings | None) -> list[Shown]:
    """Offer the products there are, those chosen marked."""
    chosen = {str(one) for one in wanted.products} if wanted else set()
    return [
        {"value": one.sku, "words": one.name, "is_chosen": str(one.pk) in chosen}
        for one in Product.objects.order_by("name")
    ]


def moment(text: str) -> datetime:
    """
    Read a time as a form gives it.

    :raises FieldWrong: if it is none, or lies ahead.
    """
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise FieldWrong("since", _("A day and a time."))
    aware = timezone.make_aware(found) if timezone.is_naive(found) else found
    if aware > timezone.now():
        raise FieldWrong("since", _("This lies ahead."))
    return aware
