"""Who of the staff is to be told of something?"""

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

from counterfoil.models.users import mail_of
from counterfoil.rules.people import normalise_mail
from counterfoil.rules.permissions import Permission


def colleagues(*permissions: Permission) -> Iterator[AbstractUser]:
    """Give those who are let in, have an address, and have one of these permissions."""
    for one in _let_in():
        if normalise_mail(mail_of(one)) and any(one.has_perm(it.full_name) for it in permissions):
            yield one


def colleague_reading(address: str) -> AbstractUser | None:
    """Give whoever of the staff is written to at this address, if they are still let in."""
    wanted = normalise_mail(address)
    return next((one for one in _let_in() if normalise_mail(mail_of(one)) == wanted), None)


def _let_in() -> list[AbstractUser]:
    people = get_user_model()._default_manager.filter(is_staff=True, is_active=True)
    return [one for one in people.order_by("pk") if mail_of(one)]
