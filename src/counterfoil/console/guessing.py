"""Passwords and digits that are guessed: counted by name and address, and waited out."""

from django.http import HttpRequest
from django.utils import timezone

from counterfoil.operations.record_console_sign_in import record_console_sign_in
from counterfoil.queries.console_sign_ins import refuse_trying_passwords
from counterfoil.rules.people import SYSTEM
from counterfoil.web.client import client_address, places_of


def refuse_guessing(request: HttpRequest, username: str) -> None:
    """
    Let nobody try who has failed too often, before anything is compared.

    :raises TooManyAttempts: if they have.
    """
    address, _network = places_of(client_address(request))
    refuse_trying_passwords(username=username, address=address, at=timezone.now())


def count_failure(request: HttpRequest, username: str) -> None:
    """Count a wrong password, or wrong digits."""
    address, _network = places_of(client_address(request))
    record_console_sign_in(username=username, address=address, by=SYSTEM, at=timezone.now())
