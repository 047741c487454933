"""Finding people by their address, and the accounts that are theirs."""

from datetime import datetime

from counterfoil.errors import NotFound
from counterfoil.models import Account, Contact, Person
from counterfoil.models.keys import keyring
from counterfoil.rules.people import normalise_mail


def person_for(contact: Contact, *, at: datetime) -> Person:
    """
    Give the one row of this address, made if it is new.

    What is known already is not overwritten: whoever pays names the buyer, and a stranger who
    knows the address cannot rename them.

    :raises NotFound: if this is not an address that mail can reach.
    """
    address = normalise_mail(contact.mail)
    if address is None:
        raise NotFound("This is not a mail address.")
    known = Person.objects.one_reading(address)
    if known is not None:
        return known
    found = keyring().lookup("mail:", address)
    person = Person(mail_key_id=found.key_id, mail_lookup=found.digest, created_at=at)
    person.seal_contact(Contact(mail=address, name=contact.name[:200], locale=contact.locale))
    Person.objects.bulk_create([person], ignore_conflicts=True)
    return Person.objects.get(mail_key_id=found.key_id, mail_lookup=found.digest)


def account_of(person: Person, *, at: datetime) -> Account:
    """Give the account of a person, made if there is none; of a merged one, what it went into."""
    Account.objects.bulk_create([Account(person=person, created_at=at)], ignore_conflicts=True)
    account = Account.objects.select_related("merged_into").get(person=person)
    return account.merged_into or account
