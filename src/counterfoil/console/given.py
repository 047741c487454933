"""What the page of an act hands to whoever does it, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.console.fields import FieldWrong
from counterfoil.models import Entitlement
from counterfoil.models.subject_kinds import kind_for
from counterfoil.rules.people import Actor, normalise_mail

SUBJECT = "subject_"  # what the names of questions about the subject begin with


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What was posted, by whom, about which entitlement."""

    entitlement_id: UUID
    by: Actor
    at: datetime
    reason: str
    comment: str
    answers: Mapping[str, str]

    def why(self) -> dict[str, Any]:
        """Give the arguments every act of staff takes."""
        return {"by": self.by, "at": self.at, "reason": self.reason, "comment": self.comment}

    def answer(self, field: str) -> str:
        """
        Give a required answer.

        :raises FieldWrong: if it is missing.
        """
        text = self.answers.get(field, "").strip()
        if not text:
            raise FieldWrong(field, _("This is missing."))
        return text

    def mail(self) -> str:
        """
        Give the address that was answered.

        :raises FieldWrong: if it is missing, or none.
        """
        address = normalise_mail(self.answer("mail"))
        if address is None:
            raise FieldWrong("mail", _("This is not an address that mail can reach."))
        return address

    def subject(self) -> dict[str, Any]:
        """Give what was answered about the subject, read as its kind declares it."""
        answers = {
            name.removeprefix(SUBJECT): text
            for name, text in self.answers.items()
            if name.startswith(SUBJECT)
        }
        sold = Entitlement.objects.select_related("terms").get(pk=self.entitlement_id)
        return kind_for(sold.terms.terms).from_form(answers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What came of it, in a sentence; and the code, if it was to be shown."""

    told: str
    code: str = ""
