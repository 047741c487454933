"""Remember in which language somebody wants to be written to."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import Person
from counterfoil.rules.people import Actor


@transaction.atomic
def choose_language(*, account_id: UUID, locale: str, by: Actor, at: datetime) -> None:
    """
    Write to whoever has this account in this language from now on.

    It is kept with the address, for it is the person who reads, and mails of several accounts and
    purchases go there.

    :raises NotFound: if nobody with an address has this account.
    """
    person = Person.objects.select_for_update().filter(account=account_id).first()
    contact = person.contact() if person else None
    if person is None or contact is None:
        raise NotFound("Nobody with an address has this account.")
    person.seal_contact(replace(contact, locale=locale[:16]))
    person.save(update_fields=["key_id", "own_key", "contact_sealed"])
