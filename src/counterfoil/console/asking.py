"""What forms that make something new ask for, read answer by answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.console.fields import FieldWrong
from counterfoil.errors import NotFound
from counterfoil.models import Partner, Product
from counterfoil.queries.entitlements import partner_by_slug
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.remarks import masked_remark


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as it was posted."""

    answers: Mapping[str, str]

    def needed(self, name: str, sentence: str) -> str:
        """
        Give a required answer.

        :raises FieldWrong: with this sentence, if it is missing.
        """
        text = self.answers.get(name, "").strip()
        if not text:
            raise FieldWrong(name, sentence)
        return text

    def why(self, sentence: str) -> str:
        """
        Give the reason, as it may be kept: without codes, cards and addresses.

        :raises FieldWrong: with this sentence, if it is missing.
        """
        return masked_remark(self.needed("why", sentence))

    def about(self, kind: ReferenceKind, sentence: str) -> str:
        """
        Give what something refers to: a case kept elsewhere is named without codes and addresses.

        :raises FieldWrong: with this sentence, if it is missing.
        """
        text = self.needed("reference", sentence)[:200]
        return masked_remark(text) if kind is ReferenceKind.CASE else text

    def product(self) -> Product:
        """
        Give the product that was chosen.

        :raises FieldWrong: if none was.
        """
        sku = self.needed("product", _("Choose what to give."))
        product = Product.objects.filter(sku=sku).first()
        if product is None:
            raise FieldWrong("product", _("Choose what to give."))
        return product

    def quantity(self, *, most: int) -> int:
        """
        Give how many.

        :raises FieldWrong: if it is no number from 1 to ``most``.
        """
        text = self.needed("quantity", _("Say how many."))
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
        if not 1 <= number <= most:
            raise FieldWrong("quantity", _("From 1 to %(most)d.") % {"most": most})
        return number

    def partner(self) -> Partner | None:
        """
        Give the partner that was chosen, if one was.

        :raises FieldWrong: if it is none of ours.
        """
        return self.partner_named("partner")

    def partner_named(self, name: str) -> Partner | None:
        """
        Give the partner that this answer names, if it names one.

        :raises FieldWrong: if it is none of ours.
        """
        slug = self.answers.get(name, "").strip()
        try:
            return partner_by_slug(slug) if slug else None
        except NotFound:
            raise FieldWrong("form", _("This partner is not there any more.")) from None

    def reference_kind(self) -> ReferenceKind:
        """
        Give what the reference names.

        :raises FieldWrong: if nothing was chosen.
        """
        text = self.needed("reference_kind", _("Choose one."))
        if text not in set(ReferenceKind):
            raise FieldWrong("reference_kind", _("Choose one."))
        return ReferenceKind(text)

    def category(self) -> GrantCategory:
        """
        Give the category.

        :raises FieldWrong: if none was chosen.
        """
        text = self.needed("category", _("Choose one."))
        if text not in set(GrantCategory):
            raise FieldWrong("category", _("Choose one."))
        return GrantCategory(text)

    def request_id(self) -> UUID:
        """
        Give the id of this form, by which sending it twice gives once.

        :raises FieldWrong: if the form is not one of ours.
        """
        try:
            return UUID(self.answers.get("request_id", ""))
        except ValueError:
            raise FieldWrong("form", _("Open this page again.")) from None
