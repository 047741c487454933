"""Asking for a batch to be printed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.asking import Asked
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.errors import BatchNameTaken, CounterfoilError, RecipientKeyRefused
from counterfoil.models import Batch, Product
from counterfoil.operations.request_batch import request_batch
from counterfoil.queries.entitlements import partners
from counterfoil.rules.batches import MOST_UNITS, BatchUse
from counterfoil.rules.permissions import Permission


@staff_only(Permission.MINT_BATCHES)
def ask_batch(visit: Visit) -> HttpResponse:
    """Ask what to print, or have a second person asked."""
    asked, errors = Asked(visit.request.POST.dict()), {}
    if visit.request.method == "POST":
        try:
            batch = _ask(visit, asked)
        except FieldWrong as wrong:
            errors[wrong.field] = str(wrong)
        except RecipientKeyRefused as refusal:
            errors["certificate"] = str(refusal)
        except BatchNameTaken as refusal:
            errors["name"] = str(refusal)
        except CounterfoilError as refusal:
            errors["form"] = str(refusal)
        else:
            told = _("It is asked for. Nothing is minted before somebody else has approved it.")
            messages.success(visit.request, told, fail_silently=True)
            return redirect("counterfoil:console-batch", batch.pk)
    context = {
        "title": _("Ask for a batch"),
        "trace_url": reverse("counterfoil:console-batches"),
        "effects": [
            _("A second person is asked. Nothing is minted before."),
            _(
                "Then the codes are minted, under the terms of today. They cannot be redeemed"
                " before each is sold."
            ),
            _("They are encrypted for whoever prints. Nobody here can open the file."),
        ],
        "fields": [
            field.shown(
                asked.answers.get(field.name, "") if asked.answers else None,
                errors.get(field.name, ""),
            )
            for field in _fields()
        ],
        "errors": errors,
        "request_id": "-",
        "submit_label": _("Ask for it"),
        "section": "batches",
    }
    return show(visit, "act", context, status=409 if errors else 200)


def _ask(visit: Visit, asked: Asked) -> Batch:
    return request_batch(
        name=asked.needed("name", _("Give it a name.")),
        product=asked.product(),
        quantity=asked.quantity(most=MOST_UNITS),
        partner=asked.partner(),
        certificate=asked.needed("certificate", _("Paste the certificate of whoever prints.")),
        reason=asked.why(_("Say what it is for."))[:1000],
        use=BatchUse.TEST if asked.answers.get("test") else BatchUse.SALE,
        by=visit.operator,
        at=timezone.now(),
    )


def _fields() -> tuple[Field, ...]:
    products = Product.objects.order_by("name").values_list("sku", "name")
    known = tuple((one.slug, one.name) for one in partners())
    return (
        Field(
            name="name",
            label=_("Name"),
            maxlength=64,
            hint=_("Letters, digits, dots and dashes, such as spring-2027-boxes."),
        ),
        Field(name="product", label=_("Product"), type="select", options=tuple(products)),
        Field(
            name="quantity",
            label=_("How many"),
            type="number",
            min="1",
            max=str(MOST_UNITS),
            inputmode="numeric",
        ),
        *(
            [
                Field(
                    name="partner", label=_("Partner"), type="select", required=False, options=known
                )
            ]
            if known
            else []
        ),
        Field(
            name="certificate",
            label=_("Certificate of whoever prints"),
            type="textarea",
            maxlength=16_384,
            hint=_("As PEM, with an RSA key of 3072 bits or more. Never a private key."),
        ),
        Field(name="why", label=_("What it is for"), type="textarea", maxlength=1000),
        Field(name="test", label=_("Only for tests"), type="checkbox", required=False),
    )
