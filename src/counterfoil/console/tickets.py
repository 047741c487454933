"""The ticket that staff act upon, as a form gives it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from counterfoil.console.fields import FieldWrong
from counterfoil.rules.remarks import TICKET_MAX, masked_ticket


def ticket_of(answers: Mapping[str, str]) -> str:
    """
    Give the ticket that was named, or nothing.

    :raises FieldWrong: if it holds what must not be kept: a code, an address, the number of a card.
    """
    text = " ".join(answers.get("ticket", "").split())
    if len(text) > TICKET_MAX:
        raise FieldWrong("ticket", _("This is too long for the name of a ticket."))
    kept = masked_ticket(text)
    if kept != text:
        raise FieldWrong("ticket", _("Only the ticket's own number: no codes, cards or addresses."))
    return kept
