"""Correcting the address of whoever bought it, as a page of the console."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.console.act_page import About, ActPage, act_page
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.given import Done, Given
from counterfoil.models import Entitlement, Purchase, PurchaseKind
from counterfoil.operations.correct_buyer import correct_buyer
from counterfoil.rules.acts import Act
from counterfoil.rules.people import mask_mail
from counterfoil.rules.proofs import AddressProof

BUTTONS = {Act.CORRECT_BUYER: gettext_lazy("Correct the buyer's address")}

REASONS: Mapping[Act, tuple[str, ...]] = {
    Act.CORRECT_BUYER: ("mail_not_received", "address_mistyped", "lost", "customer_asked", "other"),
}

PROOFS = {
    AddressProof.ORDER_DETAILS: gettext_lazy("They named details of the order and its payment"),
    AddressProof.CALLED_BACK: gettext_lazy("Called back at a number known before"),
    AddressProof.DOCUMENT: gettext_lazy("They showed a document"),
    AddressProof.CHANNEL_RECORD: gettext_lazy("It stands in the channel's record of the order"),
}


def correct_page(about: About) -> ActPage:
    """Say what correcting the address does."""
    count = about.trace.unit_count
    known = {"buyer": about.buyer}
    return act_page(
        _("Correct the buyer's address"),
        _("It is the purchase of whoever reads the new address, and no more of %(buyer)s.") % known
        if about.buyer
        else _("It is the purchase of whoever reads this address; so far it has none."),
        _("Codes that may have come to %(buyer)s stop working at once, with all their links.")
        % known
        if about.buyer
        else "",
        _("Nothing is sent from here: whoever sold it writes to its buyers.")
        if _is_told_elsewhere(about)
        else _(
            "The codes of the purchase that nobody has used go to the new address, in one mail."
        ),
        _("All %(n)d entitlements of the purchase are meant, not this one alone.") % {"n": count}
        if count > 1
        else "",
        _("Gifts on their way to somebody, and what somebody has already, stay as they are."),
        fields=(
            Field(name="mail", label=_("The right address"), type="email", maxlength=254),
            Field(
                name="proof",
                label=_("How do you know that it is theirs?"),
                type="select",
                options=tuple((proof.value, str(text)) for proof, text in PROOFS.items()),
            ),
        ),
        warning=_("Whoever reads the new address has the codes. Ask for it letter by letter."),
    )


def _is_told_elsewhere(about: About) -> bool:
    purchase = about.trace.purchase
    if purchase is None:
        return False
    silent = Purchase.objects.filter(pk=purchase.id, notify=False)
    return silent.exclude(kind=PurchaseKind.GRANT, partner=None).exists()


def do_correct(given: Given) -> Done:
    """Correct it."""
    mail, proof = given.mail(), given.answer("proof")
    if proof not in set(AddressProof):
        raise FieldWrong("proof", _("Choose one of these."))
    unit = Entitlement.objects.get(pk=given.entitlement_id)
    if unit.purchase_id is None:
        raise FieldWrong("form", _("It was not bought by anybody yet."))
    proven = AddressProof(proof)
    done = correct_buyer(purchase_id=unit.purchase_id, mail=mail, proof=proven, **given.why())
    if done.notify:
        return Done(told=_("The codes go to %(who)s.") % {"who": mask_mail(mail)})
    said = _("It is the purchase of %(who)s now. Nothing is sent: whoever sold it writes to them.")
    return Done(told=said % {"who": mask_mail(mail)})


PAGES: Mapping[Act, Callable[[About], ActPage]] = {Act.CORRECT_BUYER: correct_page}

ACTS: Mapping[Act, Callable[[Given], Done]] = {Act.CORRECT_BUYER: do_correct}
